"""What was when in the directory: each change of a place, a worker or a post, and by whom."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from mhealth.store.directory import (
    DirectoryChange,
    District,
    Facility,
    HealthArea,
    HealthWorker,
    Village,
    VillagePost,
)

Entry: TypeAlias = District | HealthArea | Facility | Village | HealthWorker | VillagePost
"""A row of the directory whose changes are kept."""

OPENED, CLOSED, REOPENED = "opened", "closed", "reopened"
"""Fields of a change that is no column's: the row itself began, ended, began anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """Who changes the directory: a member of staff, an import, or (both None) the command line."""

    staff_user_id: int | None = None
    import_id: int | None = None


def note_change(
    session: Session,
    entry: Entry,
    field: str,
    by: By,
    now: datetime,
    *,
    before: str | None = None,
    after: str | None = None,
) -> None:
    """Add one line to the history; the entry must have its key. Values are sealed."""
    change = DirectoryChange(
        district_id=district_of(entry),
        object_kind=entry.__tablename__,
        object_id=entry.id,
        field=field,
        staff_user_id=by.staff_user_id,
        import_id=by.import_id,
        at=now,
    )
    if before is not None:
        change.before = before
    if after is not None:
        change.after = after
    session.add(change)


def changes_of(session: Session, object_kind: str, object_id: int) -> list[DirectoryChange]:
    """The history of one row, oldest first."""
    query = select(DirectoryChange).where(
        DirectoryChange.object_kind == object_kind, DirectoryChange.object_id == object_id
    )
    return list(session.scalars(query.order_by(DirectoryChange.at, DirectoryChange.id)))


def district_of(entry: Entry) -> int:
    """The key of the district that an entry belongs to."""
    if isinstance(entry, District):
        return entry.id
    if isinstance(entry, VillagePost):
        return entry.village.district_id
    return entry.district_id
