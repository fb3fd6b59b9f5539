"""Who and where: districts, health areas, facilities, villages, health workers and their posts.

`code` is the key that a country's own registers give a place or a worker; imports find rows by it.
What is closed stays: reports and referrals point at it. `DirectoryChange` says what was when.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mhealth.store.database import Base, BigKey, Row
from mhealth.store.sealed import Sealed, SealedColumn

OPEN = text("closed_at IS NULL")
SERVING = text("ended_at IS NULL")


class Registered:
    """What every place and worker has: the code of the country's register, and an end."""

    code: Mapped[str | None] = mapped_column(String(24), unique=True)
    closed_at: Mapped[datetime | None]


class District(Row, Base):
    """The area that staff are responsible for; its duty phone is the last resort of every alert."""

    __tablename__ = "districts"
    code: Mapped[str | None] = mapped_column(String(24), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    timezone: Mapped[str] = mapped_column(String(40), default="UTC")
    language: Mapped[str] = mapped_column(String(8), default="fr")
    is_catch_all: Mapped[bool] = mapped_column(
        default=False
    )  # takes calls whose village is unknown
    duty_msisdn_sealed: Mapped[SealedColumn | None]
    duty_index: Mapped[bytes | None] = mapped_column(LargeBinary(16), index=True)
    duty_msisdn = Sealed("duty_msisdn_sealed")


class HealthArea(Registered, Row, Base):
    """A part of a district, as a caller chooses it before the village."""

    __tablename__ = "health_areas"
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"), index=True)
    name: Mapped[str] = mapped_column(String(40))
    district: Mapped[District] = relationship()


class Facility(Registered, Row, Base):
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


class Village(Registered, Row, Base):
    """A village, its health area and its reference centre."""

    __tablename__ = "villages"
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"), index=True)
    health_area_id: Mapped[int] = mapped_column(ForeignKey("health_areas.id"), index=True)
    facility_id: Mapped[int | None] = mapped_column(ForeignKey("facilities.id"), index=True)
    name: Mapped[str] = mapped_column(String(40))
    distance_km: Mapped[float | None]
    district: Mapped[District] = relationship()
    health_area: Mapped[HealthArea] = relationship()
    facility: Mapped[Facility | None] = relationship()


class HealthWorker(Registered, Row, Base):
    """A community health worker (FHIR Practitioner at the border).

    A number belongs to one worker at a time; who left gives it free.
    """

    __tablename__ = "health_workers"
    __table_args__ = (
        Index(
            "ix_health_workers_msisdn_index",
            "msisdn_index",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
    )
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"), index=True)
    name_sealed: Mapped[SealedColumn]
    msisdn_sealed: Mapped[SealedColumn]
    msisdn_index: Mapped[bytes] = mapped_column(LargeBinary(16))
    language: Mapped[str] = mapped_column(String(8), default="fr")
    name = Sealed("name_sealed")
    msisdn = Sealed("msisdn_sealed")
    district: Mapped[District] = relationship()


class VillagePost(Base):
    """Which health worker served which village from when to when; rank 1 is told first."""

    __tablename__ = "village_posts"
    __table_args__ = (
        Index(
            "ix_village_posts_rank",
            "village_id",
            "rank",
            unique=True,
            sqlite_where=SERVING,
            postgresql_where=SERVING,
        ),
        Index(
            "ix_village_posts_pair",
            "village_id",
            "health_worker_id",
            unique=True,
            sqlite_where=SERVING,
            postgresql_where=SERVING,
        ),
    )
    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("villages.id"), index=True)
    health_worker_id: Mapped[int] = mapped_column(ForeignKey("health_workers.id"), index=True)
    rank: Mapped[int] = mapped_column(default=1)
    began_at: Mapped[datetime | None]  # None: before this was kept
    ended_at: Mapped[datetime | None]
    village: Mapped[Village] = relationship()
    health_worker: Mapped[HealthWorker] = relationship()


class DirectoryChange(Row, Base):
    """One change of a place, a worker or a post, by whom; append-only."""

    __tablename__ = "directory_changes"
    __table_args__ = (Index("ix_directory_changes_object", "object_kind", "object_id"),)
    district_id: Mapped[int | None] = mapped_column(ForeignKey("districts.id"), index=True)
    object_kind: Mapped[str] = mapped_column(String(16))  # the table: villages, health_workers …
    object_id: Mapped[int] = mapped_column(BigKey)
    field: Mapped[str] = mapped_column(String(24))  # the column, or opened, closed
    before_sealed: Mapped[SealedColumn | None]
    after_sealed: Mapped[SealedColumn | None]
    staff_user_id: Mapped[int | None]  # None: the command line
    import_id: Mapped[int | None]
    at: Mapped[datetime]
    before = Sealed("before_sealed")
    after = Sealed("after_sealed")
