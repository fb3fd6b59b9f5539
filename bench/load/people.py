"""The people of a load: each with a village, a centre and a health worker of the same number.

Whoever sees another one's centre or help number has been taken for somebody else.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from mhealth.domain.msisdn import Msisdn
from mhealth.store.directory import (
    District,
    Facility,
    HealthArea,
    HealthWorker,
    Village,
    VillagePost,
)
from mhealth.store.keyring import Keyring
from mhealth.store.people import Phone


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who calls, counted from 1."""

    number: int

    @property
    def msisdn(self) -> Msisdn:
        """The caller's own number."""
        return Msisdn(f"+22901{97_000_000 + self.number}")

    @property
    def worker(self) -> Msisdn:
        """The number to call for help: the health worker's of the caller's village."""
        return Msisdn(f"+22901{62_000_000 + self.number}")

    @property
    def patient(self) -> str:
        """A patient's number that nobody else has."""
        return str(10_000 + self.number)


def plant(session: Session, people: list[Person]) -> None:
    """One district in which everybody is known, has chosen French and has agreed."""
    keyring: Keyring = session.info["keyring"]
    district = District(name="Charge", timezone="Africa/Porto-Novo")
    area = HealthArea(district=district, name="Aire unique")
    session.add_all([district, area])
    session.flush()
    for person in people:
        n = person.number
        duty = Msisdn(f"+22901{66_000_000 + n}")
        facility = Facility(district=district, name=f"CS Numero{n}", duty_index=keyring.blind(duty))
        facility.duty_msisdn = duty.e164
        village = Village(
            district=district, health_area=area, facility=facility, name=f"Village{n}"
        )
        worker = HealthWorker(district=district, msisdn_index=keyring.blind(person.worker))
        worker.name, worker.msisdn = f"Agent {n}", person.worker.e164
        session.add_all([facility, village, worker])
        session.flush()
        phone = Phone(
            district_id=district.id,
            msisdn_index=keyring.blind(person.msisdn),
            language="fr",
            village=village,
            consent="given",
            created_at=datetime.now(UTC),
        )
        phone.msisdn = person.msisdn.e164
        session.add_all([phone, VillagePost(village_id=village.id, health_worker_id=worker.id)])
