"""Records a report: the rules classify it, and it becomes a referral where the class says so."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mhealth.care.moves import Actor
from mhealth.care.referrals import Referred, go_on, refer
from mhealth.care.workbench import Workbench
from mhealth.domain.triage import TriageClass
from mhealth.store.directory import District, HealthWorker, Village
from mhealth.store.directory_reads import catch_all_district, worker_of_village
from mhealth.store.people import Person, Phone
from mhealth.store.referrals import referral_of_report, unfinished_of
from mhealth.store.reports import Report, report_at
from mhealth.triage.evaluate import Assessment, assess


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a caller said, whole or not. `signs` maps a sign to yes, no, or None (not answered)."""

    subject: str  # domain.triage.Subject
    relation: str  # self, child, woman, other, patient
    protocol: str
    signs: Mapping[str, bool | None]
    age_days: int | None
    village_id: int | None
    consent_given: bool
    is_complete: bool  # all was asked; an emergency is whole only once its caller heard the outcome
    language: str
    ussd_session_key: str
    step: int
    completes: int = 0  # the step of the report that a drop made of this dialogue; 0: none
    channel: str = "ussd"


@dataclass(frozen=True, slots=True)
class Recorded:
    """The stored report and, unless it stays at home, its referral."""

    report: Report
    assessment: Assessment
    referred: Referred | None


def record_report(
    bench: Workbench,
    session: Session,
    said: Statement,
    phone: Phone | None,
    worker: HealthWorker | None,
    now: datetime,
) -> Recorded:
    """Classify and write a report with all that follows from it, in the open transaction.

    Without consent only an emergency is sent on, with no link to the phone; anything else is
    kept for counting, also without the link. A dialogue that goes on after a drop completes the report
    that the drop made of it: no second report, no second referral.
    """
    assessment = assess(bench.protocols[said.protocol], said.signs)
    village = session.get(Village, said.village_id) if said.village_id else None
    district = village.district if village else _district(session, phone, worker)
    if not said.consent_given:
        phone = None
    actor = Actor(
        kind="health_worker" if worker else "caller",
        id=worker.id if worker else (phone.id if phone else None),
        channel=said.channel,
    )
    report, own = _left_unfinished(session, said), None
    if report is not None:
        _say_on(bench, session, report, said, assessment)
        own = referral_of_report(session, report)
    else:
        report = _write(bench, session, said, assessment, district, village, phone, worker, now)
    earlier = own or unfinished_of(session, report, now)
    if earlier is not None:
        is_own = own is not None
        return Recorded(
            report,
            assessment,
            go_on(bench, session, earlier, report, actor, now, is_same_dialogue=is_own),
        )
    is_sent = assessment.triage_class.is_referred and (
        said.consent_given or assessment.triage_class is TriageClass.EMERGENCY
    )
    if not is_sent:
        return Recorded(report, assessment, None)
    return Recorded(report, assessment, refer(bench, session, report, actor, now))


def _left_unfinished(session: Session, said: Statement) -> Report | None:
    """The report that a drop made of this very dialogue, as long as it speaks of the same patient."""
    if not said.completes:
        return None
    report = report_at(session, said.ussd_session_key, said.completes)
    if report is None:
        return None
    then = (report.relation, report.protocol, report.village_id, report.consent_given)
    now = (said.relation, said.protocol, said.village_id, said.consent_given)
    return report if then == now else None


def _say_on(
    bench: Workbench, session: Session, report: Report, said: Statement, found: Assessment
) -> None:
    """The report says now what was said in the end; who it is about and where it began stays."""
    report.subject, report.age_days = said.subject, said.age_days
    report.answers = json.dumps(dict(said.signs))
    report.language = said.language
    _judge(bench, report, said, found)
    session.flush()


def _judge(bench: Workbench, report: Report, said: Statement, found: Assessment) -> None:
    report.protocol_version = bench.protocols[said.protocol].version
    report.triage_class, report.reason = found.triage_class.value, found.reason.value
    report.rules, report.missing = list(found.matched_ids), list(found.missing)
    is_emergency = found.triage_class is TriageClass.EMERGENCY
    report.is_complete = said.is_complete and not is_emergency


def _write(
    bench: Workbench,
    session: Session,
    said: Statement,
    assessment: Assessment,
    district: District,
    village: Village | None,
    phone: Phone | None,
    worker: HealthWorker | None,
    now: datetime,
) -> Report:
    follower = worker or (worker_of_village(session, village.id) if village else None)
    reporter_phone = None if worker else phone
    report = Report(
        district_id=district.id,
        village=village,
        person=_person(session, said, district, village, reporter_phone, now),
        phone=reporter_phone,
        health_worker_id=follower.id if follower else None,
        ussd_session_key=said.ussd_session_key,
        step=said.step,
        relation=said.relation,
        subject=said.subject,
        age_days=said.age_days,
        protocol=said.protocol,
        consent_given=said.consent_given,
        language=said.language,
        created_at=now,
    )
    report.answers = json.dumps(dict(said.signs))
    _judge(bench, report, said, assessment)
    session.add(report)
    session.flush()
    return report


def _person(
    session: Session,
    said: Statement,
    district: District,
    village: Village | None,
    phone: Phone | None,
    now: datetime,
) -> Person:
    """One's own self on a phone is one person; anybody else is a new one until names are asked."""
    if phone is not None and said.relation == "self":
        query = select(Person).where(Person.phone_id == phone.id, Person.relation == "self")
        known = session.scalar(query.limit(1))
        if known is not None:
            return known
    person = Person(
        district_id=district.id,
        village=village,
        phone=phone,
        relation=said.relation,
        created_at=now,
    )
    session.add(person)
    return person


def _district(session: Session, phone: Phone | None, worker: HealthWorker | None) -> District:
    if worker is not None:
        return worker.district
    if phone is not None and phone.district_id is not None:
        known = session.get(District, phone.district_id)
        if known is not None:
            return known
    district = catch_all_district(session)
    if district is None:
        raise LookupError("no district: run `mhealth seed` or import one")
    return district
