"""Numbers for machines: what waits, what runs, what went wrong. Every one by an index of few rows.

Nothing of a person is among them, and every key of a mapping is a word of a fixed list.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, String, TextClause, func, select, text
from sqlalchemy.orm import InstrumentedAttribute, Session

from mhealth.domain.message import Lane, MessageState
from mhealth.domain.triage import TriageClass
from mhealth.store.beats import seen_processes
from mhealth.store.database import moment_ms
from mhealth.store.imports import DirectoryImport
from mhealth.store.messages import (
    ACCEPTED,
    CAPPED,
    LOST,
    NEEDS_PERSON,
    InboundMessage,
    Message,
    UnreadCall,
)
from mhealth.store.outgoing_upkeep import count_by_state
from mhealth.store.queue_reads import read_queues
from mhealth.store.referrals import UNDER_WAY, WAITING, Referral
from mhealth.store.ussd_tables import UssdSession

_FIVE_MINUTES_MS = 300_000
_HOUR_MS = 3_600_000
_ALIVE = text("ended_ms IS NULL")
_LIVE_MS = 60_000

Counts = Mapping[tuple[str, ...], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """One reading. Ages in seconds; counts by the words named beside them."""

    messages: Mapping[MessageState, int]  # those that somebody should watch
    ready: Mapping[Lane, int]
    oldest_ready: Mapping[Lane, float]
    troubles: Mapping[tuple[str, ...], float]  # channel, problem: since
    accepted: Counts  # channel, state now: of the last 5 minutes
    lost: Counts  # lane, state: of the last hour
    capped: Counts  # the cap: of the last hour
    referrals: Counts  # class, status: those under way
    unanswered_emergencies: int
    oldest_unanswered: float
    inbound_waiting: int
    unread: int  # of the last day
    imports: Counts  # state
    sessions: Counts  # outcome, or open: of the last 5 minutes
    processes: Counts  # kind: seen within a minute
    last_seen: Mapping[str, float]  # kind: the freshest sign
    size: int  # bytes


def read_numbers(session: Session, now: datetime) -> Numbers:
    """All numbers as of now: the handed-in clock, by which calls and referrals live."""
    queues = read_queues(session)
    unanswered, oldest = session.execute(
        select(func.count(), func.min(Referral.created_at))
        .select_from(Referral)
        .where(WAITING, Referral.triage_class == TriageClass.EMERGENCY.value)
    ).one()
    alive = seen_processes(session)
    last_seen = {
        kind: min(seen.age_ms for seen in alive if seen.kind == kind) / 1000
        for kind in {seen.kind for seen in alive}
    }
    fresh = [seen.kind for seen in alive if seen.age_ms < _LIVE_MS]
    return Numbers(
        messages=count_by_state(session),
        ready=queues.ready,
        oldest_ready={lane: ms / 1000 for lane, ms in queues.oldest_ms.items()},
        troubles={(channel, problem): ms / 1000 for channel, problem, ms in queues.troubles},
        accepted=_accepted(session),
        lost=_lost(session),
        capped=_counts(session, [Message.cap], CAPPED, _since(Message.first_queued_ms, _HOUR_MS)),
        referrals=_counts(session, [Referral.triage_class, Referral.status], UNDER_WAY),
        unanswered_emergencies=unanswered,
        oldest_unanswered=max(0.0, (now - oldest).total_seconds()) if oldest else 0.0,
        inbound_waiting=_count(session, InboundMessage, NEEDS_PERSON),
        unread=_count(session, UnreadCall, UnreadCall.received_at > now - timedelta(days=1)),
        imports=_counts(session, [DirectoryImport.state]),
        sessions=_sessions(session, int(now.timestamp() * 1000)),
        processes={(kind,): fresh.count(kind) for kind in set(fresh)},
        last_seen=last_seen,
        size=_size(session),
    )


def _accepted(session: Session) -> Counts:
    columns = [Message.channel, Message.state]
    return _counts(session, columns, ACCEPTED, _since(Message.accepted_ms, _FIVE_MINUTES_MS))


def _lost(session: Session) -> Counts:
    return _counts(session, [Message.lane, Message.state], LOST, _since(Message.final_ms, _HOUR_MS))


def _since(column: InstrumentedAttribute[int | None], age_ms: int) -> ColumnElement[bool]:
    return column > moment_ms() - age_ms


def _sessions(session: Session, now_ms: int) -> Counts:
    """Calls that ended lately by how, and those that go on."""
    began = now_ms - _FIVE_MINUTES_MS
    ended = _counts(session, [UssdSession.outcome], UssdSession.ended_ms > began)
    open_ones = _count(session, UssdSession, _ALIVE, UssdSession.started_ms > began)
    by_outcome: dict[tuple[str, ...], int] = {("open",): open_ones}
    for (outcome,), count in ended.items():
        by_outcome[(outcome or "unknown",)] = count
    return by_outcome


def _counts(
    session: Session,
    columns: list[InstrumentedAttribute[str]] | list[InstrumentedAttribute[str | None]],
    *only: ColumnElement[bool] | TextClause,
) -> Counts:
    rows = session.execute(select(*columns, func.count()).where(*only).group_by(*columns))
    return {tuple(row[:-1]): row[-1] for row in rows}


def _count(session: Session, model: type, *only: ColumnElement[bool] | TextClause) -> int:
    return session.scalar(select(func.count()).select_from(model).where(*only)) or 0


def _size(session: Session) -> int:
    """Bytes on disk of the whole database."""
    if session.get_bind().dialect.name == "sqlite":
        pages = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
        return int(session.scalar(text(pages)) or 0)
    size = select(func.pg_database_size(func.current_database(type_=String)))
    return int(session.scalar(size) or 0)
