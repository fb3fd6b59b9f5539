"""Which content is signed, by whom; a signature given or taken back; the gate of live mode."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import takewhile

from sqlalchemy.orm import Session

from mhealth.content.review import ContentFile
from mhealth.services.access import Deed, record_access
from mhealth.store.reviews import ContentReview, Verdict, last_reviews, reviews_of
from mhealth.store.staff import StaffUser, lock_user

CLINICIAN, TRANSLATOR = "clinician", "translator"
CAPACITIES = (CLINICIAN, TRANSLATOR)
"""What a staff user may sign as; the empty text signs nothing."""

_NAMED = 3


class State(StrEnum):
    """How a file stands as it is now."""

    DRAFT = "draft"  # nobody ever signed it
    CHANGED = "changed"  # an earlier version was signed, this one was not
    WITHDRAWN = "withdrawn"  # the signature on this version was taken back
    SIGNED = "signed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One file and the last word on it.

    `by` and `on` tell of the signature, of an earlier one when the file has changed, or of the
    withdrawal; empty for a draft. `on` is a day (ISO 8601) when the file itself says so.
    """

    file: ContentFile
    state: State
    by: str = ""
    capacity: str = ""
    on: datetime | str = ""

    @property
    def is_signed(self) -> bool:
        """Whether live mode may speak it."""
        return self.state is State.SIGNED


class CannotSign(ValueError):
    """This user may not sign that, or there is nothing to sign or to take back."""


def standings(session: Session, files: Iterable[ContentFile]) -> list[Standing]:
    """How each file stands, by what it says itself and by what was recorded, in the same order."""
    recorded: dict[str, dict[str, ContentReview]] = {}
    for review in last_reviews(session):  # oldest first: the last one of a path stands last
        recorded.setdefault(review.path, {})[review.version] = review
    return [_standing(file, recorded.get(file.path, {})) for file in files]


def _standing(file: ContentFile, recorded: Mapping[str, ContentReview]) -> Standing:
    here = recorded.get(file.version)
    if here is not None:
        signed = here.verdict == Verdict.SIGNED
        return _told(file, State.SIGNED if signed else State.WITHDRAWN, here)
    review = file.review
    if review.by is not None:
        state = State.SIGNED if file.is_signed else State.CHANGED
        return Standing(file=file, state=state, by=review.by, on=review.on or "")
    earlier = next(reversed(list(recorded.values())), None)
    if earlier is not None and earlier.verdict == Verdict.SIGNED:
        return _told(file, State.CHANGED, earlier)
    return Standing(file=file, state=State.DRAFT)


def _told(file: ContentFile, state: State, review: ContentReview) -> Standing:
    return Standing(
        file=file, state=state, by=review.signed_by, capacity=review.capacity, on=review.at
    )


def may_sign(capacity: str, file: ContentFile) -> bool:
    """The original is a clinician's to sign; a translation a translator's or a clinician's."""
    return capacity == CLINICIAN or (capacity == TRANSLATOR and file.is_translation)


def sign(
    session: Session, user_id: int, file: ContentFile, shown: str, now: datetime
) -> Standing | None:
    """Record a signature on what the file says now; None when this user's stands already.

    `shown` is what the signer was shown. Another one's signature is no obstacle: both stand.
    Raises CannotSign.
    """
    user = _entitled(session, user_id, file)
    said = (r for r in reviews_of(session, file.path) if r.version == file.version)  # newest first
    standing = takewhile(lambda review: review.verdict == Verdict.SIGNED, said)
    if any(review.staff_user_id == user.id for review in standing):
        return None
    return _record(session, user, file, Verdict.SIGNED, shown, now)


def withdraw(session: Session, user_id: int, file: ContentFile, now: datetime) -> Standing:
    """Take back whatever signature stands on the file as it is now. Raises CannotSign."""
    user = _entitled(session, user_id, file)
    if not standings(session, [file])[0].is_signed:
        raise CannotSign(f"{file.path} is not signed as it stands: there is nothing to withdraw")
    return _record(session, user, file, Verdict.WITHDRAWN, "", now)


def _entitled(session: Session, user_id: int, file: ContentFile) -> StaffUser:
    """The user as of now, others of the same name kept waiting until we commit."""
    user = lock_user(session, user_id)
    if not user.is_active:
        raise CannotSign(f"the account of {user.username} is closed")
    if not may_sign(user.signs_as, file):
        wanted = "a translator or a clinician" if file.is_translation else "a clinician"
        signs_as = user.signs_as or "nothing"
        raise CannotSign(
            f"{file.path} is for {wanted} to sign; {user.username} signs as {signs_as}"
        )
    return user


def _record(
    session: Session,
    user: StaffUser,
    file: ContentFile,
    verdict: Verdict,
    shown: str,
    now: datetime,
) -> Standing:
    review = ContentReview(
        path=file.path,
        version=file.version,
        verdict=verdict.value,
        capacity=user.signs_as,
        signed_by=user.display_name,
        shown=shown,
        staff_user_id=user.id,
        at=now,
    )
    session.add(review)
    session.flush()
    deed = Deed.SIGN_CONTENT if verdict is Verdict.SIGNED else Deed.WITHDRAW_CONTENT
    record_access(
        session,
        deed,
        now,
        staff_user_id=user.id,
        district_id=user.district_id,
        object_kind="content_review",
        object_uid=review.uid,
    )
    return _told(file, State(verdict.value), review)


def unsigned(session: Session, files: Iterable[ContentFile]) -> list[ContentFile]:
    """What live mode must not speak, in the same order."""
    return [standing.file for standing in standings(session, files) if not standing.is_signed]


def refusal(unsigned_files: Sequence[ContentFile], total: int) -> str:
    """Why live mode does not start, in one line: how many, the first ones, and the command."""
    named = ", ".join(file.path for file in unsigned_files[:_NAMED])
    rest = len(unsigned_files) - _NAMED
    more = f" and {rest} more" if rest > 0 else ""
    count = len(unsigned_files)
    return (
        f"MHEALTH_MODE=live: {count} of {total} rules and texts {'is' if count == 1 else 'are'}"
        f" not signed as they stand: {named}{more}; see `mhealth review --state unsigned`,"
        " sign with `mhealth review sign`"
    )
