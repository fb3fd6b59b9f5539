"""Tables of USSD: the sessions of the last hours, and the history of their turns."""

import hashlib
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from mhealth.store.database import Base, BigKey, Row
from mhealth.store.keyring import Keyring, Place

_ALIVE = text("ended_ms IS NULL")
_ENDED = text("ended_ms IS NOT NULL")
_BY_SMS = text("sms_until_ms IS NOT NULL")
UNCOUNTED = text("ended_ms IS NOT NULL AND counted_ms IS NULL")
"""Calls that are over and not yet in the funnel."""


class UssdSession(Row, Base):
    """A session of the last hours. `memory` is sealed: transcript, last replies, dialogue state.

    A dialogue that goes on by SMS after a drop is a session of its own, with `sms_until_ms`.
    """

    __tablename__ = "ussd_sessions"
    __table_args__ = (
        Index("ix_ussd_sessions_alive", "started_ms", sqlite_where=_ALIVE, postgresql_where=_ALIVE),
        Index("ix_ussd_sessions_ended", "ended_ms", sqlite_where=_ENDED, postgresql_where=_ENDED),
        Index(
            "ix_ussd_sessions_uncounted",
            "ended_ms",
            sqlite_where=UNCOUNTED,
            postgresql_where=UNCOUNTED,
        ),
        Index("ix_ussd_sessions_number", "msisdn_index", "id"),
        Index(
            "ix_ussd_sessions_by_sms",
            "sms_until_ms",
            sqlite_where=_BY_SMS,
            postgresql_where=_BY_SMS,
        ),
        # SQLite must never give the id of a swept session to a new one: the history of turns stays.
        {"sqlite_autoincrement": True},
    )
    session_key: Mapped[str] = mapped_column(String(160), unique=True)  # channel:carrier's session
    msisdn_index: Mapped[bytes] = mapped_column(LargeBinary(16))
    district_id: Mapped[int | None] = mapped_column(ForeignKey("districts.id"))
    revision: Mapped[int]  # counts turns; the guard against two writers
    flow: Mapped[str] = mapped_column(String(40))
    flow_version: Mapped[str | None] = mapped_column(String(16))  # pinned; see `flow_versions`
    node: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(8))
    memory: Mapped[bytes] = mapped_column(LargeBinary)
    started_ms: Mapped[int] = mapped_column(BigInteger)
    touched_ms: Mapped[int] = mapped_column(BigInteger)
    ended_ms: Mapped[int | None] = mapped_column(BigInteger)
    outcome: Mapped[str | None] = mapped_column(String(12))  # finished, dropped, broken
    continued_in: Mapped[int | None] = mapped_column(BigInteger)  # the session that carries it on
    sms_until_ms: Mapped[int | None] = mapped_column(
        BigInteger
    )  # by SMS: waits for an answer until
    counted_ms: Mapped[int | None] = mapped_column(BigInteger)  # when the funnel took it in


class UssdPastSession(Base):
    """The key of a session that was swept: its calls, sent again, must change nothing for ever."""

    __tablename__ = "ussd_past_sessions"
    key_digest: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    ended_ms: Mapped[int] = mapped_column(BigInteger)


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


def digest_of(session_key: str) -> bytes:
    """How a swept session is known for ever: 16 bytes of its key's hash."""
    return hashlib.blake2b(session_key.encode(), digest_size=16).digest()


def is_past(session: Session, session_key: str) -> bool:
    """True when a session of this key ended and was swept out of the live table."""
    return session.get(UssdPastSession, digest_of(session_key)) is not None


def dropped_before(session: Session, touched_ms: int, limit: int = 100) -> list[UssdSession]:
    """Sessions without a word since a moment, never ended: their calls were dropped.

    Locked until the transaction ends; those that a turn holds at this moment are passed over, and
    those that go on by SMS, which have their own time (`unanswered_by_sms`).
    """
    query = select(UssdSession).where(
        UssdSession.ended_ms.is_(None),
        UssdSession.started_ms < touched_ms,
        UssdSession.touched_ms < touched_ms,
        UssdSession.sms_until_ms.is_(None),
    )
    locked = query.order_by(UssdSession.started_ms).limit(limit).with_for_update(skip_locked=True)
    return list(session.scalars(locked))


def unanswered_by_sms(session: Session, now_ms: int, limit: int = 100) -> list[UssdSession]:
    """Sessions that went on by SMS and whose last question waits no more; locked as those above."""
    query = select(UssdSession).where(
        UssdSession.sms_until_ms <= now_ms, UssdSession.ended_ms.is_(None)
    )
    locked = query.order_by(UssdSession.sms_until_ms).limit(limit).with_for_update(skip_locked=True)
    return list(session.scalars(locked))


def seal_memory(keyring: Keyring, row: UssdSession, memory: bytes) -> None:
    """Write the memory of a session through its model."""
    row.memory = keyring.seal(memory_place(row.uid), memory)


def open_memory(keyring: Keyring, row: UssdSession) -> bytes:
    """The memory of a session read through its model."""
    return keyring.open(memory_place(row.uid), row.memory)
