"""The directory read and written by thousands of rows: plain statements, no row of the ORM in between.

Writers of callers wait for SQLite's one lock, so that whatever can be prepared is prepared before.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Table, bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from mhealth.domain.message import Recipient
from mhealth.domain.referral import OPEN
from mhealth.store.directory import (
    DirectoryChange,
    District,
    Facility,
    HealthArea,
    HealthWorker,
    Village,
    VillagePost,
)
from mhealth.store.duty_phones import DutyPhone
from mhealth.store.locks import wait_for
from mhealth.store.messages import Message
from mhealth.store.referrals import Referral
from mhealth.store.unsent import UNSENT

Values: TypeAlias = dict[str, Any]
Entity: TypeAlias = (
    type[District]
    | type[HealthArea]
    | type[Facility]
    | type[Village]
    | type[HealthWorker]
    | type[VillagePost]
    | type[DutyPhone]
    | type[DirectoryChange]
)

TABLES: Mapping[str, Entity] = {
    entity.__tablename__: entity
    for entity in (
        District,
        HealthArea,
        Facility,
        Village,
        HealthWorker,
        VillagePost,
        DutyPhone,
        DirectoryChange,
    )
}
_AT_ONCE = 500
"""Values in one list of a statement: both databases take many more."""


def change_alone(session: Session) -> None:
    """Change the directory after whoever does so now; nobody else does until the transaction ends."""
    wait_for(session, "directory")


def directory_version(session: Session) -> tuple[Any, ...]:
    """Equal to a later one when no row was added to the directory or to its history in between.

    The newest key is not enough: PostgreSQL gives keys before it commits, so that a lower one may come later.
    """
    newest = [select(func.max(entity.id)).scalar_subquery() for entity in TABLES.values()]
    changes = select(func.count(DirectoryChange.id)).scalar_subquery()
    return tuple(session.execute(select(*newest, changes)).one())


def all_rows(session: Session, name: str) -> list[Values]:
    """Every row of a table as it stands, by column; of posts and shifts only those that go on."""
    table = table_of(name)
    query = select(table).order_by(table.c.id)
    if name == VillagePost.__tablename__:
        query = query.where(table.c.ended_at.is_(None))
    if name == DutyPhone.__tablename__:
        query = query.where(table.c.closed_at.is_(None))
    return [dict(row) for row in session.execute(query).mappings()]


def table_of(name: str) -> Table:
    """The table of this name."""
    table = TABLES[name].__table__
    assert isinstance(table, Table)
    return table


def open_referrals_by(session: Session, column: str) -> dict[int, int]:
    """Open referrals counted by `facility_id`, `village_id` or `health_worker_id`."""
    key: ColumnElement[int | None] = getattr(Referral, column)
    query = select(key, func.count()).where(
        Referral.status.in_([status.value for status in OPEN]), key.is_not(None)
    )
    return {key: count for key, count in session.execute(query.group_by(key)) if key is not None}


def add_rows(session: Session, name: str, rows: Sequence[Values]) -> None:
    """Insert many rows; each has the same columns."""
    if rows:
        session.execute(insert(table_of(name)), rows)


def change_rows(session: Session, name: str, rows: Iterable[Values]) -> None:
    """Update rows by `id`; rows with the same columns go together."""
    table = table_of(name)
    groups: dict[tuple[str, ...], list[Values]] = {}
    for row in rows:
        columns = tuple(sorted(row.keys() - {"id"}))
        groups.setdefault(columns, []).append({f"new_{key}": value for key, value in row.items()})
    for columns, together in groups.items():
        statement = update(table).where(table.c.id == bindparam("new_id"))
        statement = statement.values({column: bindparam(f"new_{column}") for column in columns})
        session.connection().execute(statement, together)


def end_rows(session: Session, name: str, column: str, ids: Iterable[int], now: datetime) -> None:
    """Set the end of rows that have none."""
    table = table_of(name)
    for some in chunks(ids):
        of_these = table.c.id.in_(some)
        session.execute(
            update(table).where(of_these, table.c[column].is_(None)).values({column: now})
        )


def ids_by_code(session: Session, name: str, codes: Iterable[str]) -> dict[str, int]:
    """Code -> key, of these codes."""
    table = table_of(name)
    found: dict[str, int] = {}
    for some in chunks(codes):
        query = select(table.c.code, table.c.id).where(table.c.code.in_(some))
        found.update((code, id_) for code, id_ in session.execute(query))
    return found


def ids_by_uid(session: Session, name: str, uids: Iterable[Any]) -> dict[Any, int]:
    """Uid -> key, of these uids."""
    table = table_of(name)
    found: dict[Any, int] = {}
    for some in chunks(uids):
        query = select(table.c.uid, table.c.id).where(table.c.uid.in_(some))
        found.update((uid, id_) for uid, id_ in session.execute(query))
    return found


def workers_with_work(session: Session, worker_ids: Iterable[int]) -> list[int]:
    """Those of some health workers who follow an open referral or to whom a letter has not left."""
    found: set[int] = set()
    states = [status.value for status in OPEN]
    for some in chunks(worker_ids):
        follows = Referral.health_worker_id.in_(some), Referral.status.in_(states)
        found.update(
            filter(None, session.scalars(select(Referral.health_worker_id).where(*follows)))
        )
        is_awaited = (
            select(HealthWorker.id)
            .join(Message, Message.msisdn_index == HealthWorker.msisdn_index)
            .where(
                HealthWorker.id.in_(some),
                Message.recipient == Recipient.HEALTH_WORKER.value,
                Message.state.in_(UNSENT),
            )
        )
        found.update(session.scalars(is_awaited))
    return sorted(found)


def chunks(values: Iterable[Any]) -> Iterable[list[Any]]:
    """Cut into lists that a statement takes."""
    all_values = list(values)
    for start in range(0, len(all_values), _AT_ONCE):
        yield all_values[start : start + _AT_ONCE]
