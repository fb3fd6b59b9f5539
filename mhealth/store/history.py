"""The history of turns as the funnel reads it: calls that are over and not yet counted, and their lines."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from mhealth.store.ussd_tables import UNCOUNTED, UssdSession, UssdTurn


@dataclass(frozen=True, slots=True, kw_only=True)
class OverCall:
    """A call that is over. Times in milliseconds since 1970."""

    id: int
    district_id: int | None
    started_ms: int
    touched_ms: int
    ended_ms: int
    outcome: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One line: the screen that a turn led to, and how."""

    node: str
    outcome: str
    language: str
    at_ms: int


def uncounted_calls(session: Session, limit: int) -> list[OverCall]:
    """The oldest of them, locked until the transaction ends; those locked by others are passed over."""
    columns = (
        UssdSession.id,
        UssdSession.district_id,
        UssdSession.started_ms,
        UssdSession.touched_ms,
        UssdSession.ended_ms,
        UssdSession.outcome,
    )
    oldest = select(*columns).where(UNCOUNTED).order_by(UssdSession.ended_ms).limit(limit)
    rows = session.execute(oldest.with_for_update(skip_locked=True))
    return [
        OverCall(
            id=row.id,
            district_id=row.district_id,
            started_ms=row.started_ms,
            touched_ms=row.touched_ms,
            ended_ms=row.ended_ms,
            outcome=row.outcome or "",
        )
        for row in rows
    ]


def turns_of(session: Session, calls: Collection[int]) -> Mapping[int, list[Turn]]:
    """The lines of each call, in order."""
    lines: dict[int, list[Turn]] = {}
    columns = (
        UssdTurn.ussd_session_id,
        UssdTurn.node,
        UssdTurn.outcome,
        UssdTurn.language,
        UssdTurn.at_ms,
    )
    query = select(*columns).where(UssdTurn.ussd_session_id.in_(calls))
    for row in session.execute(query.order_by(UssdTurn.ussd_session_id, UssdTurn.step)):
        lines.setdefault(row[0], []).append(Turn(*row[1:]))
    return lines


def mark_counted(session: Session, calls: Collection[int], at_ms: int) -> None:
    """Say that these calls are in the funnel."""
    session.execute(update(UssdSession).where(UssdSession.id.in_(calls)).values(counted_ms=at_ms))


def delete_counted(session: Session, before_ms: int, limit: int) -> int:
    """Delete the oldest lines that are from before a moment; those of calls to be counted stay."""
    columns = (UssdTurn.id, UssdTurn.ussd_session_id, UssdTurn.at_ms)
    head = session.execute(select(*columns).order_by(UssdTurn.id).limit(limit)).all()
    old = [row for row in head if row.at_ms < before_ms]
    if not old:
        return 0
    calls = {row.ussd_session_id for row in old}
    waiting = select(UssdSession.id).where(
        UssdSession.id.in_(calls), UssdSession.counted_ms.is_(None)
    )
    kept = set(session.scalars(waiting))
    ids = [row.id for row in old if row.ussd_session_id not in kept]
    session.execute(delete(UssdTurn).where(UssdTurn.id.in_(ids)))
    return len(ids)
