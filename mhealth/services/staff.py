"""Staff users: made, given a password, and let in or locked out by their attempts to sign in."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from mhealth.services.access import Deed, record_access
from mhealth.services.passwords import hash_password, is_outdated, matches
from mhealth.services.staff_sessions import open_session
from mhealth.store.directory import District
from mhealth.store.staff import StaffUser, mark_all_ended, staff_by_username

FREE_FAILURES = 4
"""So many wrong passwords in a row cost nothing; the fifth locks."""
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to sign in, its password already weighed (which takes long) outside a transaction."""

    username: str
    is_right: bool
    fresh_hash: str | None  # set when the stored hash was made with older costs


def clean_username(text: str) -> str:
    """The one spelling of a user name: case, outer spaces and invisible marks do not count."""
    visible = "".join(c for c in unicodedata.normalize("NFKC", text) if c.isprintable())
    return visible.strip().casefold()[:60]


def create_user(
    session: Session,
    *,
    username: str,
    display_name: str,
    district: District,
    password: str,
    now: datetime,
    language: str = "fr",
    role: str = "district",
) -> StaffUser:
    """A new user of one district. Raises ValueError when the name is empty or taken."""
    name = clean_username(username)
    if not name or staff_by_username(session, name) is not None:
        raise ValueError(f"user name is empty or taken: {name!r}")
    user = StaffUser(
        username=name,
        display_name=display_name,
        password_hash=hash_password(password),
        role=role,
        district=district,
        language=language,
        created_at=now,
    )
    session.add(user)
    session.flush()
    return user


def set_password(session: Session, user: StaffUser, password: str, now: datetime) -> None:
    """A new password: whoever is signed in as this user is signed out, and a lock is lifted."""
    user.password_hash = hash_password(password)
    user.failed_sign_ins, user.locked_until = 0, None
    mark_all_ended(session, user.id, now)
    record_access(
        session,
        Deed.PASSWORD_SET,
        now,
        staff_user_id=user.id,
        district_id=user.district_id,
        object_kind="staff_user",
        object_uid=user.uid,
    )


def choose_language(session: Session, staff_user_id: int, language: str) -> None:
    """Keep the language in which a user reads the desk."""
    user = session.get(StaffUser, staff_user_id)
    if user is not None:
        user.language = language


def stored_hash(session: Session, username: str) -> str | None:
    """The hash to weigh a password against; None when nobody active has this name."""
    user = staff_by_username(session, clean_username(username))
    return user.password_hash if user is not None and user.is_active else None


def weigh(username: str, known_hash: str | None, password: str) -> Attempt:
    """The slow part, for no open transaction: takes as long for a name that nobody bears."""
    is_right = matches(known_hash, password)
    fresh = hash_password(password) if is_right and known_hash and is_outdated(known_hash) else None
    return Attempt(clean_username(username), is_right, fresh)


def judge(
    session: Session, attempt: Attempt, now: datetime, *, language: str | None = None
) -> str | None:
    """Let in or not, and record it: the new session's token, or None. A language chosen stays.

    Whether somebody is locked out is asked here, within the writing transaction: guesses sent all
    at once get no more tries than those sent one by one.
    """
    user = staff_by_username(session, attempt.username, to_change=True)
    if user is None or not user.is_active:
        record_access(session, Deed.SIGN_IN_FAILED, now, staff_user_id=None, district_id=None)
        return None
    is_locked = user.locked_until is not None and user.locked_until > now
    if is_locked or not attempt.is_right:
        if not is_locked:
            _count_failure(user, now)
        _record(session, Deed.SIGN_IN_FAILED, user, now)
        return None
    user.failed_sign_ins, user.locked_until = 0, None
    user.password_hash = attempt.fresh_hash or user.password_hash
    user.language = language or user.language
    _record(session, Deed.SIGN_IN, user, now)
    return open_session(session, user, now)


def _count_failure(user: StaffUser, now: datetime) -> None:
    user.failed_sign_ins += 1
    beyond = user.failed_sign_ins - FREE_FAILURES
    if beyond > 0:
        user.locked_until = now + min(FIRST_WAIT * 2 ** min(beyond - 1, 10), LONGEST_WAIT)


def _record(session: Session, deed: Deed, user: StaffUser, now: datetime) -> None:
    record_access(session, deed, now, staff_user_id=user.id, district_id=user.district_id)
