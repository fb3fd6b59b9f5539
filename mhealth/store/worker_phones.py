"""Health workers' phones: the PIN, the tries of it, and what waits for a supervisor."""

from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    delete,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from mhealth.store.database import Base, Row
from mhealth.store.directory import District, HealthWorker, Village
from mhealth.store.sealed import Sealed, SealedColumn
from mhealth.store.upsert import insert_into

WAITING, CONFIRMED, REFUSED, EXPIRED = "waiting", "confirmed", "refused", "expired"
ENROLMENT, NEW_NUMBER = "enrolment", "new_number"
_BETWEEN = " -./_"


class WorkerPin(Base):
    """A health worker's PIN: only its argon2 hash. None: to be chosen.

    `proposed_hash` is the new one between its two typings, in one call.
    """

    __tablename__ = "worker_pins"
    health_worker_id: Mapped[int] = mapped_column(ForeignKey("health_workers.id"), primary_key=True)
    pin_hash: Mapped[str | None] = mapped_column(String(160))
    set_at: Mapped[datetime | None]
    proposed_hash: Mapped[str | None] = mapped_column(String(160))
    proposed_in: Mapped[bytes | None] = mapped_column(LargeBinary(16))  # digest of the call
    seen_at: Mapped[datetime | None]  # last reported, or gave the PIN
    health_worker: Mapped[HealthWorker] = relationship()


class PinTry(Base):
    """One try of a PIN, written before it was weighed: a turn that comes again is the same row.

    `is_right` is None until it was weighed, and counts as wrong.
    """

    __tablename__ = "pin_tries"
    __table_args__ = (
        Index("ix_pin_tries_number", "msisdn_index", "at"),
        Index("ix_pin_tries_worker", "health_worker_id", "at"),
        Index("ix_pin_tries_call", "call_digest"),
    )
    turn_digest: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    call_digest: Mapped[bytes] = mapped_column(LargeBinary(16))
    msisdn_index: Mapped[bytes] = mapped_column(LargeBinary(16))  # who tried
    health_worker_id: Mapped[int | None] = mapped_column(ForeignKey("health_workers.id"))  # whose
    is_right: Mapped[bool | None]
    at: Mapped[datetime]


class PhoneRequest(Row, Base):
    """Somebody who dialled and wants to be a health worker, or a worker who has a new number.

    `named_code` is the code that was typed, known or not; `is_proven` says that the PIN was that
    worker's. Only a supervisor sees either.
    """

    __tablename__ = "phone_requests"
    __table_args__ = (
        Index("ix_phone_requests_waiting", "district_id", "state", "asked_at"),
        Index("ix_phone_requests_number", "msisdn_index", "asked_at"),
    )
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    kind: Mapped[str] = mapped_column(String(12))  # enrolment, new_number
    state: Mapped[str] = mapped_column(String(12))  # waiting, confirmed, refused, expired
    health_worker_id: Mapped[int | None] = mapped_column(ForeignKey("health_workers.id"))
    named_code: Mapped[str | None] = mapped_column(String(24))
    is_proven: Mapped[bool] = mapped_column(default=False)
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


def worker_by_code(session: Session, code: str) -> HealthWorker | None:
    """The health worker at work with this code, as people type it; None when several could be meant.

    Case counts for nothing, nor what stands between letters and digits: a keypad hardly has a dash.
    """
    query = select(HealthWorker).where(has_code(code), HealthWorker.closed_at.is_(None))
    found = list(session.scalars(query.limit(10)))
    exact = [worker for worker in found if (worker.code or "").upper() == code.strip().upper()]
    meant = exact or found
    return meant[0] if len(meant) == 1 else None


def has_code(code: str) -> ColumnElement[bool]:
    """Whether a health worker's code is this one but for case and what stands between."""
    bare: ColumnElement[str] = func.upper(HealthWorker.code)
    for mark in _BETWEEN:
        bare = func.replace(bare, mark, "")
    same: ColumnElement[bool] = bare == "".join(c for c in code.upper() if c not in _BETWEEN)
    return same


def held_pin(session: Session, health_worker_id: int) -> WorkerPin:
    """The row of a worker's PIN, made when there is none; others wait for it until we commit."""
    fresh = insert_into(session, WorkerPin).values(health_worker_id=health_worker_id)
    session.execute(fresh.on_conflict_do_nothing())
    return session.get_one(
        WorkerPin, health_worker_id, with_for_update=True, populate_existing=True
    )


def mark_seen(session: Session, health_worker_id: int, now: datetime) -> None:
    """A health worker is at work: the desk shows when last."""
    held_pin(session, health_worker_id).seen_at = now


def count_try(session: Session, **columns: object) -> None:
    """Write a try; the same turn once for ever."""
    insert = insert_into(session, PinTry).values(**columns)
    session.execute(insert.on_conflict_do_nothing())


def tries_by(session: Session, msisdn_index: bytes, since: datetime) -> list[PinTry]:
    """What a number tried, oldest first."""
    query = select(PinTry).where(PinTry.msisdn_index == msisdn_index, PinTry.at > since)
    return list(session.scalars(query.order_by(PinTry.at)))


def tries_of_numbers(
    session: Session, numbers: list[bytes], since: datetime
) -> dict[bytes, list[PinTry]]:
    """What each of some numbers tried, oldest first."""
    query = select(PinTry).where(PinTry.msisdn_index.in_(numbers), PinTry.at > since)
    found: dict[bytes, list[PinTry]] = {}
    for one in session.scalars(query.order_by(PinTry.at)):
        found.setdefault(one.msisdn_index, []).append(one)
    return found


def tries_by_others(session: Session, worker: HealthWorker, since: datetime) -> list[PinTry]:
    """What other numbers than his own tried at a worker's PIN, oldest first."""
    query = select(PinTry).where(
        PinTry.health_worker_id == worker.id,
        PinTry.msisdn_index != worker.msisdn_index,
        PinTry.at > since,
    )
    return list(session.scalars(query.order_by(PinTry.at)))


def was_right_in(session: Session, call_digest: bytes, health_worker_id: int) -> bool:
    """Whether a worker's PIN of now was given in this call."""
    query = select(PinTry.turn_digest).where(
        PinTry.call_digest == call_digest,
        PinTry.health_worker_id == health_worker_id,
        PinTry.is_right.is_(True),
    )
    return session.scalar(query.limit(1)) is not None


def forget_right_tries(session: Session, health_worker_id: int) -> None:
    """A PIN is no longer: calls in which it was given are closed to patients' data."""
    session.execute(
        delete(PinTry).where(PinTry.health_worker_id == health_worker_id, PinTry.is_right.is_(True))
    )


def forget_all_tries(session: Session, worker: HealthWorker) -> None:
    """Likewise, and whatever the worker's number tried: it waits for nothing any more."""
    session.execute(
        delete(PinTry).where(
            or_(
                PinTry.health_worker_id == worker.id,
                PinTry.msisdn_index == worker.msisdn_index,
            )
        )
    )


def forget_tries(session: Session, before: datetime) -> int:
    """Drop tries that brake nothing any more; how many."""
    gone = delete(PinTry).where(PinTry.at < before).returning(PinTry.turn_digest)
    return len(session.scalars(gone).all())
