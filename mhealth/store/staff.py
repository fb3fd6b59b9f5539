"""Staff of the desk: users, their sessions, and the record of every look at a person's page."""

from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, LargeBinary, String, Update, select, update
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from mhealth.store.database import Base, Row
from mhealth.store.directory import District


class StaffUser(Row, Base):
    """Somebody who signs in to the desk, by user name; sees one district."""

    __tablename__ = "staff_users"
    username: Mapped[str] = mapped_column(String(60), unique=True)
    display_name: Mapped[str] = mapped_column(String(80))
    password_hash: Mapped[str] = mapped_column(String(160))  # argon2id
    role: Mapped[str] = mapped_column(String(16), default="district")
    signs_as: Mapped[str] = mapped_column(String(12), default="")  # clinician, translator: content
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"), index=True)
    language: Mapped[str] = mapped_column(String(8), default="fr")
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    district: Mapped[District] = relationship()


class StaffSession(Row, Base):
    """A signed-in browser; only a hash of its token is kept, so that a stolen table opens nothing."""

    __tablename__ = "staff_sessions"
    staff_user_id: Mapped[int] = mapped_column(ForeignKey("staff_users.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    staff_user: Mapped[StaffUser] = relationship()


class AccessRecord(Row, Base):
    """Who looked at what, when; append-only."""

    __tablename__ = "access_records"
    district_id: Mapped[int | None] = mapped_column(ForeignKey("districts.id"), index=True)
    staff_user_id: Mapped[int | None] = mapped_column(ForeignKey("staff_users.id"), index=True)
    deed: Mapped[str] = mapped_column(
        String(24)
    )  # sign_in, sign_in_failed, sign_out, view_referral …
    object_kind: Mapped[str | None] = mapped_column(String(24))
    object_uid: Mapped[str | None] = mapped_column(String(36), index=True)
    at: Mapped[datetime]


def staff_by_username(
    session: Session, username: str, *, to_change: bool = False
) -> StaffUser | None:
    """The user of this name, active or not; `to_change` keeps others waiting until we commit."""
    query = select(StaffUser).where(StaffUser.username == username)
    return session.scalar(query.with_for_update() if to_change else query)


def lock_user(session: Session, user_id: int) -> StaffUser:
    """The user as the database has it now; others who change it wait until we commit."""
    query = select(StaffUser).where(StaffUser.id == user_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def staff_usernames(session: Session) -> list[str]:
    """The names of all users, in order."""
    return list(session.scalars(select(StaffUser.username).order_by(StaffUser.username)))


def all_staff(session: Session) -> list[StaffUser]:
    """All users with their districts, open ones first, by name."""
    query = select(StaffUser).options(joinedload(StaffUser.district))
    return list(session.scalars(query.order_by(StaffUser.is_active.desc(), StaffUser.username)))


def districts_named(session: Session, word: str | None) -> list[District]:
    """Districts whose code or name is this word, whatever its case; all of them without one."""
    query = select(District).order_by(District.name, District.id)
    if word is None:
        return list(session.scalars(query))
    plain = word.casefold()
    return [
        district
        for district in session.scalars(query)
        if plain in (district.name.casefold(), (district.code or "").casefold())
    ]


def session_by_token(session: Session, token_hash: bytes) -> StaffSession | None:
    """The browser session of this token, if it was not ended."""
    query = select(StaffSession).where(
        StaffSession.token_hash == token_hash, StaffSession.ended_at.is_(None)
    )
    user = joinedload(StaffSession.staff_user).joinedload(StaffUser.district)
    return session.scalar(query.options(user))


def mark_seen(session: Session, token_hash: bytes, now: datetime) -> None:
    """Write the last sight of a session; never brings back an ended one."""
    session.execute(_open_sessions(StaffSession.token_hash == token_hash).values(seen_at=now))


def mark_ended(session: Session, token_hash: bytes, now: datetime) -> None:
    """End one session."""
    session.execute(_open_sessions(StaffSession.token_hash == token_hash).values(ended_at=now))


def mark_all_ended(session: Session, staff_user_id: int, now: datetime) -> None:
    """End every session of a user."""
    mine = StaffSession.staff_user_id == staff_user_id
    session.execute(_open_sessions(mine).values(ended_at=now))


def _open_sessions(which: ColumnElement[bool]) -> Update:
    return update(StaffSession).where(which, StaffSession.ended_at.is_(None))
