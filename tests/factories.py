"""Rows for tests: one small keyword function a table; what is not said gets a plain value.

Each adds its row to the session and flushes, so that keys are known; any column can be given by
name. Numbers are drawn from Benin's 01 range, a new one each time.
"""

from datetime import UTC, datetime
from itertools import count
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from mhealth.domain.codes import new_code
from mhealth.domain.message import Lane, MessageState, Recipient
from mhealth.domain.msisdn import Msisdn
from mhealth.domain.referral import ReferralStatus
from mhealth.domain.triage import Subject, TriageClass
from mhealth.store.directory import (
    District,
    Facility,
    HealthArea,
    HealthWorker,
    Village,
    VillagePost,
)
from mhealth.store.keyring import Keyring
from mhealth.store.messages import DeliveryReportRow, InboundMessage, Message, UnreadCall
from mhealth.store.people import Person, Phone
from mhealth.store.referrals import Referral, ReferralEvent
from mhealth.store.reports import Report
from mhealth.store.staff import StaffUser
from mhealth.store.ussd_tables import UssdSession

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
"""A Wednesday; where a test's clock starts."""

_numbers = count(1)
Made = TypeVar("Made")


def new_msisdn() -> Msisdn:
    """A number that no other row of this run has."""
    return Msisdn(f"+22901{next(_numbers):08d}")


def _kept(session: Session, row: Made, columns: dict[str, Any]) -> Made:
    for name, value in columns.items():
        setattr(row, name, value)
    session.add(row)
    session.flush()
    return row


def _blind(session: Session, msisdn: Msisdn) -> bytes:
    keyring: Keyring = session.info["keyring"]
    return keyring.blind(msisdn)


def a_district(session: Session, *, duty: Msisdn | None = None, **columns: Any) -> District:
    row = District(name="Kouvè", timezone="Africa/Porto-Novo")
    if duty is not None:
        row.duty_msisdn, row.duty_index = duty.e164, _blind(session, duty)
    return _kept(session, row, columns)


def a_health_area(session: Session, district: District, **columns: Any) -> HealthArea:
    return _kept(session, HealthArea(district_id=district.id, name="Aire A"), columns)


def a_facility(
    session: Session, district: District, *, duty: Msisdn | None = None, **columns: Any
) -> Facility:
    row = Facility(district_id=district.id, name="CS Kouvè")
    if duty is not None:
        row.duty_msisdn, row.duty_index = duty.e164, _blind(session, duty)
    return _kept(session, row, columns)


def a_village(
    session: Session, area: HealthArea, *, facility: Facility | None = None, **columns: Any
) -> Village:
    row = Village(
        district_id=area.district_id,
        health_area_id=area.id,
        facility_id=facility.id if facility else None,
        name="Tové",
    )
    return _kept(session, row, columns)


def a_health_worker(
    session: Session,
    district: District,
    *,
    village: Village | None = None,
    msisdn: Msisdn | None = None,
    **columns: Any,
) -> HealthWorker:
    msisdn = msisdn or new_msisdn()
    row = HealthWorker(district_id=district.id, msisdn_index=_blind(session, msisdn))
    row.name, row.msisdn = "Afi Mensah", msisdn.e164
    _kept(session, row, columns)
    if village is not None:
        session.add(VillagePost(village_id=village.id, health_worker_id=row.id))
        session.flush()
    return row


def a_phone(session: Session, *, msisdn: Msisdn | None = None, **columns: Any) -> Phone:
    msisdn = msisdn or new_msisdn()
    row = Phone(msisdn_index=_blind(session, msisdn), created_at=NOON)
    row.msisdn = msisdn.e164
    return _kept(session, row, columns)


def a_person(
    session: Session, district: District, *, phone: Phone | None = None, **columns: Any
) -> Person:
    row = Person(
        district_id=district.id,
        phone_id=phone.id if phone else None,
        relation="child",
        created_at=NOON,
    )
    return _kept(session, row, columns)


