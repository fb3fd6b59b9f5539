"""What was when: the history of a place or a health worker by code, with the posts between them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mhealth.domain.errors import SealError
from mhealth.domain.msisdn import mask
from mhealth.sheets.columns import Kind
from mhealth.store.directory import (
    DirectoryChange,
    District,
    Facility,
    HealthArea,
    HealthWorker,
    Village,
    VillagePost,
)
from mhealth.store.directory_changes import changes_of
from mhealth.store.imports import DirectoryImport
from mhealth.store.staff import StaffUser

_CODED = (District, HealthArea, Facility, Village, HealthWorker)
Coded = District | HealthArea | Facility | Village | HealthWorker


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of a history. `field` is a column, or opened, closed, reopened, post_began, post_ended."""

    at: datetime | None  # None: before this was kept
    field: str
    before: str = ""
    after: str = ""
    by: str = ""  # a member of staff, an import's file; empty: the command line


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """One row of the directory and what became of it, oldest first."""

    kind: Kind
    row: Coded
    events: list[Event]


def history_of(session: Session, code: str) -> list[History]:
    """Of every row with this code (or `#key`): a country's registers may use one code twice."""
    found = [row for entity in _CODED for row in _rows(session, entity, code)]
    return [
        History(
            kind=Kind(row.__tablename__),
            row=row,
            events=sorted(_events(session, row), key=lambda event: _when(event.at)),
        )
        for row in found
    ]


def _rows(session: Session, entity: type[Coded], code: str) -> list[Coded]:
    by_key = entity.id == int(code[1:]) if code.startswith("#") and code[1:].isdecimal() else None
    if by_key is not None:
        return list(session.scalars(select(entity).where(by_key, entity.code.is_(None))))
    return list(session.scalars(select(entity).where(entity.code == code)))


def _when(at: datetime | None) -> float:
    return at.timestamp() if at is not None else 0.0


def _events(session: Session, row: Coded) -> Iterator[Event]:
    for change in changes_of(session, row.__tablename__, row.id):
        yield Event(
            at=change.at,
            field=change.field,
            before=_value(change, "before"),
            after=_value(change, "after"),
            by=_by(session, change),
        )
    if isinstance(row, Village | HealthWorker):
        yield from _posts(session, row)


def _posts(session: Session, row: Village | HealthWorker) -> Iterator[Event]:
    of_it = VillagePost.village_id if isinstance(row, Village) else VillagePost.health_worker_id
    query = select(VillagePost).where(of_it == row.id).order_by(VillagePost.id)
    for post in session.scalars(query):
        other: Coded = post.health_worker if isinstance(row, Village) else post.village
        said = f"{other.code or f'#{other.id}'} ({post.rank})"
        yield Event(at=post.began_at, field="post_began", after=said)
        if post.ended_at is not None:
            yield Event(at=post.ended_at, field="post_ended", before=said)


def _value(change: DirectoryChange, side: str) -> str:
    try:
        text = getattr(change, side) or ""
    except SealError:
        return "?"
    return mask(text) if change.field.endswith("msisdn") else str(text)


def _by(session: Session, change: DirectoryChange) -> str:
    if change.staff_user_id is not None:
        user = session.get(StaffUser, change.staff_user_id)
        return user.display_name if user else ""
    if change.import_id is not None:
        row = session.get(DirectoryImport, change.import_id)
        return row.file_name if row else ""
    return ""
