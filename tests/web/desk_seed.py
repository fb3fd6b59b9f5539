"""A busy district for the desk: some sixty referrals of every class and state, and hostile texts."""

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from mhealth.domain.message import Lane, MessageState, Recipient
from mhealth.domain.referral import STATUS_TABLE, ReferralStatus
from mhealth.domain.triage import TriageClass
from mhealth.services.staff import create_user
from mhealth.store.directory import District, Facility, HealthWorker, Village
from mhealth.store.referrals import Appointment, Referral
from mhealth.store.staff import StaffUser
from mhealth.triage.evaluate import assess
from mhealth.triage.protocol import Protocol
from tests import factories as made
from tests.web.payloads import PAYLOADS

PASSWORD = "a-long-password-for-tests"
COUNT = 60
_VILLAGES = ["Agbodji", "Boko-Zoumé", "Dékanmé", "Gbéhoué", "Kinwédji", "Tanvè-Comè", "Zado-Gagbé"]
_AGES = {"child": 700, "infant": 12, "pregnant": 9000, "postpartum": 9800, "other": 16000}


@dataclass(frozen=True, slots=True)
class Busy:
    """What was planted."""

    district: District
    user: StaffUser
    villages: list[Village]
    facilities: list[Facility]
    referrals: list[Referral]


def plant_busy_district(
    session: Session, protocols: Mapping[str, Protocol], now: datetime, *, username: str = "desk"
) -> Busy:
    """The same district every time; the newest referral is a minute old."""
    dice = random.Random(7)
    district = made.a_district(session, name="Soukoumé", is_catch_all=True, duty=made.new_msisdn())
    area = made.a_health_area(session, district)
    hospital = made.a_facility(session, district, name="HD Soukoumé", duty=made.new_msisdn())
    centre = made.a_facility(
        session, district, name="CS Kpéla", duty=made.new_msisdn(), next_facility_id=hospital.id
    )
    villages = [
        made.a_village(session, area, facility=centre if i % 3 else hospital, name=name)
        for i, name in enumerate(_VILLAGES)
    ]
    worker = made.a_health_worker(session, district, village=villages[0], name="Adjoa Mensavi")
    user = create_user(
        session,
        username=username,
        display_name="Yaovi Adanlé",
        district=district,
        password=PASSWORD,
        now=now,
    )
    referrals = [
        _referral(session, dice, protocols, district, villages, hospital, worker, now, i)
        for i in range(COUNT)
    ]
    for i, payload in enumerate(PAYLOADS):
        sent = now - timedelta(minutes=3 + 11 * i)
        made.an_inbound_sms(
            session, body=payload, district_id=district.id, received_at=sent,
            referral_id=referrals[i].id if i % 3 == 0 and i < COUNT else None,
            sender_kind=dice.choice(["caller", "facility", "health_worker"]),
        )  # fmt: skip
    for i, payload in enumerate(PAYLOADS[:30]):
        made.an_unread_call(session, body=payload, received_at=now - timedelta(hours=i))
    return Busy(district, user, villages, [hospital, centre], referrals)


def _referral(
    session: Session,
    dice: random.Random,
    protocols: Mapping[str, Protocol],
    district: District,
    villages: list[Village],
    hospital: Facility,
    worker: HealthWorker,
    now: datetime,
    i: int,
) -> Referral:
    created = now - timedelta(minutes=1 + i * 17 + i * i)
    protocol = dice.choice(list(protocols.values()))
    subject = next(iter(sorted(protocol.subjects)))
    wanted = [TriageClass.EMERGENCY, TriageClass.URGENT, TriageClass.ROUTINE][i % 3]
    answers = _answers(dice, protocol, wanted)
    found = assess(protocol, answers)
    klass = found.triage_class if found.triage_class.is_referred else TriageClass.ROUTINE
    village = None if i % 19 == 18 else villages[i % len(villages)]
    phone = made.a_phone(session, district_id=district.id)
    person = made.a_person(session, district, phone=phone)
    report = made.a_report(
        session, person, subject=subject, age_days=None if i % 13 == 5 else _AGES.get(subject, 9000),
        protocol=protocol.name, protocol_version=protocol.version, triage_class=klass.value,
        answers=json.dumps(answers), rules=list(found.rule_ids), missing=list(found.missing),
        reason=found.reason.value, is_complete=i % 11 != 4, created_at=created,
        village_id=village.id if village else None,
    )  # fmt: skip
    statuses = list(STATUS_TABLE)
    status = ReferralStatus.SENT if i < 6 else statuses[i % len(statuses)]
    due = created + timedelta(minutes=15) if klass is TriageClass.EMERGENCY else None
    is_waiting = status in (ReferralStatus.SENT, ReferralStatus.DECLINED)
    referral = made.a_referral(
        session, report, facility=village.facility if village else None, created_at=created,
        village_id=village.id if village else None, status=status.value, answer_due_at=due,
        is_incomplete=not report.is_complete, health_worker_id=worker.id,
        answered_at=None if is_waiting else created + timedelta(minutes=6),
        escalated_at=due if is_waiting and due and due <= now and i < 30 else None,
    )  # fmt: skip
    _life(session, referral, report.ussd_session_key, worker)
    return referral


