"""Whose phone an SMS came from: a centre's, the district's, a health worker's, or anybody's."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from mhealth.care.moves import Actor
from mhealth.care.workbench import Workbench
from mhealth.domain.msisdn import Msisdn
from mhealth.store.directory import District, Facility, HealthWorker
from mhealth.store.directory_reads import districts_by_duty, facilities_by_duty, worker_by_msisdn
from mhealth.store.people import Phone, phone_by_msisdn
from mhealth.store.referrals import Referral


class SenderKind(StrEnum):
    """In what role somebody writes."""

    FACILITY = "facility"
    DISTRICT = "district"
    HEALTH_WORKER = "health_worker"
    CALLER = "caller"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Everything that one number is; a duty phone may serve several facilities."""

    msisdn: Msisdn
    facilities: tuple[Facility, ...]
    districts: tuple[District, ...]
    worker: HealthWorker | None
    phone: Phone | None

    @property
    def kind(self) -> SenderKind:
        """The first role that fits."""
        if self.facilities:
            return SenderKind.FACILITY
        if self.districts:
            return SenderKind.DISTRICT
        return SenderKind.HEALTH_WORKER if self.worker else SenderKind.CALLER

    @property
    def is_centre(self) -> bool:
        """True for a phone that may answer referrals."""
        return bool(self.facilities or self.districts)

    @property
    def is_staff(self) -> bool:
        """True for everybody whose work the alerts are."""
        return self.kind is not SenderKind.CALLER

    @property
    def help_kind(self) -> str:
        """Which help text fits: facility, worker or anyone."""
        if self.is_centre:
            return "facility"
        return "worker" if self.worker else "anyone"

    @property
    def language(self) -> str | None:
        """The language to answer in, if known."""
        if self.facilities:
            return self.facilities[0].language
        if self.districts:
            return self.districts[0].language
        if self.worker:
            return self.worker.language
        return self.phone.language if self.phone else None

    @property
    def district(self) -> District | None:
        """The district that the sender belongs to, if known."""
        if self.facilities:
            return self.facilities[0].district
        if self.districts:
            return self.districts[0]
        return self.worker.district if self.worker else None

    @property
    def district_id(self) -> int | None:
        """Its key."""
        if self.district is not None:
            return self.district.id
        return self.phone.district_id if self.phone else None

    def actor_for(self, referral: Referral) -> Actor | None:
        """As whom the sender may move a referral; None when it is not theirs."""
        if referral.facility_id in {facility.id for facility in self.facilities}:
            return Actor(kind="facility", id=referral.facility_id, channel="sms")
        if referral.district_id in {district.id for district in self.districts}:
            return Actor(kind="district", id=referral.district_id, channel="sms")
        return None


def find_sender(bench: Workbench, session: Session, msisdn: Msisdn) -> Sender:
    """Look a number up in every role."""
    index = bench.keyring.blind(msisdn)
    return Sender(
        msisdn=msisdn,
        facilities=tuple(facilities_by_duty(session, index)),
        districts=tuple(districts_by_duty(session, index)),
        worker=worker_by_msisdn(session, index),
        phone=phone_by_msisdn(session, index),
    )
