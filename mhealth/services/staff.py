"""Staff users: made, given a password, and let in by their attempts to sign in."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from mhealth.services.access import Deed, record_access
from mhealth.services.passwords import hash_password, is_outdated, matches
from mhealth.services.sign_in_brakes import Admission, admit, lift, welcome
from mhealth.services.staff_sessions import open_session
from mhealth.store.directory import District
from mhealth.store.staff import StaffUser, mark_all_ended, staff_by_username


@dataclass(frozen=True, slots=True, kw_only=True)
class Knock:
    """A try to sign in that was counted: what it is worth, and the hash to weigh it against."""

    username: str
    address: str
    admission: Admission
    known_hash: str | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try whose password was weighed (which takes long) outside a transaction."""

    knock: Knock
    is_right: bool
    fresh_hash: str | None  # set when the stored hash was made with older costs


ROLES = ("district",)
"""What an account may be; the first is the usual one."""


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
    role: str = ROLES[0],
    signs_as: str = "",
) -> StaffUser:
    """A new user of one district. Raises ValueError for a name that is empty or taken."""
    name, shown = clean_username(username), " ".join(display_name.split())[:80]
    if not name or staff_by_username(session, name) is not None:
        raise ValueError(f"user name is empty or taken: {name!r}")
    if not shown:
        raise ValueError("the full name is empty")
    user = StaffUser(
        username=name,
        display_name=shown,
        signs_as=signs_as,
        password_hash=hash_password(password),
        role=role,
        district=district,
        language=language,
        created_at=now,
    )
    session.add(user)
    session.flush()
    return user


def record_added(session: Session, user: StaffUser, now: datetime) -> None:
    """Put on record that an account was made by hand."""
    _record_change(session, Deed.STAFF_ADDED, user, now)


def set_password(session: Session, user: StaffUser, password: str, now: datetime) -> None:
    """A new password: whoever is signed in as this user is signed out, and a lock is lifted."""
    user.password_hash = hash_password(password)
    lift(session, user.username)
    mark_all_ended(session, user.id, now)
    _record_change(session, Deed.PASSWORD_SET, user, now)


def close_user(session: Session, user: StaffUser, now: datetime) -> None:
    """The account opens no more, and whoever is signed in with it is signed out."""
    user.is_active = False
    mark_all_ended(session, user.id, now)
    _record_change(session, Deed.STAFF_CLOSED, user, now)


def set_signs_as(session: Session, user: StaffUser, capacity: str, now: datetime) -> None:
    """What the user may sign from now on; empty: nothing."""
    user.signs_as = capacity
    _record_change(session, Deed.STAFF_SIGNS, user, now)


def _record_change(session: Session, deed: Deed, user: StaffUser, now: datetime) -> None:
    record_access(
        session,
        deed,
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


def knock(session: Session, username: str, address: str, now: datetime) -> Knock:
    """Count a try before its password is looked at; commit it, then weigh."""
    name = clean_username(username)
    admission = admit(session, address, name, now)
    user = staff_by_username(session, name) if admission is Admission.OPEN else None
    known = user.password_hash if user is not None and user.is_active else None
    return Knock(username=name, address=address, admission=admission, known_hash=known)


def weigh(knock: Knock, password: str) -> Attempt:
    """The slow part, for no open transaction: as long for an unknown or locked name as for another.

    An address over its limit is not worth the work; that says nothing about any name.
    """
    if knock.admission is Admission.SHUT:
        return Attempt(knock, False, None)
    is_right, known = matches(knock.known_hash, password), knock.known_hash
    fresh = hash_password(password) if is_right and known and is_outdated(known) else None
    return Attempt(knock, is_right, fresh)


def judge(
    session: Session, attempt: Attempt, now: datetime, *, language: str | None = None
) -> str | None:
    """Let in or not, and record it: the new session's token, or None. A language chosen stays.

    What an address sends beyond its limit is not recorded: strangers could fill the record.
    """
    knock = attempt.knock
    if knock.admission is Admission.SHUT:
        return None
    user = staff_by_username(session, knock.username, to_change=True)
    if user is None or not user.is_active:
        record_access(session, Deed.SIGN_IN_FAILED, now, staff_user_id=None, district_id=None)
        return None
    if not attempt.is_right:
        _record(session, Deed.SIGN_IN_FAILED, user, now)
        return None
    welcome(session, knock.address, knock.username, now)
    user.password_hash = attempt.fresh_hash or user.password_hash
    user.language = language or user.language
    _record(session, Deed.SIGN_IN, user, now)
    return open_session(session, user, now)


def confirm(session: Session, attempt: Attempt, now: datetime) -> bool:
    """Whether somebody who is signed in gave their own password again; a failure is on record."""
    knock = attempt.knock
    if knock.admission is Admission.SHUT:
        return False
    user = staff_by_username(session, knock.username, to_change=True)
    if user is None or not user.is_active or not attempt.is_right:
        if user is not None:
            _record(session, Deed.SIGN_IN_FAILED, user, now)
        return False
    welcome(session, knock.address, knock.username, now)
    return True


def _record(session: Session, deed: Deed, user: StaffUser, now: datetime) -> None:
    record_access(session, deed, now, staff_user_id=user.id, district_id=user.district_id)
