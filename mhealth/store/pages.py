"""Pages of a long list without offsets: the mark is the row that one has read to."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeAlias, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, literal, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from mhealth.store.database import UtcTime

T = TypeVar("T")
AnySelect: TypeAlias = Select[*tuple[Any, ...]]
PAGE_ROWS = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Where to read on: from the row `uid`, towards older ones or back to newer ones."""

    uid: UUID
    is_back: bool = False


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Rows, newest first, and the rows to read on from, None where the list ends."""

    rows: list[T]
    newer: UUID | None
    older: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """The columns that a list is ordered by, and the condition that a mark lies within scope."""

    at: InstrumentedAttribute[datetime]
    id: InstrumentedAttribute[int]
    uid: InstrumentedAttribute[UUID]
    within: ColumnElement[bool]


def read_page(
    session: Session,
    query: AnySelect,
    order: Order,
    turn: Turn | None,
    read: Callable[[Any], T],
    uid_of: Callable[[T], UUID],
    size: int = PAGE_ROWS,
) -> Page[T]:
    """One page of `query`. The mark need not match its filters: a row may have moved since.

    A mark out of scope or deleted gives the first page; so does a turn back that comes near the
    start, so that the newest page is always full.
    """
    mark = _mark(session, order, turn)
    if turn is not None and mark is not None and turn.is_back:
        rows = _rows(session, query, order, mark, size + 1, back=True)
        if len(rows) > size:
            found = [read(row) for row in reversed(rows[:size])]
            return Page(found, uid_of(found[0]), uid_of(found[-1]))
        mark = None
    rows = _rows(session, query, order, mark, size + 1, back=False)
    found = [read(row) for row in rows[:size]]
    newer = uid_of(found[0]) if mark is not None and found else None
    return Page(found, newer, uid_of(found[-1]) if len(rows) > size else None)


def _mark(session: Session, order: Order, turn: Turn | None) -> tuple[datetime, int] | None:
    if turn is None:
        return None
    query = select(order.at, order.id).where(order.uid == turn.uid, order.within)
    row = session.execute(query).one_or_none()
    return None if row is None else (row[0], row[1])


def _rows(
    session: Session,
    query: AnySelect,
    order: Order,
    mark: tuple[datetime, int] | None,
    count: int,
    *,
    back: bool,
) -> list[Any]:
    place = tuple_(order.at, order.id)
    if mark is not None:
        there = tuple_(literal(mark[0], UtcTime()), literal(mark[1]))
        query = query.where(place > there if back else place < there)
    sort = (order.at.asc(), order.id.asc()) if back else (order.at.desc(), order.id.desc())
    return list(session.execute(query.order_by(*sort).limit(count)).all())
