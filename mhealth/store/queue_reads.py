"""How the queues stand, for the doctor and the metrics: every number by a small partial index."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, ScalarSelect, TextClause, func, select
from sqlalchemy.orm import Session

from mhealth.domain.message import Lane, MessageState
from mhealth.store.database import moment_ms
from mhealth.store.messages import READY, WATCHED, Message
from mhealth.store.troubles import standing_troubles

_GRACE_MS = 60_000
"""A lease that ended so long ago should have been swept by now."""
_WEEK_MS = 7 * 86_400_000
_UNSURE_MS = 2 * 86_400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueState:
    """Numbers of messages; ages in milliseconds of the database's clock, by lane.

    `ready` and `oldest_ms` hold the lanes in which something waits, held lines among them.
    `troubles`: (channel, problem, since when), one for each problem of a channel.
    """

    ready: Mapping[Lane, int]
    oldest_ms: Mapping[Lane, int]
    stuck: int
    dead: int
    uncertain_emergencies: int
    troubles: Sequence[tuple[str, str, int]]


def read_queues(session: Session) -> QueueState:
    """One pass over what is not settled."""
    waiting = (
        select(Message.lane_rank, func.count(), moment_ms() - func.min(Message.queued_ms))
        .where(READY)
        .group_by(Message.lane_rank)
    )
    lanes = list(Lane)
    rows = [(lanes[rank], count, age_ms) for rank, count, age_ms in session.execute(waiting)]
    held = Message.state.in_([MessageState.LEASED.value, MessageState.SENDING.value])
    stuck, dead, unsure = session.execute(
        select(
            _number(WATCHED, held, Message.lease_until_ms < moment_ms() - _GRACE_MS),
            _number(
                WATCHED,
                Message.state == MessageState.DEAD.value,
                Message.final_ms > moment_ms() - _WEEK_MS,
            ),
            _number(
                WATCHED,
                Message.state == MessageState.UNCERTAIN.value,
                Message.lane == Lane.EMERGENCY.value,
                Message.sending_ms > moment_ms() - _UNSURE_MS,
            ),
        )
    ).one()
    return QueueState(
        ready={lane: count for lane, count, _ in rows},
        oldest_ms={lane: max(0, age_ms) for lane, _, age_ms in rows},
        stuck=stuck,
        dead=dead,
        uncertain_emergencies=unsure,
        troubles=_troubles(session),
    )


def _number(*conditions: ColumnElement[bool] | TextClause) -> ScalarSelect[int]:
    return select(func.count()).select_from(Message).where(*conditions).scalar_subquery()


def _troubles(session: Session) -> Sequence[tuple[str, str, int]]:
    standing = standing_troubles(session)
    if not standing:
        return []
    now_ms = session.scalar(select(moment_ms())) or 0
    since: dict[tuple[str, str], int] = {}
    for row in standing:
        since.setdefault((row.channel, row.problem), now_ms - row.since_ms)
    return [(channel, problem, max(0, ms)) for (channel, problem), ms in since.items()]
