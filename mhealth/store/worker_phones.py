"""Health workers' phones: the PIN, and what waits for a supervisor (enrolment, a new number)."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mhealth.store.database import Base, Row
from mhealth.store.directory import District, HealthWorker, Village
from mhealth.store.sealed import Sealed, SealedColumn


class WorkerPin(Base):
    """A health worker's PIN: only its argon2 hash, and the brake on guessing."""

    __tablename__ = "worker_pins"
    health_worker_id: Mapped[int] = mapped_column(ForeignKey("health_workers.id"), primary_key=True)
    pin_hash: Mapped[str | None] = mapped_column(String(160))  # None: to be chosen
    set_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)  # since the last right one
    locks: Mapped[int] = mapped_column(default=0)  # times locked since: the wait grows
    locked_until: Mapped[datetime | None]
    health_worker: Mapped[HealthWorker] = relationship()


class PhoneRequest(Row, Base):
    """Somebody who dialled and wants to be a health worker, or a worker who has a new number."""

    __tablename__ = "phone_requests"
    __table_args__ = (
        Index("ix_phone_requests_waiting", "district_id", "state", "asked_at"),
        Index("ix_phone_requests_number", "msisdn_index", "state"),
    )
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    kind: Mapped[str] = mapped_column(String(12))  # enrolment, new_number
    state: Mapped[str] = mapped_column(String(12))  # waiting, confirmed, refused, expired
    health_worker_id: Mapped[int | None] = mapped_column(ForeignKey("health_workers.id"))
    village_id: Mapped[int | None] = mapped_column(ForeignKey("villages.id"))
    msisdn_sealed: Mapped[SealedColumn]
    msisdn_index: Mapped[bytes] = mapped_column(LargeBinary(16))
    language: Mapped[str] = mapped_column(String(8), default="fr")
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    staff_user_id: Mapped[int | None] = mapped_column(ForeignKey("staff_users.id"))
    msisdn = Sealed("msisdn_sealed")
    district: Mapped[District] = relationship()
    health_worker: Mapped[HealthWorker | None] = relationship()
    village: Mapped[Village | None] = relationship()
