"""How a channel stands: when something last went out and came in, its troubles, and today's spending."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mhealth.domain.caps import Budget
from mhealth.domain.gateway import SendProblem
from mhealth.domain.message import Lane
from mhealth.store.database import database_now_ms
from mhealth.store.messages import ACCEPTED, DeliveryReportRow, InboundMessage, Message
from mhealth.store.spending import spent_today
from mhealth.store.troubles import standing_troubles


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneTrouble:
    """One lane that the carrier does not serve well; `is_held` while nothing is tried."""

    lane: Lane
    problem: SendProblem
    since: datetime
    is_held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelState:
    """Times are None for what never happened; all are set on the handed-in clock."""

    channel: str
    accepted_at: datetime | None
    received_at: datetime | None
    reported_at: datetime | None
    troubles: list[LaneTrouble]
    today: Mapping[Budget, int]


def channel_state(session: Session, channel: str, now: datetime) -> ChannelState:
    """The state of one channel; each part is one look into an index."""
    clock_ms = session.scalar(select(database_now_ms())) or 0

    def at(ms: int | None) -> datetime | None:
        return None if ms is None else now - timedelta(milliseconds=max(0, clock_ms - ms))

    accepted = select(func.max(Message.accepted_ms)).where(ACCEPTED, Message.channel == channel)
    reported = select(func.max(DeliveryReportRow.received_ms)).where(
        DeliveryReportRow.channel == channel
    )
    received = select(func.max(InboundMessage.received_at)).where(InboundMessage.channel == channel)
    return ChannelState(
        channel=channel,
        accepted_at=at(session.scalar(accepted)),
        received_at=session.scalar(received),
        reported_at=at(session.scalar(reported)),
        troubles=[
            LaneTrouble(
                lane=Lane(row.lane),
                problem=row.problem_word,
                since=at(row.since_ms) or now,
                is_held=row.until_ms > clock_ms,
            )
            for row in standing_troubles(session)
            if row.channel == channel
        ],
        today=spent_today(session, now, channel=channel),
    )
