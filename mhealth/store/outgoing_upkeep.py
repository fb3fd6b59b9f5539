"""What time alone does to messages: due ones become ready, lost ones are told apart, few are resent.

Each function moves at most `LIMIT` rows and returns how many; all are safe to run twice or at once.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import CTE, ColumnElement, ScalarSelect, TextClause, Update, and_, func, or_, select
from sqlalchemy.orm import Session

from mhealth.domain.message import Lane, MessageState
from mhealth.store.database import database_now_ms, moment_ms
from mhealth.store.messages import (
    PLANNED,
    READY,
    RESENDABLE,
    RETRIED,
    UNREPORTED,
    WATCHED,
    Message,
)
from mhealth.store.outgoing import NEXT, moved, of_line, picked
from mhealth.store.troubles import Line, troubles_by_line

LIMIT = 500
OPEN_STATES = (
    MessageState.QUEUED,
    MessageState.LEASED,
    MessageState.SENDING,
    MessageState.UNCERTAIN,
    MessageState.ACCEPTED,
    MessageState.DEAD,
)
"""The states that somebody should watch: the open ones, and what could not be sent at all."""


def release_planned(session: Session, now: datetime) -> int:
    """Messages whose `not_before` (of the handed-in clock) has come are ready."""
    due = picked(PLANNED, Message.not_before <= now, order=[Message.not_before], limit=LIMIT)
    return _count(session, moved(due).values(not_before=None, queued_ms=database_now_ms()))


def release_retried(session: Session) -> int:
    """Messages whose back-off is over are ready."""
    due = picked(
        RETRIED, Message.retry_at_ms <= moment_ms(), order=[Message.retry_at_ms], limit=LIMIT
    )
    return _count(session, moved(due).values(retry_at_ms=0, queued_ms=database_now_ms()))


def expire_leases(session: Session, max_attempts: int) -> int:
    """The sender is gone before its call began: queued again, or dead after so many tries."""
    over, again = Message.attempts >= max_attempts, Message.attempts < max_attempts
    gone = {"claim_token": None, "failure": "lost: the sender went away before the call"}
    dead = moved(_expired(MessageState.LEASED, over)).values(
        state=MessageState.DEAD.value, final_ms=database_now_ms(), **gone
    )
    queued = moved(_expired(MessageState.LEASED, again)).values(
        state=MessageState.QUEUED.value, queued_ms=database_now_ms(), **gone
    )
    return _count(session, dead) + _count(session, queued)


def expire_sending(session: Session) -> int:
    """The sender is gone after its call began: nobody knows, so it is uncertain.

    The token stays: should the sender wake up with the carrier's answer, that settles it.
    """
    return _count(
        session,
        moved(_expired(MessageState.SENDING)).values(
            state=MessageState.UNCERTAIN.value,
            failure="unknown: the sender went away during the call",
        ),
    )


def resend_uncertain(session: Session, *, emergency_ms: int, reminder_ms: int) -> int:
    """Without proof for so long, emergencies and reminders that are safe to repeat go once more.

    Replies and broadcasts stay uncertain: a second copy is worse than none.
    """
    age = moment_ms() - Message.sending_ms
    waited = or_(
        and_(Message.lane == Lane.EMERGENCY.value, age > emergency_ms),
        and_(Message.lane == Lane.REMINDER.value, age > reminder_ms),
    )
    oldest = Message.sending_ms <= moment_ms() - min(emergency_ms, reminder_ms)
    rows = picked(RESENDABLE, oldest, waited, order=[Message.sending_ms], limit=LIMIT)
    return _count(
        session,
        moved(rows).values(
            state=MessageState.QUEUED.value,
            claim_token=None,
            resends=Message.resends + 1,
            queued_ms=database_now_ms(),
        ),
    )


def give_up_reports(session: Session, no_report_ms: int) -> int:
    """Accepted, and no word for so long: said as it is, never taken for delivered."""
    silent = Message.accepted_ms <= moment_ms() - no_report_ms
    rows = picked(UNREPORTED, silent, order=[Message.accepted_ms], limit=LIMIT)
    return _count(session, moved(rows).values(state=MessageState.NO_REPORT.value))


def waiting_ms(session: Session, lines: Sequence[Line]) -> Mapping[Line, int]:
    """For each line with a ready message that is not held: for how long its next one has been ready."""
    if not lines:
        return {}
    troubles = troubles_by_line(session)
    heads = [
        select(moment_ms() - Message.queued_ms)
        .where(READY, *of_line(line))
        .order_by(*NEXT)
        .limit(1)
        .scalar_subquery()
        for line in lines
    ]
    ages = session.execute(select(*heads)).one()
    found = zip(lines, ages, strict=True)
    held = {line for line, trouble in troubles.items() if trouble.is_held}
    return {line: age for line, age in found if age is not None and line not in held}


def count_by_state(session: Session) -> Mapping[MessageState, int]:
    """How many messages stand in each state that is to be watched; never reads the whole table."""
    watched = select(Message.state, func.count()).where(WATCHED).group_by(Message.state)
    counts = {MessageState(state): n for state, n in session.execute(watched)}
    small = [_number(READY), _number(PLANNED), _number(RETRIED), _number(UNREPORTED)]
    numbers = session.execute(select(*small)).one()
    counts[MessageState.QUEUED] = sum(numbers[:3])
    counts[MessageState.ACCEPTED] = numbers[3]
    return dict.fromkeys(OPEN_STATES, 0) | counts


def _number(rows: TextClause) -> ScalarSelect[int]:
    return select(func.count()).select_from(Message).where(rows).scalar_subquery()


def _expired(state: MessageState, *more: ColumnElement[bool]) -> CTE:
    return picked(
        WATCHED,
        Message.state == state.value,
        Message.lease_until_ms < moment_ms(),
        *more,
        order=[Message.lease_until_ms],
        limit=LIMIT,
    )


def _count(session: Session, change: Update) -> int:
    return len(session.scalars(change.returning(Message.id)).all())
