"""Plants the invented district into an empty database, so that a newcomer can dial at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mhealth.care.workbench import Workbench
from mhealth.content.yaml_file import YamlFile
from mhealth.domain.msisdn import read_msisdn
from mhealth.services.staff import create_user
from mhealth.store.directory import (
    District,
    Facility,
    HealthArea,
    HealthWorker,
    Village,
    VillagePost,
)


@dataclass(frozen=True, slots=True)
class Planted:
    """The district, and who may sign in to its desk."""

    district: District
    username: str


def is_empty(session: Session) -> bool:
    """True when there is no district yet."""
    return session.scalar(select(District.id).limit(1)) is None


def plant(
    bench: Workbench, session: Session, file: YamlFile, password: str, now: datetime
) -> Planted:
    """Write the district of a seed file and its first staff user."""
    seed = file.data
    district = _district(bench, session, seed["district"])
    facilities = _facilities(bench, session, district, seed["facilities"])
    areas = {
        key: HealthArea(district=district, code=row["code"], name=row["name"])
        for key, row in seed["health_areas"].items()
    }
    session.add_all(areas.values())
    workers = _workers(bench, session, district, seed["workers"])
    for row in seed["villages"]:
        village = Village(
            district=district,
            health_area=areas[row["area"]],
            facility=facilities[row["facility"]],
            code=row["code"],
            name=row["name"],
            distance_km=row["km"],
        )
        session.add(village)
        if row.get("worker"):
            session.add(VillagePost(village=village, health_worker=workers[row["worker"]]))
    staff = seed["staff"]
    create_user(
        session,
        username=staff["username"],
        display_name=staff["display_name"],
        district=district,
        password=password,
        now=now,
    )
    return Planted(district, staff["username"])


def _district(bench: Workbench, session: Session, row: Mapping[str, Any]) -> District:
    duty = read_msisdn(row["duty"], bench.region)
    district = District(
        code=row["code"],
        name=row["name"],
        timezone=row["timezone"],
        language=row["language"],
        is_catch_all=True,
        duty_index=bench.keyring.blind(duty),
    )
    district.duty_msisdn = duty.e164
    session.add(district)
    return district


def _facilities(
    bench: Workbench, session: Session, district: District, rows: Mapping[str, Any]
) -> dict[str, Facility]:
    made = {key: _facility(bench, district, row) for key, row in rows.items()}
    session.add_all(made.values())
    for key, row in rows.items():
        if row.get("next"):
            made[key].next_facility = made[row["next"]]
    return made


def _facility(bench: Workbench, district: District, row: Mapping[str, Any]) -> Facility:
    hour, _, minute = row["opens"].partition(":")
    facility = Facility(
        district=district,
        code=row["code"],
        name=row["name"],
        clinic_days=row["clinic_days"],
        opens_minute=int(hour) * 60 + int(minute),
        language=row.get("language", district.language),
    )
    if row.get("duty"):
        duty = read_msisdn(row["duty"], bench.region)
        facility.duty_msisdn = duty.e164
        facility.duty_index = bench.keyring.blind(duty)
    return facility


def _workers(
    bench: Workbench, session: Session, district: District, rows: Mapping[str, Any]
) -> dict[str, HealthWorker]:
    made = {}
    for key, row in rows.items():
        msisdn = read_msisdn(row["msisdn"], bench.region)
        worker = HealthWorker(
            district=district,
            code=row["code"],
            language=row["language"],
            msisdn_index=bench.keyring.blind(msisdn),
        )
        worker.name, worker.msisdn = row["name"], msisdn.e164
        session.add(worker)
        made[key] = worker
    return made
