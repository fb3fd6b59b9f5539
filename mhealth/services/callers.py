"""Who calls: what is known of a number when a dialogue begins."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from mhealth.care import contacts
from mhealth.care.workbench import local_today
from mhealth.domain.msisdn import Msisdn
from mhealth.store.directory import District, HealthWorker, Village
from mhealth.store.directory_reads import catch_all_district, villages_of_worker, worker_by_msisdn
from mhealth.store.people import Phone, phone_by_msisdn


@dataclass(frozen=True, slots=True)
class Caller:
    """The number at the other end, and how it is found."""

    msisdn: Msisdn
    msisdn_index: bytes


@dataclass(frozen=True, slots=True)
class Known:
    """The rows behind a number; each may be missing."""

    phone: Phone | None
    worker: HealthWorker | None

    @property
    def district_id(self) -> int | None:
        """Where a health worker serves, else where the caller's phone belongs."""
        known = self.worker or self.phone
        return known.district_id if known is not None else None

    @property
    def language(self) -> str | None:
        """The language chosen on the phone, else the one registered for the health worker."""
        if self.phone is not None and self.phone.language:
            return self.phone.language
        return self.worker.language if self.worker is not None else None


def look_up(session: Session, caller: Caller) -> Known:
    """The phone and the health worker of a number."""
    return Known(
        phone_by_msisdn(session, caller.msisdn_index),
        worker_by_msisdn(session, caller.msisdn_index),
    )


def caller_facts(session: Session, known: Known, now: datetime, region: str) -> Mapping[str, Any]:
    """What a flow may ask about the caller when it begins; `region` is the platform's country."""
    phone = known.phone
    villages = _villages(session, known)
    village = villages[0] if len(villages) == 1 else None
    district = villages[0].district if villages else _district(session, known)
    return {
        "today": (local_today(now, district) if district else now.date()).isoformat(),
        "region": region,
        "language": known.language or "",
        "is_worker": known.worker is not None,
        "village": str(village.id) if village else "",
        "village_name": village.name if village else "",
        "help_number": help_number(session, known, villages[0] if villages else None, now),
        "consent": phone.consent if phone else "",
        "messages_on": phone.messages_on if phone else True,
    }


def help_number(session: Session, known: Known, village: Village | None, now: datetime) -> str:
    """Whom this caller may ring about somebody of the village; empty when nobody has a phone."""
    district = village.district if village else _district(session, known)
    is_worker = known.worker is not None
    return contacts.help_number(session, village, district, now, is_worker=is_worker) or ""


def _villages(session: Session, known: Known) -> list[Village]:
    """Those that a health worker serves, by name; else the caller's own."""
    if known.worker is not None:
        return villages_of_worker(session, known.worker.id)
    return [known.phone.village] if known.phone and known.phone.village else []


def _district(session: Session, known: Known) -> District | None:
    """Of a caller whose village is not known."""
    if known.worker is not None:
        return known.worker.district
    at = known.phone.district_id if known.phone else None
    return session.get(District, at) if at else catch_all_district(session)
