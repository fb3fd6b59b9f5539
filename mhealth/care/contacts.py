"""Who is told about a patient of a village: its health worker, its centre, and the next one up."""

from sqlalchemy.orm import Session

from mhealth.care.outbox import Addressee
from mhealth.domain.message import Recipient
from mhealth.domain.msisdn import Msisdn
from mhealth.store.directory import District, Facility, HealthWorker, Village, worker_of_village
from mhealth.store.people import Phone


def of_worker(worker: HealthWorker) -> Addressee:
    """A health worker on the number that is registered."""
    return Addressee(
        recipient=Recipient.HEALTH_WORKER, msisdn=Msisdn(worker.msisdn), language=worker.language
    )


def of_facility(facility: Facility | None) -> Addressee | None:
    """A facility's duty phone; None when it has none."""
    if facility is None or facility.duty_msisdn is None:
        return None
    return Addressee(
        recipient=Recipient.FACILITY,
        msisdn=Msisdn(facility.duty_msisdn),
        language=facility.language,
    )


def of_district(district: District) -> Addressee | None:
    """The district's duty phone; None when it has none: then only the desk shows the alert."""
    if district.duty_msisdn is None:
        return None
    return Addressee(
        recipient=Recipient.DISTRICT,
        msisdn=Msisdn(district.duty_msisdn),
        language=district.language,
    )


def of_phone(phone: Phone, default_language: str) -> Addressee:
    """The one who called, in the language chosen on that phone."""
    return Addressee(
        recipient=Recipient.CALLER,
        msisdn=Msisdn(phone.msisdn),
        language=phone.language or default_language,
    )


def help_number(session: Session, village: Village | None, district: District | None) -> str | None:
    """Whom a caller may ring: the village's health worker, else its centre, else the district."""
    worker = worker_of_village(session, village.id) if village else None
    if worker is not None:
        return str(worker.msisdn)
    if village is not None and village.facility and village.facility.duty_msisdn:
        return str(village.facility.duty_msisdn)
    return str(district.duty_msisdn) if district and district.duty_msisdn else None
