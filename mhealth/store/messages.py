"""Messages out and in, delivery reports, and what could not be read: nothing that came is lost."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    TextClause,
    UniqueConstraint,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from mhealth.domain.message import MessageState
from mhealth.store.database import Base, Row, database_now_ms
from mhealth.store.sealed import Sealed, SealedColumn

READY = text("state = 'queued' AND not_before IS NULL AND retry_at_ms = 0")
PLANNED = text("state = 'queued' AND not_before IS NOT NULL")
RETRIED = text("state = 'queued' AND retry_at_ms > 0")
RESENDABLE = text(
    "state = 'uncertain' AND resends = 0"
    " AND (lane = 'emergency' OR (lane = 'reminder' AND is_repeat_safe))"
)
UNREPORTED = text("state = 'accepted'")
WATCHED = text("state IN ('leased', 'sending', 'uncertain', 'dead')")
LOST = text("state IN ('dead', 'expired', 'failed')")
PARKED = text("message_id IS NULL")
NEEDS_PERSON = text("needs_person")
BUDGETED = text("budget IS NOT NULL")
CAPPED = text("cap IS NOT NULL")
ACCEPTED = text("accepted_ms IS NOT NULL")


def _partial(name: str, *columns: str, only: TextClause) -> Index:
    """An index over the few rows that a sender or the sweep asks for, whatever the table holds."""
    return Index(name, *columns, sqlite_where=only, postgresql_where=only)


class Message(Row, Base):
    """One SMS to one phone: the letter and its way (the outbox).

    `dedupe_key` names the intent: a second row of the same intent cannot be written.
    Times `*_ms` are of the database's clock in milliseconds; the others of the handed-in clock.

    A queued row is *ready* when it has neither `not_before` nor `retry_at_ms`; the sweep takes these
    away when their time has come, so that a claim never looks at rows that must wait.
    """

    __tablename__ = "messages"
    __table_args__ = (
        _partial("ix_messages_ready", "channel", "lane_rank", "queued_ms", "id", only=READY),
        _partial("ix_messages_planned", "not_before", only=PLANNED),
        _partial("ix_messages_retried", "retry_at_ms", only=RETRIED),
        _partial("ix_messages_resendable", "sending_ms", only=RESENDABLE),
        _partial("ix_messages_watched", "state", "lease_until_ms", only=WATCHED),
        _partial("ix_messages_unreported", "accepted_ms", only=UNREPORTED),
        _partial("ix_messages_lost", "final_ms", only=LOST),
        Index("ix_messages_carrier", "channel", "carrier_id"),
        Index("ix_messages_number", "msisdn_index", "sending_ms"),
        _partial("ix_messages_number_budget", "msisdn_index", "budget", "due_at", only=BUDGETED),
        _partial("ix_messages_district_budget", "district_id", "budget", "due_at", only=BUDGETED),
        _partial("ix_messages_channel_budget", "channel", "budget", "due_at", only=BUDGETED),
        _partial("ix_messages_capped", "created_at", "id", only=CAPPED),
        _partial("ix_messages_accepted", "channel", "accepted_ms", only=ACCEPTED),
    )
    dedupe_key: Mapped[str] = mapped_column(String(120), unique=True)
    district_id: Mapped[int | None] = mapped_column(ForeignKey("districts.id"), index=True)
    referral_id: Mapped[int | None] = mapped_column(ForeignKey("referrals.id"), index=True)
    lane: Mapped[str] = mapped_column(String(12))
    lane_rank: Mapped[int]
    state: Mapped[str] = mapped_column(String(12), default=MessageState.QUEUED.value)
    template: Mapped[str] = mapped_column(String(48))
    language: Mapped[str] = mapped_column(String(8))
    recipient: Mapped[str] = mapped_column(String(16))  # domain.message.Recipient
    msisdn_sealed: Mapped[SealedColumn]
    msisdn_index: Mapped[bytes] = mapped_column(LargeBinary(16))
    body_sealed: Mapped[SealedColumn]
    segments: Mapped[int]
    is_repeat_safe: Mapped[bool] = mapped_column(default=False)
    channel: Mapped[str] = mapped_column(String(32))
    carrier_id: Mapped[str | None] = mapped_column(String(120))
    cost: Mapped[str | None] = mapped_column(String(24))
    attempts: Mapped[int] = mapped_column(default=0)
    resends: Mapped[int] = mapped_column(default=0)
    claim_token: Mapped[str | None] = mapped_column(String(32))
    lease_until_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    retry_at_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    not_before: Mapped[datetime | None]
    due_at: Mapped[datetime | None]  # the moment whose day and hour it counts in
    budget: Mapped[str | None] = mapped_column(String(20))  # domain.caps.Budget; held back: none
    cap: Mapped[str | None] = mapped_column(String(20))  # domain.caps.Cap that it met
    failure: Mapped[str | None] = mapped_column(String(120))
    trace: Mapped[str | None] = mapped_column(String(16))  # of the call that caused it, for logs
    created_at: Mapped[datetime]
    first_queued_ms: Mapped[int | None] = mapped_column(BigInteger, default=database_now_ms())
    queued_ms: Mapped[int] = mapped_column(BigInteger, default=database_now_ms())  # ready since
    sending_ms: Mapped[int | None] = mapped_column(BigInteger)
    accepted_ms: Mapped[int | None] = mapped_column(BigInteger)
    final_ms: Mapped[int | None] = mapped_column(BigInteger)
    msisdn = Sealed("msisdn_sealed")
    body = Sealed("body_sealed")

    @property
    def state_word(self) -> MessageState:
        """The state as a word of the domain."""
        return MessageState(self.state)


class DeliveryReportRow(Row, Base):
    """A carrier's report as it came; one row for each (message, word); matched now or later."""

    __tablename__ = "delivery_reports"
    __table_args__ = (
        UniqueConstraint("channel", "carrier_id", "raw_status"),
        _partial("ix_delivery_reports_parked", "received_ms", only=PARKED),
        Index("ix_delivery_reports_newest", "channel", "received_ms"),
    )
    channel: Mapped[str] = mapped_column(String(32))
    carrier_id: Mapped[str] = mapped_column(String(120))
    raw_status: Mapped[str] = mapped_column(String(60))
    status: Mapped[str | None] = mapped_column(String(12))
    reason: Mapped[str | None] = mapped_column(String(120))
    msisdn_index: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), index=True)
    received_at: Mapped[datetime]
    received_ms: Mapped[int] = mapped_column(BigInteger, default=database_now_ms())


