"""When a patient is expected: now, today, or the centre's next clinic day; and the centre's own word."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from mhealth.care.workbench import Workbench, local_now, local_today
from mhealth.domain.triage import TriageClass
from mhealth.store.directory import District, Facility
from mhealth.store.referrals import Appointment, Referral, appointment_of

_KIND = {TriageClass.EMERGENCY: "now", TriageClass.URGENT: "today", TriageClass.ROUTINE: "day"}


def propose(session: Session, referral: Referral, now: datetime) -> Appointment:
    """The first appointment of a referral, by its class."""
    kind = _KIND[referral.klass]
    starts_at = now
    if kind == "day":
        starts_at = next_clinic_day(referral.facility, referral.district, now)
    return _write(session, referral, kind, starts_at, "proposed", now)


def book(
    session: Session,
    referral: Referral,
    starts_at: datetime | None,
    *,
    has_time: bool,
    now: datetime,
) -> Appointment:
    """The centre's word: its own day or hour when it gave one, else what was proposed stands."""
    standing = appointment_of(session, referral.id)
    if starts_at is None and standing is not None:
        standing.status = "booked"
        standing.facility_id = referral.facility_id
        return standing
    if standing is not None:
        standing.status = "cancelled"
    kind = "time" if has_time else "day"
    return _write(session, referral, kind, starts_at or now, "booked", now)


def next_clinic_day(facility: Facility | None, district: District, now: datetime) -> datetime:
    """The opening of the next day (not today) on which the facility sees patients."""
    opens = facility.opens_minute if facility else 480
    days = {int(day) for day in (facility.clinic_days if facility else "1,2,3,4,5").split(",")}
    day = local_today(now, district) + timedelta(days=1)
    while day.isoweekday() not in days:
        day += timedelta(days=1)
    opening = time(opens // 60, opens % 60)
    return datetime.combine(day, opening, ZoneInfo(district.timezone))


def when_text(
    bench: Workbench, appointment: Appointment, district: District, language: str, now: datetime
) -> str:
    """`maintenant`, `aujourd'hui`, `mardi 24/11` or `mardi 24/11 à 14h30`."""
    if appointment.kind in ("now", "today"):
        return bench.phrases.say(f"when.{appointment.kind}", language)
    today = local_today(now, district)
    local = local_now(appointment.starts_at, district)
    if appointment.kind == "day":
        return bench.phrases.day(local.date(), today, language)
    return bench.phrases.time(local, today, language)


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
