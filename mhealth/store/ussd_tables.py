"""Tables of USSD: the sessions of the last hours, and the history of their turns."""

from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    delete,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from mhealth.store.database import Base, BigKey, Row
from mhealth.store.keyring import Keyring, Place

_ALIVE = text("ended_ms IS NULL")


class UssdSession(Row, Base):
    """A session of the last hours. `memory` is sealed: transcript, last replies, dialogue state."""

    __tablename__ = "ussd_sessions"
    __table_args__ = (
        Index("ix_ussd_sessions_alive", "started_ms", sqlite_where=_ALIVE, postgresql_where=_ALIVE),
    )
    session_key: Mapped[str] = mapped_column(String(160), unique=True)  # channel:carrier's session
    msisdn_index: Mapped[bytes] = mapped_column(LargeBinary(16))
    district_id: Mapped[int | None] = mapped_column(ForeignKey("districts.id"))
    revision: Mapped[int]  # counts turns; the guard against two writers
    flow: Mapped[str] = mapped_column(String(40))
    node: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(8))
    memory: Mapped[bytes] = mapped_column(LargeBinary)
    started_ms: Mapped[int] = mapped_column(BigInteger)
    touched_ms: Mapped[int] = mapped_column(BigInteger)
    ended_ms: Mapped[int | None] = mapped_column(BigInteger)
    outcome: Mapped[str | None] = mapped_column(String(12))  # finished, dropped, refused


class UssdTurn(Base):
    """History: which screen was left and how, with nothing that was typed; append-only."""

    __tablename__ = "ussd_turns"
    __table_args__ = (UniqueConstraint("ussd_session_id", "step"),)
    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    ussd_session_id: Mapped[int] = mapped_column(BigInteger)
    step: Mapped[int]
    flow: Mapped[str] = mapped_column(String(40))
    node: Mapped[str] = mapped_column(String(40))
    outcome: Mapped[str] = mapped_column(String(12))
    language: Mapped[str] = mapped_column(String(8))
    at_ms: Mapped[int] = mapped_column(BigInteger)


def memory_place(uid: UUID) -> Place:
    """What the sealed memory of a session is bound to."""
    return Place("ussd_sessions", "memory", uid.hex)


def dropped_before(session: Session, started_ms: int, limit: int = 100) -> list[UssdSession]:
    """Sessions that began before a moment and were never ended: their calls were dropped."""
    query = select(UssdSession).where(
        UssdSession.ended_ms.is_(None), UssdSession.started_ms < started_ms
    )
    return list(session.scalars(query.order_by(UssdSession.started_ms).limit(limit)))


def forget_ended(session: Session, before_ms: int, limit: int = 500) -> int:
    """Delete sessions that ended before a moment; the history of their turns stays. How many."""
    old = select(UssdSession.id).where(UssdSession.ended_ms < before_ms).limit(limit)
    return len(
        session.scalars(
            delete(UssdSession).where(UssdSession.id.in_(old)).returning(UssdSession.id)
        ).all()
    )


def open_memory(keyring: Keyring, row: UssdSession) -> bytes:
    """The memory of a session read through its model."""
    return keyring.open(memory_place(row.uid), row.memory)
