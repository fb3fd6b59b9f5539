"""Who is told about a patient of a village: its health worker, its centre, and the next one up.

A number that does not open (a lost key, a damaged row) counts as none and is logged: one bad row must
not keep others from hearing of an emergency.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from mhealth.care.outbox import Addressee
from mhealth.domain.errors import SealError
from mhealth.domain.message import Recipient
from mhealth.domain.msisdn import Msisdn, NotAMsisdn
from mhealth.logs import log_for
from mhealth.store.directory import District, Facility, HealthWorker, Village
from mhealth.store.directory_reads import catch_all_district, worker_of_village
from mhealth.store.duty_phones import DutyPhone, on_duty
from mhealth.store.people import Phone

_log = log_for("care.contacts")


def of_worker(worker: HealthWorker | None) -> Addressee | None:
    """A health worker on the number that is registered."""
    if worker is None:
        return None
    return _addressee(worker, "msisdn", Recipient.HEALTH_WORKER, worker.language)


def of_facility(session: Session, facility: Facility | None, now: datetime) -> Addressee | None:
    """A facility's phone on duty now, else its standing one; None when it has none or is closed."""
    if facility is None or facility.closed_at is not None:
        return None
    shift = on_duty(session, facility.district, facility, now)
    role, language = Recipient.FACILITY, facility.language
    return (shift and _addressee(shift, "msisdn", role, language)) or _addressee(
        facility, "duty_msisdn", role, language
    )


def of_district(session: Session, district: District, now: datetime) -> Addressee | None:
    """The district's phone on duty now, else its standing one, else that of the district which takes
    all strays; None: the desk only.
    """
    own = _of_this_district(session, district, now)
    last = None if own else catch_all_district(session)
    if last is None or last is district:
        return own
    return _of_this_district(session, last, now)


def _of_this_district(session: Session, district: District, now: datetime) -> Addressee | None:
    shift = on_duty(session, district, None, now)
    role, language = Recipient.DISTRICT, district.language
    return (shift and _addressee(shift, "msisdn", role, language)) or _addressee(
        district, "duty_msisdn", role, language
    )


def of_phone(phone: Phone, default_language: str) -> Addressee | None:
    """The one who called, in the language chosen on that phone."""
    return _addressee(phone, "msisdn", Recipient.CALLER, phone.language or default_language)


def help_number(
    session: Session,
    village: Village | None,
    district: District | None,
    now: datetime,
    *,
    is_worker: bool = False,
) -> str | None:
    """Whom a caller may ring: the village's health worker, else its centre, else the district.

    A health worker who asks is not sent to himself, but to the centre.
    """
    worker = worker_of_village(session, village.id) if village and not is_worker else None
    for to in (
        of_worker(worker),
        of_facility(session, village.facility if village else None, now),
        of_district(session, district, now) if district else None,
    ):
        if to is not None:
            return to.msisdn.e164
    return None


def _addressee(
    row: District | Facility | DutyPhone | HealthWorker | Phone,
    number: str,
    role: Recipient,
    language: str,
) -> Addressee | None:
    try:
        text = getattr(row, number)
        return text and Addressee(recipient=role, msisdn=Msisdn(text), language=language)
    except (SealError, NotAMsisdn) as error:
        _log.error("number cannot be used", table=row.__tablename__, id=row.id, reason=str(error))
        return None
