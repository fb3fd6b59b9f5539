"""Writes a look at a person's data on record; a page asks for it before it shows anything."""

from uuid import UUID

from sqlalchemy.orm import Session

from mhealth.services.access import Deed, record_access
from mhealth.web import here


def record_look(deed: Deed, object_kind: str, object_uid: UUID | None = None) -> None:
    """In a transaction of its own: without the record there is no page."""
    with here.runtime().database.writing() as session:
        write_deed(session, deed, object_kind, object_uid)


def write_deed(
    session: Session, deed: Deed, object_kind: str, object_uid: UUID | None = None
) -> None:
    """In the transaction of the deed itself."""
    user = here.staff()
    record_access(
        session,
        deed,
        here.staff_now(),
        staff_user_id=user.user_id,
        district_id=user.scope.district_id,
        object_kind=object_kind,
        object_uid=object_uid,
    )
