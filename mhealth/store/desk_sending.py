"""What of the sending needs a person's eye: channels in trouble, and SMS that do not get through.

Troubles of channels are everybody's; messages are counted within a scope. Ages are by the database's
clock, in which messages live. Every read goes by a small partial index, whatever history holds.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Subquery,
    TextClause,
    and_,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from mhealth.domain.gateway import SendProblem
from mhealth.domain.message import Lane, MessageState, Recipient
from mhealth.domain.referral import OPEN
from mhealth.store.database import database_now_ms, moment_ms
from mhealth.store.messages import LOST, READY, RETRIED, WATCHED, Message
from mhealth.store.referrals import Referral
from mhealth.store.scope import Scope
from mhealth.store.troubles import ChannelTrouble, Line, standing_troubles

_MINUTE_MS = 60_000
SLOW_MS = 5 * _MINUTE_MS
"""An SMS that is ready and has not left for so long waits too long."""
LOST_MS = 48 * 60 * _MINUTE_MS
DEAD_MS = 7 * 24 * 60 * _MINUTE_MS
SHOWN = 100
_Parts = Sequence[tuple[ColumnElement[bool] | TextClause, ...]]


class Stuck(StrEnum):
    """Why a message is on the list; the most pressing first."""

    LOST = "lost"  # an emergency's SMS that did not arrive, or nobody knows
    SLOW = "slow"  # ready, and has not left for long
    DEAD = "dead"  # given up, of another kind than emergencies


@dataclass(frozen=True, slots=True, kw_only=True)
class Disturbance:
    """What is wrong with one channel; `age_ms` since its first failure, `waiting` within the scope."""

    channel: str
    problem: SendProblem
    lanes: frozenset[Lane]
    age_ms: int
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """How the sending stands; nothing to show when all is well."""

    disturbances: list[Disturbance]
    stuck: Mapping[Stuck, int]

    @property
    def is_well(self) -> bool:
        """True when there is nothing to show."""
        return not self.disturbances and not any(self.stuck.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckMessage:
    """One SMS that does not get through, without its number and text."""

    referral: UUID | None
    code: str | None
    recipient: Recipient
    state: MessageState
    failure: str | None
    created_at: datetime


def sending_state(session: Session, scope: Scope) -> Sending:
    """What stands wrong now."""
    counts = [_counted(kind, scope) for kind in Stuck]
    numbers = session.execute(select(*counts)).one()
    return Sending(
        disturbances=_disturbances(session, scope),
        stuck=dict(zip(Stuck, numbers, strict=True)),
    )


def stuck_messages(session: Session, scope: Scope, kind: Stuck) -> list[StuckMessage]:
    """The messages of one kind, oldest first, at most `SHOWN`."""
    columns = (Referral.uid, Referral.code, Message.recipient, Message.state, Message.failure)
    ids = _ids(kind, scope)
    query = (
        select(*columns, Message.created_at)
        .select_from(ids)
        .join(Message, Message.id == ids.c.id)
        .outerjoin(Referral, Referral.id == Message.referral_id)
        .order_by(Message.created_at, Message.id)
        .limit(SHOWN)
    )
    return [
        StuckMessage(
            referral=row[0],
            code=row[1],
            recipient=Recipient(row[2]),
            state=MessageState(row[3]),
            failure=row[4],
            created_at=row[5],
        )
        for row in session.execute(query)
    ]


def _disturbances(session: Session, scope: Scope) -> list[Disturbance]:
    troubles = standing_troubles(session)
    if not troubles:
        return []
    now_ms = session.scalar(select(database_now_ms())) or 0
    waiting = _waiting(session, scope)
    grouped: dict[tuple[str, SendProblem], list[ChannelTrouble]] = {}
    for row in troubles:
        grouped.setdefault((row.channel, row.problem_word), []).append(row)
    return [
        _disturbance(channel, problem, rows, now_ms, waiting)
        for (channel, problem), rows in grouped.items()
    ]


def _disturbance(
    channel: str,
    problem: SendProblem,
    rows: list[ChannelTrouble],
    now_ms: int,
    waiting: Mapping[Line, int],
) -> Disturbance:
    lanes = frozenset(Lane(row.lane) for row in rows)
    return Disturbance(
        channel=channel,
        problem=problem,
        lanes=lanes,
        age_ms=max(0, now_ms - min(row.since_ms for row in rows)),
        waiting=sum(waiting.get(Line(channel, lane), 0) for lane in lanes),
    )


def _waiting(session: Session, scope: Scope) -> Mapping[Line, int]:
    """Queued messages by line; what is planned for later does not wait yet."""
    found: dict[Line, int] = {}
    for part in (READY, RETRIED):
        query = (
            select(Message.channel, Message.lane, func.count())
            .where(part, Message.not_before.is_(None))
            .where(scope.holds_or_strays(Message.district_id))
            .group_by(Message.channel, Message.lane)
        )
        for channel, lane, count in session.execute(query):
            line = Line(channel, Lane(lane))
            found[line] = found.get(line, 0) + count
    return found


def _counted(kind: Stuck, scope: Scope) -> ScalarSelect[int]:
    return select(func.count()).select_from(_ids(kind, scope)).scalar_subquery()


def _ids(kind: Stuck, scope: Scope) -> Subquery:
    """The messages of one kind: parts that exclude each other, each with an index of its own."""
    here = scope.holds_or_strays(Message.district_id)
    parts = [select(Message.id).where(*part, here) for part in _PARTS[kind]()]
    if kind is Stuck.LOST:
        still = or_(Referral.id.is_(None), Referral.status.in_(sorted(s.value for s in OPEN)))
        to_referral = Referral.id == Message.referral_id
        parts = [part.outerjoin(Referral, to_referral).where(still) for part in parts]
    return union_all(*parts).subquery()


def _lost() -> _Parts:
    """An emergency's SMS that failed, or of which nobody knows whether it left."""
    of_emergency = Message.lane == Lane.EMERGENCY.value
    gone = (LOST, Message.final_ms > moment_ms() - LOST_MS, of_emergency)
    unsure = (
        WATCHED,
        Message.state == MessageState.UNCERTAIN.value,
        Message.sending_ms.between(moment_ms() - LOST_MS, moment_ms() - SLOW_MS),
        of_emergency,
    )
    return [gone, unsure]


def _slow() -> _Parts:
    """Ready for long; a message that was planned and has just been released is not."""
    long_ago = moment_ms() - SLOW_MS
    was_tried = or_(Message.failure.is_not(None), Message.queued_ms < long_ago)
    is_old = and_(Message.first_queued_ms < long_ago, was_tried)
    return [(READY, is_old), (RETRIED, is_old, Message.not_before.is_(None))]


def _dead() -> _Parts:
    return [
        (
            WATCHED,
            Message.state == MessageState.DEAD.value,
            Message.lane != Lane.EMERGENCY.value,
            Message.final_ms > moment_ms() - DEAD_MS,
        )
    ]


_PARTS: Mapping[Stuck, Callable[[], _Parts]] = {
    Stuck.LOST: _lost,
    Stuck.SLOW: _slow,
    Stuck.DEAD: _dead,
}
