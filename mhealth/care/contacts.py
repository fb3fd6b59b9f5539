"""Who is told about a patient of a village: its health worker, its centre, and the next one up.

A number that does not open (a lost key, a damaged row) counts as none and is logged: one bad row must
not keep others from hearing of an emergency.
"""

from sqlalchemy.orm import Session

from mhealth.care.outbox import Addressee
from mhealth.domain.errors import SealError
from mhealth.domain.message import Recipient
from mhealth.domain.msisdn import Msisdn, NotAMsisdn
from mhealth.logs import log_for
from mhealth.store.directory import District, Facility, HealthWorker, Village
from mhealth.store.directory_reads import catch_all_district, worker_of_village
from mhealth.store.people import Phone

_log = log_for("care.contacts")


def of_worker(worker: HealthWorker | None) -> Addressee | None:
    """A health worker on the number that is registered."""
    if worker is None:
        return None
    return _addressee(worker, "msisdn", Recipient.HEALTH_WORKER, worker.language)


def of_facility(facility: Facility | None) -> Addressee | None:
    """A facility's duty phone; None when it has none."""
    if facility is None:
        return None
    return _addressee(facility, "duty_msisdn", Recipient.FACILITY, facility.language)


def of_district(session: Session, district: District) -> Addressee | None:
    """The district's duty phone, else that of the district which takes all strays; None: the desk only."""
    own = _addressee(district, "duty_msisdn", Recipient.DISTRICT, district.language)
    last = None if own else catch_all_district(session)
    if last is None or last is district:
        return own
    return _addressee(last, "duty_msisdn", Recipient.DISTRICT, last.language)


def of_phone(phone: Phone, default_language: str) -> Addressee | None:
    """The one who called, in the language chosen on that phone."""
    return _addressee(phone, "msisdn", Recipient.CALLER, phone.language or default_language)


def help_number(
    session: Session,
    village: Village | None,
    district: District | None,
    *,
    is_worker: bool = False,
) -> str | None:
    """Whom a caller may ring: the village's health worker, else its centre, else the district.

    A health worker who asks is not sent to himself, but to the centre.
    """
    worker = worker_of_village(session, village.id) if village and not is_worker else None
    for to in (
        of_worker(worker),
        of_facility(village.facility if village else None),
        of_district(session, district) if district else None,
    ):
        if to is not None:
            return to.msisdn.e164
    return None


def _addressee(
    row: District | Facility | HealthWorker | Phone, number: str, role: Recipient, language: str
) -> Addressee | None:
    try:
        text = getattr(row, number)
        return text and Addressee(recipient=role, msisdn=Msisdn(text), language=language)
    except (SealError, NotAMsisdn) as error:
        _log.error("number cannot be used", table=row.__tablename__, id=row.id, reason=str(error))
        return None
