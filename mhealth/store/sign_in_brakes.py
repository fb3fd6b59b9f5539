"""How often signing in failed, by address, by name, and by both: rows that many processes share.

No address and no name stands here, only keyed hashes of them; rows that tell nothing more go.
"""

from datetime import datetime, timedelta

from sqlalchemy import LargeBinary, delete, or_
from sqlalchemy.orm import Mapped, Session, mapped_column

from mhealth.store.database import Base
from mhealth.store.upsert import insert_into

KEPT = timedelta(days=1)
"""A row that nobody touched for so long brakes nothing any more."""


class SignInBrake(Base):
    """The tries of one address, one name, or one name from one address; told apart by the hash."""

    __tablename__ = "sign_in_brakes"
    key_hash: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    name_hash: Mapped[bytes | None] = mapped_column(LargeBinary(16), index=True)
    failures: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime] = mapped_column(index=True)
    locked_until: Mapped[datetime | None]
    known_until: Mapped[datetime | None]  # this name got in from here; remembered so long


def held_brake(
    session: Session, key_hash: bytes, name_hash: bytes | None, now: datetime
) -> SignInBrake:
    """The row of this key, made when there is none; others wait for it until we commit."""
    fresh = {"key_hash": key_hash, "name_hash": name_hash, "failures": 0, "last_at": now}
    insert = insert_into(session, SignInBrake).values(**fresh)
    session.execute(insert.on_conflict_do_nothing())
    return session.get_one(SignInBrake, key_hash, with_for_update=True, populate_existing=True)


def lift_brakes(session: Session, name_hash: bytes) -> None:
    """A new password: whoever guessed at this name before no longer keeps its user out."""
    session.execute(delete(SignInBrake).where(SignInBrake.name_hash == name_hash))


def forget_brakes(session: Session, now: datetime) -> None:
    """Drop the rows that brake nothing any more."""
    is_over = or_(SignInBrake.known_until.is_(None), SignInBrake.known_until < now)
    session.execute(delete(SignInBrake).where(SignInBrake.last_at < now - KEPT, is_over))
