"""Which SMS a referral's life brings about: one table of occasions, one way to write them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from mhealth.care import appointments, contacts
from mhealth.care.outbox import Addressee, Letter, put
from mhealth.care.workbench import Workbench
from mhealth.domain.codes import show_code
from mhealth.domain.message import Recipient
from mhealth.domain.triage import TriageClass
from mhealth.store.directory import HealthWorker
from mhealth.store.messages import Message
from mhealth.store.referrals import Appointment, Referral, appointment_of

LEAST_DATA = {
    name: f"{name}_least"
    for name in (
        "worker_emergency",
        "worker_incomplete",
        "facility_emergency",
        "district_no_village",
    )
}
"""Other words for an emergency whose caller did not agree to share: code and village only."""


@dataclass(frozen=True, slots=True)
class Told:
    """Who hears of a referral by SMS."""

    worker: bool
    facility: bool
    district: bool


def announce(bench: Workbench, session: Session, referral: Referral, now: datetime) -> Told:
    """The first messages: health worker, centre, caller; the district when somebody is missing."""
    worker = follower(session, referral)
    tell_worker(bench, session, referral, _first_word_to_worker(referral), now)
    facility = contacts.of_facility(session, referral.facility, now)
    if facility is not None:
        send(bench, session, referral, facility, f"facility_{referral.triage_class}", now)
    tell_caller(bench, session, referral, _first_word_to_caller(referral), now)
    gap = _gap(referral, worker, facility)
    if gap is not None:
        tell_district(bench, session, referral, gap, now)
    return who_is_told(session, referral, now)


def who_is_told(session: Session, referral: Referral, now: datetime) -> Told:
    """Whom the first messages of a referral go to."""
    worker = follower(session, referral)
    facility = contacts.of_facility(session, referral.facility, now)
    gap = _gap(referral, worker, facility)
    district = contacts.of_district(session, referral.district, now) if gap else None
    return Told(contacts.of_worker(worker) is not None, facility is not None, district is not None)


def _first_word_to_worker(referral: Referral) -> str:
    """Who reported a patient gets the code to show; who did not, the call to go there."""
    if referral.report.relation == "patient":
        return _first_word_to_caller(referral)
    return f"worker_{referral.triage_class}"


def _first_word_to_caller(referral: Referral) -> str:
    if referral.facility is not None:
        return f"caller_{referral.triage_class}"
    is_emergency = referral.klass is TriageClass.EMERGENCY
    return "caller_emergency_no_facility" if is_emergency else "caller_any_facility"


def _gap(referral: Referral, worker: HealthWorker | None, facility: Addressee | None) -> str | None:
    """What the district must hear because the usual people are missing."""
    if referral.village is None:
        return "district_no_village"
    if referral.facility is None:
        return "district_no_facility"
    if facility is None:
        return "district_no_duty"
    if contacts.of_worker(worker) is None and referral.klass is TriageClass.EMERGENCY:
        return "district_no_worker"
    return None


def follower(session: Session, referral: Referral) -> HealthWorker | None:
    """The health worker who follows the referral."""
    return _worker(session, referral.health_worker_id)


def _worker(session: Session, worker_id: int | None) -> HealthWorker | None:
    return session.get(HealthWorker, worker_id) if worker_id is not None else None


def tell_worker(
    bench: Workbench, session: Session, referral: Referral, template: str, now: datetime
) -> None:
    """One SMS to the health worker who follows the referral, if there is one."""
    to = contacts.of_worker(follower(session, referral))
    if to is not None:
        send(bench, session, referral, to, template, now)


def tell_worker_and_caller(
    bench: Workbench, session: Session, referral: Referral, word: str, now: datetime
) -> None:
    """The same news in the words of each: the templates `worker_<word>` and `caller_<word>`."""
    tell_worker(bench, session, referral, f"worker_{word}", now)
    tell_caller(bench, session, referral, f"caller_{word}", now)


def tell_district(
    bench: Workbench,
    session: Session,
    referral: Referral,
    template: str,
    now: datetime,
    **more: str,
) -> bool:
    """One SMS to the district's duty phone; False when there is none: the desk shows it."""
    to = contacts.of_district(session, referral.district, now)
    if to is not None:
        send(bench, session, referral, to, template, now, **more)
    return to is not None


def tell_caller(
    bench: Workbench, session: Session, referral: Referral, template: str, now: datetime
) -> None:
    """One SMS to the caller, when the caller agreed; STOP does not silence one's own emergency."""
    phone = referral.phone
    if phone is None or not referral.consent_given:
        return
    if not phone.messages_on and referral.klass is not TriageClass.EMERGENCY:
        return
    to = contacts.of_phone(phone, bench.languages.default.code)
    if to is not None:
        send(bench, session, referral, to, template, now)


def send(
    bench: Workbench,
    session: Session,
    referral: Referral,
    to: Addressee,
    template: str,
    now: datetime,
    **more: str,
) -> Message | None:
    """One SMS about a referral; the same word is said once for each move and each appointment."""
    if not referral.consent_given:
        template = LEAST_DATA.get(template, template)
    language = bench.templates.language_of(template, to.language)
    appointment = appointment_of(session, referral.id)
    occasion = f"{referral.revision}.{appointment.id if appointment else 0}"
    letter = Letter(
        template=template,
        values={**_values(bench, session, referral, appointment, to, language, now), **more},
        intent=f"referral:{referral.id}:{template}:{to.recipient}:{occasion}",
        district_id=referral.district_id,
        referral_id=referral.id,
        may_hurry=referral.klass is TriageClass.EMERGENCY,
    )
    return put(bench, session, to, letter, now)


def _values(
    bench: Workbench,
    session: Session,
    referral: Referral,
    appointment: Appointment | None,
    to: Addressee,
    language: str,
    now: datetime,
) -> dict[str, str]:
    say = bench.phrases.say
    values = {
        "code": show_code(referral.code),
        "class_text": say(f"class.{referral.triage_class}", language),
        "subject": say(f"subject.{_spoken_subject(referral)}", language),
        "age_text": bench.age_of(referral.report, language),
        "village": referral.village.name if referral.village else say("place.unknown", language),
        "facility": referral.facility.name
        if referral.facility
        else say("facility.district", language),
        "msisdn": _number_to_ring(bench, session, referral, to),
        "service_code": bench.service_code,
    }
    if appointment is not None:
        when = appointments.when_text(bench, appointment, referral.district, language, now)
        values["when_text"] = when
    return values


def _spoken_subject(referral: Referral) -> str:
    """A child on the young infant's table is spoken of as a newborn."""
    return "infant" if referral.report.protocol == "infant" else referral.report.subject


def _number_to_ring(bench: Workbench, session: Session, referral: Referral, to: Addressee) -> str:
    """The caller's number for those who help, the health worker's when he reported himself."""
    if not referral.consent_given or to.recipient is Recipient.CALLER:
        return ""
    caller = referral.phone
    if caller is not None:
        found = contacts.of_phone(caller, bench.languages.default.code)
    elif to.recipient is Recipient.HEALTH_WORKER:  # who took it over rings who reported it
        found = contacts.of_worker(_worker(session, referral.report.health_worker_id))
    else:
        found = contacts.of_worker(follower(session, referral))
    return found.msisdn.e164 if found is not None else ""
