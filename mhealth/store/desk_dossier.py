"""Everything on record about one referral, read in a fixed number of queries within a scope."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from mhealth.store.calls import Call, call_of
from mhealth.store.directory import HealthWorker
from mhealth.store.messages import (
    DeliveryReportRow,
    InboundMessage,
    Message,
    inbound_of_referral,
    messages_of_referral,
)
from mhealth.store.referrals import Appointment, Referral, ReferralEvent, appointment_of
from mhealth.store.reports import Report
from mhealth.store.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """One referral with its report, call, moves and messages; rows live in the open session."""

    referral: Referral
    worker: HealthWorker | None  # who follows it
    call: Call | None  # None when nothing was kept of it
    appointment: Appointment | None
    events: list[ReferralEvent]
    sent: list[Message]
    delivery: dict[int, list[DeliveryReportRow]]  # by id of the message, oldest first
    received: list[InboundMessage]

    @property
    def is_shared(self) -> bool:
        """True when the caller agreed that the desk may see who is ill and of what."""
        return self.referral.consent_given and self.referral.report.consent_given

    @property
    def was_escalated(self) -> bool:
        """True when the district was told at some time that nobody answers."""
        told = any(event.kind == "escalated" for event in self.events)
        return told or self.referral.escalated_at is not None


def has_referral(session: Session, scope: Scope, uid: UUID) -> bool:
    """True when the scope holds a referral of this uid."""
    query = select(Referral.id).where(Referral.uid == uid, scope.holds(Referral.district_id))
    return session.scalar(query) is not None


def dossier_of(session: Session, scope: Scope, uid: UUID) -> Dossier | None:
    """The referral of this uid, None when there is none within the scope."""
    query = (
        select(Referral)
        .where(Referral.uid == uid, scope.holds(Referral.district_id))
        .options(
            joinedload(Referral.district),
            joinedload(Referral.village),
            joinedload(Referral.facility),
            joinedload(Referral.phone),
            joinedload(Referral.report).joinedload(Report.village),
        )
    )
    referral = session.scalar(query)
    if referral is None:
        return None
    sent = messages_of_referral(session, referral.id)
    return Dossier(
        referral=referral,
        worker=session.get(HealthWorker, referral.health_worker_id)
        if referral.health_worker_id
        else None,
        call=call_of(session, referral.report),
        appointment=appointment_of(session, referral.id),
        events=_events(session, referral.id),
        sent=sent,
        delivery=_delivery(session, [message.id for message in sent]),
        received=inbound_of_referral(session, referral.id),
    )


def _events(session: Session, referral_id: int) -> list[ReferralEvent]:
    query = select(ReferralEvent).where(ReferralEvent.referral_id == referral_id)
    query = query.options(joinedload(ReferralEvent.facility))
    return list(session.scalars(query.order_by(ReferralEvent.at, ReferralEvent.id)))


def _delivery(session: Session, message_ids: list[int]) -> dict[int, list[DeliveryReportRow]]:
    query = select(DeliveryReportRow).where(DeliveryReportRow.message_id.in_(message_ids))
    query = query.order_by(DeliveryReportRow.received_ms, DeliveryReportRow.id)
    found: dict[int, list[DeliveryReportRow]] = {}
    for row in session.scalars(query):
        assert row.message_id is not None
        found.setdefault(row.message_id, []).append(row)
    return found
