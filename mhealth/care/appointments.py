"""When a patient is expected: now, today, or the centre's next clinic day; and the centre's own word."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from mhealth.care.workbench import Workbench, local_now, local_today
from mhealth.domain.triage import TriageClass
from mhealth.store.directory import District, Facility
from mhealth.store.referrals import Appointment, Referral, appointment_of

_KIND = {TriageClass.EMERGENCY: "now", TriageClass.URGENT: "today", TriageClass.ROUTINE: "day"}


def can_wait(referral: Referral) -> bool:
    """False for an emergency: it comes now, whatever day or hour a centre writes."""
    return referral.klass is not TriageClass.EMERGENCY


def may_come_at(referral: Referral, starts_at: datetime, now: datetime) -> bool:
    """True when the class allows that day: an urgent patient comes by the day after the report.

    Today is never too late: that day may be over when the centre answers.
    """
    if not can_wait(referral) or referral.klass is TriageClass.ROUTINE:
        return can_wait(referral)
    district = referral.district
    day_after = local_now(referral.created_at, district).date() + timedelta(days=1)
    return local_now(starts_at, district).date() <= max(day_after, local_today(now, district))


def is_over(session: Session, referral: Referral, now: datetime) -> bool:
    """True when the day or hour on which the patient was expected is past."""
    standing = appointment_of(session, referral.id)
    return standing is not None and _is_past(standing, referral, now)


def propose(session: Session, referral: Referral, now: datetime) -> Appointment:
    """The appointment of a referral by its class, as from now."""
    starts_at = _by_class(referral, now)
    return _write(session, referral, _KIND[referral.klass], starts_at, "proposed", now)


def renew(session: Session, referral: Referral, now: datetime) -> None:
    """What stands and is past is proposed anew, and stays booked if it was."""
    standing = appointment_of(session, referral.id)
    if standing is None or not _is_past(standing, referral, now):
        return
    status, standing.status = standing.status, "cancelled"
    propose(session, referral, now).status = status


def _by_class(referral: Referral, now: datetime) -> datetime:
    if _KIND[referral.klass] == "day":
        return next_clinic_day(referral.facility, referral.district, now)
    return now


def book(
    session: Session,
    referral: Referral,
    starts_at: datetime | None,
    *,
    has_time: bool,
    now: datetime,
) -> Appointment:
    """The centre's word: its own day or hour when it gave one, else what stands.

    What stands and is past is proposed anew; no day later than the class allows is booked.
    """
    standing = appointment_of(session, referral.id)
    is_own_word = starts_at is not None and may_come_at(referral, starts_at, now)
    if standing is not None and not is_own_word and not _is_past(standing, referral, now):
        standing.status = "booked"
        standing.facility_id = referral.facility_id
        return standing
    if standing is not None:
        standing.status = "cancelled"
    if starts_at is None or not is_own_word:
        proposed = propose(session, referral, now)
        proposed.status = "booked"
        return proposed
    return _write(session, referral, _kind(has_time), starts_at, "booked", now)


def stands_so(session: Session, referral: Referral, starts_at: datetime, has_time: bool) -> bool:
    """True when the centre's word is booked already."""
    standing = appointment_of(session, referral.id)
    if standing is None or standing.status != "booked":
        return False
    return (standing.kind, standing.starts_at) == (_kind(has_time), starts_at)


def expected_day(session: Session, referral: Referral, now: datetime) -> date:
    """The local day on which the patient is expected: as it stands, or anew when that day is over."""
    standing = appointment_of(session, referral.id)
    days = [standing.starts_at] if standing is not None else []
    local = (local_now(at, referral.district).date() for at in (*days, _by_class(referral, now)))
    return next(day for day in local if day >= local_today(now, referral.district))


def _is_past(appointment: Appointment, referral: Referral, now: datetime) -> bool:
    if appointment.kind == "time":
        return appointment.starts_at < now
    day = local_now(appointment.starts_at, referral.district).date()
    return day < local_today(now, referral.district)


def _kind(has_time: bool) -> str:
    return "time" if has_time else "day"


def next_clinic_day(facility: Facility | None, district: District, now: datetime) -> datetime:
    """The opening of the next day (not today) on which the facility sees patients."""
    opens = facility.opens_minute if facility else 480
    days = {int(day) for day in (facility.clinic_days if facility else "1,2,3,4,5").split(",")}
    day = local_today(now, district) + timedelta(days=1)
    while day.isoweekday() not in days:
        day += timedelta(days=1)
    opening = time(opens // 60, opens % 60)
    return datetime.combine(day, opening, ZoneInfo(district.timezone))


def expected_text(
    bench: Workbench, session: Session, referral: Referral, language: str, now: datetime
) -> str:
    """When the patient of a referral is expected, in words; empty when nothing stands."""
    standing = appointment_of(session, referral.id)
    return when_text(bench, standing, referral.district, language, now) if standing else ""


def when_text(
    bench: Workbench, appointment: Appointment, district: District, language: str, now: datetime
) -> str:
    """`maintenant`, `aujourd'hui`, `mardi 24/11` or `mardi 24/11 à 14h30`.

    `maintenant` is a word of its own day; later its date is said.
    """
    today = local_today(now, district)
    local = local_now(appointment.starts_at, district)
    if appointment.kind == "time":
        return bench.phrases.time(local, today, language)
    if appointment.kind == "day" or local.date() != today:
        return bench.phrases.day(local.date(), today, language)
    return bench.phrases.say(f"when.{appointment.kind}", language)


def _write(
    session: Session, referral: Referral, kind: str, starts_at: datetime, status: str, now: datetime
) -> Appointment:
    appointment = Appointment(
        district_id=referral.district_id,
        referral_id=referral.id,
        facility_id=referral.facility_id,
        kind=kind,
        starts_at=starts_at,
        status=status,
        created_at=now,
    )
    session.add(appointment)
    session.flush()
    return appointment
