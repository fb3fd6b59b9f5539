"""Questions to the directory: which places are open, who serves a village, whose phone this is."""

from typing import TypeVar

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from mhealth.domain.referral import OPEN
from mhealth.store.directory import (
    District,
    Facility,
    HealthArea,
    HealthWorker,
    Village,
    VillagePost,
)
from mhealth.store.duty_phones import DutyPhone
from mhealth.store.referrals import Referral

_Place = TypeVar("_Place", Facility, Village)


def catch_all_district(session: Session) -> District | None:
    """The district that takes a call from nowhere known."""
    return session.scalar(
        select(District).order_by(District.is_catch_all.desc(), District.id).limit(1)
    )


def time_zones(session: Session) -> dict[int, str]:
    """The zone of each district by its key, in the order of keys."""
    rows = session.execute(select(District.id, District.timezone).order_by(District.id))
    return {row.id: row.timezone for row in rows}


def health_areas(session: Session, district_id: int | None = None) -> list[HealthArea]:
    """Open health areas by name, of one district or of all."""
    query = select(HealthArea).where(HealthArea.closed_at.is_(None))
    query = query.order_by(HealthArea.name, HealthArea.id)
    if district_id is not None:
        query = query.where(HealthArea.district_id == district_id)
    return list(session.scalars(query))


def villages_of_area(session: Session, health_area_id: int) -> list[Village]:
    """Open villages of a health area by name."""
    query = select(Village).where(
        Village.health_area_id == health_area_id, Village.closed_at.is_(None)
    )
    return list(session.scalars(query.order_by(Village.name, Village.id)))


def villages_of_worker(session: Session, worker_id: int) -> list[Village]:
    """Open villages that a health worker serves now, by name."""
    query = (
        select(Village)
        .join(VillagePost, VillagePost.village_id == Village.id)
        .where(
            VillagePost.health_worker_id == worker_id,
            VillagePost.ended_at.is_(None),
            Village.closed_at.is_(None),
        )
    )
    return list(session.scalars(query.order_by(Village.name, Village.id)))


def worker_of_village(session: Session, village_id: int) -> HealthWorker | None:
    """The health worker who is told first, if anybody serves the village now."""
    query = (
        select(HealthWorker)
        .join(VillagePost, VillagePost.health_worker_id == HealthWorker.id)
        .where(
            VillagePost.village_id == village_id,
            VillagePost.ended_at.is_(None),
            HealthWorker.closed_at.is_(None),
        )
        .order_by(VillagePost.rank)
    )
    return session.scalar(query.limit(1))


def worker_by_msisdn(session: Session, msisdn_index: bytes) -> HealthWorker | None:
    """The health worker at work whose phone this is."""
    query = select(HealthWorker).where(HealthWorker.msisdn_index == msisdn_index)
    return session.scalar(query.where(HealthWorker.closed_at.is_(None)))


def posts_of_village(session: Session, village_id: int) -> list[VillagePost]:
    """Who serves a village now, told first first."""
    query = select(VillagePost).where(
        VillagePost.village_id == village_id, VillagePost.ended_at.is_(None)
    )
    return list(session.scalars(query.order_by(VillagePost.rank)))


def posts_of_worker(session: Session, worker_id: int) -> list[VillagePost]:
    """The posts that a health worker has now."""
    query = select(VillagePost).where(
        VillagePost.health_worker_id == worker_id, VillagePost.ended_at.is_(None)
    )
    return list(session.scalars(query.order_by(VillagePost.id)))


def dependants_of(
    session: Session, place: HealthArea | Facility | Village, limit: int = 5
) -> list[HealthArea | Facility | Village]:
    """Some open places that a place cannot be closed under."""
    if isinstance(place, HealthArea):
        return list(session.scalars(_open(Village, Village.health_area_id == place.id, limit)))
    if isinstance(place, Facility):
        villages = session.scalars(_open(Village, Village.facility_id == place.id, limit))
        asks_next = Facility.next_facility_id == place.id
        return [*villages, *session.scalars(_open(Facility, asks_next, limit))]
    return []


def _open(table: type[_Place], which: ColumnElement[bool], limit: int) -> Select[_Place]:
    return select(table).where(which, table.closed_at.is_(None)).order_by(table.id).limit(limit)


def facilities_by_duty(session: Session, duty_index: bytes) -> list[Facility]:
    """The facilities of which this is a duty phone, in or out of its shift.

    They are open, or patients are still on their way there: whoever was asked may answer.
    """
    awaits = select(Referral.facility_id).where(Referral.status.in_([s.value for s in OPEN]))
    shifts = select(DutyPhone.facility_id).where(*_shifts_on(duty_index))
    query = select(Facility).where(
        or_(Facility.duty_index == duty_index, Facility.id.in_(shifts)),
        or_(Facility.closed_at.is_(None), Facility.id.in_(awaits)),
    )
    return list(session.scalars(query.order_by(Facility.closed_at.is_not(None), Facility.id)))


def districts_by_duty(session: Session, duty_index: bytes) -> list[District]:
    """The districts of which this is a duty phone, in or out of its shift."""
    shifts = select(DutyPhone.district_id).where(
        *_shifts_on(duty_index), DutyPhone.facility_id.is_(None)
    )
    query = select(District).where(or_(District.duty_index == duty_index, District.id.in_(shifts)))
    return list(session.scalars(query.order_by(District.id)))


def _shifts_on(duty_index: bytes) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return DutyPhone.msisdn_index == duty_index, DutyPhone.closed_at.is_(None)