class InboundMessage(Row, Base):
    """An SMS from a phone, stored once: unique by the carrier's id, or a fingerprint where it has none."""

    __tablename__ = "inbound_messages"
    __table_args__ = (
        UniqueConstraint("channel", "fingerprint"),
        Index("ix_inbound_messages_number", "msisdn_index", "received_at"),
        _partial("ix_inbound_messages_waiting", "received_at", "id", only=NEEDS_PERSON),
        Index("ix_inbound_messages_newest", "channel", "received_at"),
    )
    channel: Mapped[str] = mapped_column(String(32))
    fingerprint: Mapped[str] = mapped_column(String(130))
    district_id: Mapped[int | None] = mapped_column(ForeignKey("districts.id"), index=True)
    referral_id: Mapped[int | None] = mapped_column(ForeignKey("referrals.id"), index=True)
    msisdn_sealed: Mapped[SealedColumn]
    msisdn_index: Mapped[bytes] = mapped_column(LargeBinary(16))
    body_sealed: Mapped[SealedColumn]
    sender_kind: Mapped[str] = mapped_column(
        String(16)
    )  # facility, district, health_worker, caller
    understood_as: Mapped[str] = mapped_column(String(32))  # answer_yes … not_understood
    needs_person: Mapped[bool] = mapped_column(default=False)  # a person must read it
    sent_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    msisdn = Sealed("msisdn_sealed")
    body = Sealed("body_sealed")


class UnreadCall(Row, Base):
    """A carrier's call with the right token that could not be read: kept sealed, shown to a person."""

    __tablename__ = "unread_calls"
    __table_args__ = (
        Index("ix_unread_calls_newest", "received_at", "id"),
        Index("ix_unread_calls_digest", "digest", unique=True),
    )
    channel: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(12))  # ussd, ussd-events, sms, delivery
    problem: Mapped[str] = mapped_column(String(120))
    digest: Mapped[bytes | None] = mapped_column(LargeBinary(16))  # keyed: the same call again
    body_sealed: Mapped[SealedColumn]
    received_at: Mapped[datetime]
    body = Sealed("body_sealed")


def messages_of_referral(session: Session, referral_id: int) -> list[Message]:
    """Every SMS about a referral, in the order of writing."""
    query = select(Message).where(Message.referral_id == referral_id)
    return list(session.scalars(query.order_by(Message.created_at, Message.id)))


def was_said(session: Session, referral_id: int, template: str) -> bool:
    """Whether an SMS of this template, or its words of least data, was written about a referral."""
    query = select(Message.id).where(
        Message.referral_id == referral_id, Message.template.in_((template, f"{template}_least"))
    )
    return session.scalar(query.limit(1)) is not None


def has_arrived(session: Session, msisdn_index: bytes, template: str) -> bool:
    """Whether the newest SMS of a template was delivered to that number."""
    query = select(Message.state).where(
        Message.msisdn_index == msisdn_index, Message.template == template
    )
    newest = session.scalar(query.order_by(Message.id.desc()).limit(1))
    return newest == MessageState.DELIVERED.value


def inbound_of_referral(session: Session, referral_id: int) -> list[InboundMessage]:
    """Every SMS received about a referral, oldest first."""
    query = select(InboundMessage).where(InboundMessage.referral_id == referral_id)
    return list(session.scalars(query.order_by(InboundMessage.received_at, InboundMessage.id)))
