"""Who and where: districts, health areas, facilities, villages, health workers and their phones."""

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from mhealth.store.database import Base, Row
from mhealth.store.sealed import Sealed, SealedColumn


class District(Row, Base):
    """The area that staff are responsible for; its duty phone is the last resort of every alert."""

    __tablename__ = "districts"
    name: Mapped[str] = mapped_column(String(60))
    timezone: Mapped[str] = mapped_column(String(40), default="UTC")
    language: Mapped[str] = mapped_column(String(8), default="fr")
    is_catch_all: Mapped[bool] = mapped_column(
        default=False
    )  # takes calls whose village is unknown
    duty_msisdn_sealed: Mapped[SealedColumn | None]
    duty_index: Mapped[bytes | None] = mapped_column(LargeBinary(16), index=True)
    duty_msisdn = Sealed("duty_msisdn_sealed")


class HealthArea(Row, Base):
    """A part of a district, as a caller chooses it before the village."""

    __tablename__ = "health_areas"
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"), index=True)
    name: Mapped[str] = mapped_column(String(40))
    district: Mapped[District] = relationship()


class Facility(Row, Base):
    """A health centre or hospital; `next_facility` is asked when this one declines."""

    __tablename__ = "facilities"
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"), index=True)
    name: Mapped[str] = mapped_column(String(40))
    clinic_days: Mapped[str] = mapped_column(
        String(16), default="1,2,3,4,5"
    )  # ISO weekdays, 1=Monday
    opens_minute: Mapped[int] = mapped_column(default=480)  # minutes after local midnight
    language: Mapped[str] = mapped_column(String(8), default="fr")
    next_facility_id: Mapped[int | None] = mapped_column(ForeignKey("facilities.id"))
    duty_msisdn_sealed: Mapped[SealedColumn | None]
    duty_index: Mapped[bytes | None] = mapped_column(LargeBinary(16), index=True)
    duty_msisdn = Sealed("duty_msisdn_sealed")
    district: Mapped[District] = relationship()
    next_facility: Mapped["Facility | None"] = relationship(remote_side="Facility.id")


class Village(Row, Base):
    """A village, its health area and its reference centre."""

    __tablename__ = "villages"
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"), index=True)
    health_area_id: Mapped[int] = mapped_column(ForeignKey("health_areas.id"), index=True)
    facility_id: Mapped[int | None] = mapped_column(ForeignKey("facilities.id"))
    name: Mapped[str] = mapped_column(String(40))
    distance_km: Mapped[float | None]
    district: Mapped[District] = relationship()
    health_area: Mapped[HealthArea] = relationship()
    facility: Mapped[Facility | None] = relationship()


class HealthWorker(Row, Base):
    """A community health worker (FHIR Practitioner at the border)."""

    __tablename__ = "health_workers"
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"), index=True)
    name_sealed: Mapped[SealedColumn]
    msisdn_sealed: Mapped[SealedColumn]
    msisdn_index: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)
    language: Mapped[str] = mapped_column(String(8), default="fr")
    is_active: Mapped[bool] = mapped_column(default=True)
    name = Sealed("name_sealed")
    msisdn = Sealed("msisdn_sealed")
    district: Mapped[District] = relationship()


class VillagePost(Base):
    """Which health worker serves which village; rank 1 is told first."""

    __tablename__ = "village_posts"
    __table_args__ = (UniqueConstraint("village_id", "rank"),)
    village_id: Mapped[int] = mapped_column(ForeignKey("villages.id"), primary_key=True)
    health_worker_id: Mapped[int] = mapped_column(
        ForeignKey("health_workers.id"), primary_key=True, index=True
    )
    rank: Mapped[int] = mapped_column(default=1)
    village: Mapped[Village] = relationship()
    health_worker: Mapped[HealthWorker] = relationship()


def catch_all_district(session: Session) -> District | None:
    """The district that takes a call from nowhere known."""
    return session.scalar(
        select(District).order_by(District.is_catch_all.desc(), District.id).limit(1)
    )


def health_areas(session: Session, district_id: int | None = None) -> list[HealthArea]:
    """Health areas by name, of one district or of all."""
    query = select(HealthArea).order_by(HealthArea.name, HealthArea.id)
    if district_id is not None:
        query = query.where(HealthArea.district_id == district_id)
    return list(session.scalars(query))


def villages_of_area(session: Session, health_area_id: int) -> list[Village]:
    """Villages of a health area by name."""
    query = select(Village).where(Village.health_area_id == health_area_id)
    return list(session.scalars(query.order_by(Village.name, Village.id)))


def villages_of_worker(session: Session, worker_id: int) -> list[Village]:
    """Villages that a health worker serves, by name."""
    query = (
        select(Village)
        .join(VillagePost, VillagePost.village_id == Village.id)
        .where(VillagePost.health_worker_id == worker_id)
    )
    return list(session.scalars(query.order_by(Village.name, Village.id)))


def worker_of_village(session: Session, village_id: int) -> HealthWorker | None:
    """The health worker who is told first, if the village has an active one."""
    query = (
        select(HealthWorker)
        .join(VillagePost, VillagePost.health_worker_id == HealthWorker.id)
        .where(VillagePost.village_id == village_id, HealthWorker.is_active)
        .order_by(VillagePost.rank)
    )
    return session.scalar(query.limit(1))


def worker_by_msisdn(session: Session, msisdn_index: bytes) -> HealthWorker | None:
    """The active health worker whose phone this is."""
    query = select(HealthWorker).where(HealthWorker.msisdn_index == msisdn_index)
    return session.scalar(query.where(HealthWorker.is_active))


def facilities_by_duty(session: Session, duty_index: bytes) -> list[Facility]:
    """The facilities whose duty phone this is; one phone may serve several."""
    return list(session.scalars(select(Facility).where(Facility.duty_index == duty_index)))


def districts_by_duty(session: Session, duty_index: bytes) -> list[District]:
    """The districts whose duty phone this is."""
    return list(session.scalars(select(District).where(District.duty_index == duty_index)))
