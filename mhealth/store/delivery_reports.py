"""Delivery reports as they came: kept once, matched to the message they speak of, now or later."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from mhealth.domain.gateway import DeliveryReport
from mhealth.domain.message import FINAL, DeliveryStatus, MessageState, may_become
from mhealth.store.database import database_now_ms, moment_ms
from mhealth.store.messages import PARKED, DeliveryReportRow, Message
from mhealth.store.upsert import insert_into

_MAY_HAVE_GONE = [
    MessageState.SENDING.value,
    MessageState.UNCERTAIN.value,
    MessageState.ACCEPTED.value,
    MessageState.NO_REPORT.value,
]
_KEEPS_REASON = {MessageState.FAILED, MessageState.EXPIRED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """A message that an unknown report may speak of: sent to its number, and the id unknown to us."""

    id: int
    state: MessageState
    was_resent: bool
    is_nameless: bool  # no carrier's id is written yet


def keep_report(
    session: Session,
    channel: str,
    report: DeliveryReport,
    msisdn_index: bytes | None,
    now: datetime,
) -> DeliveryReportRow | None:
    """Write a report as it came; None when the same word on the same message was kept before."""
    insert = insert_into(session, DeliveryReportRow).values(
        uid=uuid4(),
        channel=channel,
        carrier_id=report.carrier_id[:120],
        raw_status=report.raw_status[:60],
        status=report.status.value if report.status else None,
        reason=report.reason[:120] if report.reason else None,
        msisdn_index=msisdn_index,
        received_at=now,
        received_ms=database_now_ms(),
    )
    kept = session.scalar(insert.on_conflict_do_nothing().returning(DeliveryReportRow.id))
    return None if kept is None else session.get_one(DeliveryReportRow, kept)


def parked_of(session: Session, channel: str, carrier_id: str) -> list[DeliveryReportRow]:
    """Reports on this carrier's id that came before we knew it."""
    query = select(DeliveryReportRow).where(
        PARKED, DeliveryReportRow.channel == channel, DeliveryReportRow.carrier_id == carrier_id
    )
    return list(session.scalars(query.order_by(DeliveryReportRow.id)))


def parked_with_message(session: Session, keep_ms: int, limit: int) -> list[DeliveryReportRow]:
    """Parked reports whose message is known by the carrier's id meanwhile."""
    same = and_(
        Message.channel == DeliveryReportRow.channel,
        Message.carrier_id == DeliveryReportRow.carrier_id,
        _same_number(),
    )
    return _parked(session, same, keep_ms, limit)


def parked_with_suspect(session: Session, window_ms: int, limit: int) -> list[DeliveryReportRow]:
    """Parked reports to whose number something was sent of which we do not know the end."""
    same = and_(
        Message.channel == DeliveryReportRow.channel,
        Message.msisdn_index == DeliveryReportRow.msisdn_index,
        _sent_within(DeliveryReportRow.received_ms, window_ms),
        _has_unknown_id(),
        DeliveryReportRow.status.is_not(None),
    )
    return _parked(session, same, window_ms, limit)


def _parked(
    session: Session, same: ColumnElement[bool], keep_ms: int, limit: int
) -> list[DeliveryReportRow]:
    known = select(Message.id).where(same).exists()
    query = select(DeliveryReportRow).where(
        PARKED, DeliveryReportRow.received_ms > moment_ms() - keep_ms, known
    )
    return list(session.scalars(query.order_by(DeliveryReportRow.received_ms).limit(limit)))


def message_of(session: Session, row: DeliveryReportRow) -> int | None:
    """The message that carries the report's id on that channel, if it went to the report's number."""
    return session.scalar(
        select(Message.id)
        .join(
            DeliveryReportRow,
            and_(
                Message.channel == DeliveryReportRow.channel,
                Message.carrier_id == DeliveryReportRow.carrier_id,
            ),
        )
        .where(DeliveryReportRow.id == row.id, _same_number())
        .limit(1)
    )


def suspects_of(session: Session, row: DeliveryReportRow, window_ms: int) -> list[Suspect]:
    """Every message that a report with an unknown id may speak of; at most two are told."""
    if row.msisdn_index is None:
        return []
    query = select(Message.id, Message.state, Message.resends, Message.carrier_id).where(
        Message.channel == row.channel,
        Message.msisdn_index == row.msisdn_index,
        _sent_within(row.received_ms, window_ms),
        _has_unknown_id(),
    )
    return [
        Suspect(
            id=id_,
            state=MessageState(state),
            was_resent=resends > 0,
            is_nameless=carrier_id is None,
        )
        for id_, state, resends, carrier_id in session.execute(query.limit(2))
    ]


def link(session: Session, row: DeliveryReportRow, message_id: int) -> None:
    """The report speaks of this message."""
    row.message_id = message_id
    session.flush()


def advance(session: Session, message_id: int, row: DeliveryReportRow) -> bool:
    """Move a message forward by a report; False when it already stands there or further."""
    if row.status is None:
        return False
    then = DeliveryStatus(row.status).state
    behind = [state.value for state in MessageState if may_become(state, then)]
    moved = session.scalar(
        update(Message)
        .where(Message.id == message_id, Message.state.in_(behind))
        .values(
            state=then.value,
            failure=_why(row) if then in _KEEPS_REASON else None,
            accepted_ms=func.coalesce(Message.accepted_ms, database_now_ms()),
            final_ms=database_now_ms() if then in FINAL else Message.final_ms,
        )
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    return moved is not None


def name_message(session: Session, message_id: int, carrier_id: str) -> None:
    """Write the carrier's id on a message that had none."""
    session.execute(
        update(Message)
        .where(Message.id == message_id, Message.carrier_id.is_(None))
        .values(carrier_id=carrier_id)
        .execution_options(synchronize_session=False)
    )


def _why(row: DeliveryReportRow) -> str:
    return f"{row.raw_status}: {row.reason}"[:120] if row.reason else row.raw_status


def _same_number() -> ColumnElement[bool]:
    return or_(
        DeliveryReportRow.msisdn_index.is_(None),
        DeliveryReportRow.msisdn_index == Message.msisdn_index,
    )


def _has_unknown_id() -> ColumnElement[bool]:
    """It went or may have gone and no id came back, or it went twice and one id is missing."""
    return or_(
        and_(Message.carrier_id.is_(None), Message.state.in_(_MAY_HAVE_GONE)), Message.resends > 0
    )


def _sent_within(received_ms: Any, window_ms: int) -> ColumnElement[bool]:
    """Sent before the report came and not longer ago than the window; a resent one was sent twice."""
    return and_(
        Message.sending_ms >= received_ms - window_ms,
        or_(Message.resends > 0, Message.sending_ms <= received_ms),
    )