def a_report(session: Session, person: Person, **columns: Any) -> Report:
    row = Report(
        district_id=person.district_id,
        person_id=person.id,
        phone_id=person.phone_id,
        ussd_session_key=f"africastalking:ATUid_{next(_numbers)}",
        step=1,
        relation=person.relation,
        subject=Subject.CHILD.value,
        age_days=400,
        protocol="child",
        protocol_version="0" * 16,
        triage_class=TriageClass.EMERGENCY.value,
        reason="rule",
        rules=["danger_sign"],
        missing=[],
        is_complete=True,
        consent_given=True,
        language="fr",
        created_at=NOON,
    )
    row.answers = '{"convulsions": true}'
    return _kept(session, row, columns)


def a_referral(
    session: Session, report: Report, *, facility: Facility | None = None, **columns: Any
) -> Referral:
    row = Referral(
        code=new_code(),
        district_id=report.district_id,
        person_id=report.person_id,
        phone_id=report.phone_id,
        report_id=report.id,
        facility_id=facility.id if facility else None,
        triage_class=report.triage_class,
        status=ReferralStatus.SENT.value,
        consent_given=True,
        created_at=NOON,
    )
    return _kept(session, row, columns)


def a_message(
    session: Session,
    *,
    lane: Lane = Lane.REPLY,
    state: MessageState = MessageState.QUEUED,
    msisdn: Msisdn | None = None,
    body: str = "Référence 482 1935: CS Kouvè.",
    **columns: Any,
) -> Message:
    msisdn = msisdn or new_msisdn()
    row = Message(
        dedupe_key=f"test:{next(_numbers)}",
        lane=lane.value,
        lane_rank=lane.rank,
        state=state.value,
        template="help",
        language="fr",
        recipient=Recipient.CALLER.value,
        msisdn_index=_blind(session, msisdn),
        segments=1,
        channel="africastalking",
        created_at=NOON,
    )
    row.msisdn, row.body = msisdn.e164, body
    if "queued_ms" in columns:
        row.first_queued_ms = columns["queued_ms"]
    return _kept(session, row, columns)


def a_staff_user(
    session: Session, district: District, *, password_hash: str = "!", **columns: Any
) -> StaffUser:
    """Somebody who signs in to the desk; `!` is a hash that no password opens."""
    row = StaffUser(
        username=f"staff{next(_numbers)}",
        display_name="Yaovi Adanlé",
        password_hash=password_hash,
        district_id=district.id,
        created_at=NOON,
    )
    return _kept(session, row, columns)


def an_event(session: Session, referral: Referral, **columns: Any) -> ReferralEvent:
    row = ReferralEvent(
        district_id=referral.district_id,
        referral_id=referral.id,
        kind="created",
        actor_kind="caller",
        facility_id=referral.facility_id,
        channel="ussd",
        at=referral.created_at,
    )
    return _kept(session, row, columns)


def an_inbound_sms(
    session: Session, *, msisdn: Msisdn | None = None, body: str = "Bonjour", **columns: Any
) -> InboundMessage:
    msisdn = msisdn or new_msisdn()
    row = InboundMessage(
        channel="africastalking",
        fingerprint=f"test:{next(_numbers)}",
        msisdn_index=_blind(session, msisdn),
        sender_kind="caller",
        understood_as="not_understood",
        needs_person=True,
        received_at=NOON,
    )
    row.msisdn, row.body = msisdn.e164, body
    return _kept(session, row, columns)


def an_unread_call(session: Session, *, body: str = "phoneNumber=x", **columns: Any) -> UnreadCall:
    row = UnreadCall(
        channel="africastalking", kind="sms", problem="no field `from`", received_at=NOON
    )
    row.body = body
    return _kept(session, row, columns)


def a_delivery_report(session: Session, message: Message, **columns: Any) -> DeliveryReportRow:
    row = DeliveryReportRow(
        channel=message.channel,
        carrier_id=message.carrier_id or f"ATXid_{next(_numbers)}",
        raw_status="Success",
        status="delivered",
        message_id=message.id,
        received_at=message.created_at,
        received_ms=int(message.created_at.timestamp() * 1000),
    )
    return _kept(session, row, columns)


def a_ussd_session(session: Session, session_key: str, **columns: Any) -> UssdSession:
    row = UssdSession(
        session_key=session_key,
        msisdn_index=b"\x00" * 16,
        revision=5,
        flow="menu",
        node="end",
        language="fr",
        memory=b"",
        started_ms=int(NOON.timestamp() * 1000),
        touched_ms=int(NOON.timestamp() * 1000),
    )
    return _kept(session, row, columns)
