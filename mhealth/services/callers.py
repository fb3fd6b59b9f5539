"""Who calls: what is known of a number when a dialogue begins."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mhealth.care import contacts
from mhealth.care.workbench import Workbench
from mhealth.domain.msisdn import Msisdn
from mhealth.domain.referral import OPEN
from mhealth.store.directory import (
    District,
    HealthWorker,
    Village,
    catch_all_district,
    villages_of_worker,
    worker_by_msisdn,
)
from mhealth.store.people import Phone, phone_by_msisdn
from mhealth.store.referrals import Referral


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


def caller_facts(bench: Workbench, session: Session, known: Known) -> Mapping[str, Any]:
    """What a flow may ask about the caller when it begins."""
    phone, worker = known.phone, known.worker
    village = _village(session, known)
    return {
        "language": known.language or "",
        "is_known": known.language is not None,
        "is_worker": worker is not None,
        "worker_name": worker.name if worker else "",
        "village": str(village.id) if village else "",
        "village_name": village.name if village else "",
        "help_number": help_number(bench, session, village, _district(session, known, village)),
        "consent": phone.consent if phone else "",
        "messages_on": phone.messages_on if phone else True,
        "open_referrals": _open_referrals(session, known),
    }


def help_number(
    bench: Workbench, session: Session, village: Village | None, district: District | None
) -> str:
    """Whom to ring; the platform's own number when nobody has one."""
    return contacts.help_number(session, village, district) or bench.sms_number


def _village(session: Session, known: Known) -> Village | None:
    """The caller's village; for a health worker the only one served, if it is only one."""
    if known.worker is not None:
        served = villages_of_worker(session, known.worker.id)
        return served[0] if len(served) == 1 else None
    return known.phone.village if known.phone else None


def _district(session: Session, known: Known, village: Village | None) -> District | None:
    if village is not None:
        return village.district
    return known.worker.district if known.worker else catch_all_district(session)


def _open_referrals(session: Session, known: Known) -> int:
    if known.worker is not None:
        whose = Referral.health_worker_id == known.worker.id
    elif known.phone is not None:
        whose = Referral.phone_id == known.phone.id
    else:
        return 0
    query = select(func.count(Referral.id)).where(whose, Referral.status.in_(list(OPEN)))
    return session.scalar(query) or 0
