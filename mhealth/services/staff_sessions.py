"""Signed-in browsers: a random token for the cookie, its hash in the table, two ends in time."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from mhealth.store.staff import StaffSession, StaffUser, mark_ended, mark_seen, session_by_token

IDLE = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=8)
SEEN_EVERY = timedelta(seconds=30)
"""A session's last sight is written at most so often, to spare a write for every page."""


def open_session(session: Session, user: StaffUser, now: datetime) -> str:
    """A new session; returns its token (256 bits), which is kept nowhere."""
    token = secrets.token_urlsafe(32)
    session.add(
        StaffSession(staff_user_id=user.id, token_hash=_hash(token), created_at=now, seen_at=now)
    )
    session.flush()
    return token


def live_session(session: Session, token: str, now: datetime) -> StaffSession | None:
    """The session of this token while it lives: not ended, not idle, not too old, user active."""
    found = session_by_token(session, _hash(token))
    if found is None or not found.staff_user.is_active:
        return None
    is_over = now - found.seen_at >= IDLE or now - found.created_at >= ABSOLUTE
    return None if is_over else found


def needs_sight(found: StaffSession, now: datetime) -> bool:
    """True when the last sight is old enough to be written anew."""
    return now - found.seen_at >= SEEN_EVERY


def see(session: Session, token: str, now: datetime) -> None:
    """Write that the session was just used; never brings back an ended one."""
    mark_seen(session, _hash(token), now)


def end_session(session: Session, token: str, now: datetime) -> None:
    """Sign out: the token opens nothing from now on."""
    mark_ended(session, _hash(token), now)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