def _answers(
    dice: random.Random, protocol: Protocol, wanted: TriageClass
) -> dict[str, bool | None]:
    """Answers that end in the class wanted, if one sign alone can; with a lesser sign beside it."""
    no: dict[str, bool | None] = dict.fromkeys(protocol.asked, False)
    fits = [k for k in protocol.asked if assess(protocol, no | {k: True}).triage_class is wanted]
    answers = no | dict.fromkeys(dice.sample(fits, min(len(fits), dice.choice([1, 1, 2]))), True)
    if wanted is TriageClass.EMERGENCY:
        last = max(protocol.asked.index(k) for k, yes in answers.items() if yes) if fits else 0
        for key in protocol.asked[last + 1 :]:
            answers[key] = None
    return answers


def _life(session: Session, referral: Referral, session_key: str, worker: HealthWorker) -> None:
    created, status = referral.created_at, referral.state
    start_ms = int(created.timestamp() * 1000) - 74_000
    made.a_ussd_session(
        session, session_key, started_ms=start_ms, district_id=referral.district_id,
        ended_ms=start_ms + 91_000, outcome="dropped" if referral.is_incomplete else "finished",
    )  # fmt: skip
    made.an_event(session, referral)
    session.add(
        Appointment(
            district_id=referral.district_id, referral_id=referral.id, kind="time",
            facility_id=referral.facility_id, starts_at=created + timedelta(hours=5),
            status="booked" if status is ReferralStatus.ACCEPTED else "proposed",
            created_at=created,
        )
    )  # fmt: skip
    code = f"{referral.code[:3]} {referral.code[3:]}"
    _sms(
        session,
        referral,
        Recipient.HEALTH_WORKER,
        MessageState.DELIVERED,
        f"URGENCE {code}: enfant, 23 mois, Agbodji. Accompagnez au CS Kpéla. Tél {worker.msisdn}",
    )
    _sms(
        session,
        referral,
        Recipient.FACILITY,
        MessageState.ACCEPTED,
        f"URGENCE {code}: enfant, 23 mois, Agbodji. Répondez OUI {code} ou NON {code}.",
    )
    _sms(session, referral, Recipient.CALLER, MessageState.FAILED,
         f"Allez maintenant au CS Kpéla. Code {code}.")  # fmt: skip
    if referral.escalated_at:
        made.an_event(
            session, referral, kind="escalated", actor_kind="clock", channel="clock",
            at=referral.escalated_at,
        )  # fmt: skip
    if status is not ReferralStatus.SENT:
        at = created + timedelta(minutes=6)
        made.an_inbound_sms(
            session, body=f"OUI {code} 14h", sender_kind="facility", needs_person=False,
            understood_as="answer_yes", referral_id=referral.id,
            district_id=referral.district_id, received_at=at,
        )  # fmt: skip
        made.an_event(
            session, referral, kind="moved", status_from="sent", status_to=status.value,
            actor_kind="facility", channel="sms", at=at,
        )  # fmt: skip


def _sms(
    session: Session, referral: Referral, to: Recipient, state: MessageState, body: str
) -> None:
    queued = int(referral.created_at.timestamp() * 1000) + 3_000_000  # another clock on purpose
    is_over = state in (MessageState.DELIVERED, MessageState.FAILED)
    message = made.a_message(
        session, lane=Lane.EMERGENCY, state=state, body=body, referral_id=referral.id,
        district_id=referral.district_id, recipient=to.value, created_at=referral.created_at,
        queued_ms=queued, sending_ms=queued + 300, accepted_ms=queued + 900, attempts=1,
        final_ms=queued + 8_400 if is_over else None,
        failure="UserInBlacklist" if state is MessageState.FAILED else None,
    )  # fmt: skip
    if is_over:
        is_there = state is MessageState.DELIVERED
        made.a_delivery_report(
            session, message, raw_status="Success" if is_there else "Failed",
            status="delivered" if is_there else "failed", received_ms=queued + 8_400,
            reason=None if is_there else "UserInBlacklist",
        )  # fmt: skip
