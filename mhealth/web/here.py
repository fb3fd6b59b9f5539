"""What the page at hand works with: the runtime, who is signed in, what they may see, the clocks."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast
from uuid import UUID

from flask import current_app
from flask_login import current_user

from mhealth.domain.clock import Clock
from mhealth.store.scope import Scope

if TYPE_CHECKING:
    from mhealth.runtime import Runtime

RUNTIME = "mhealth"
STAFF_CLOCK = "mhealth_staff_clock"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Who uses this browser, as Flask-Login wants it: `token` is the session's, never shown."""

    token: str
    user_id: int
    uid: UUID
    username: str
    display_name: str
    role: str
    signs_as: str  # clinician, translator or empty: which content
    language: str
    district_name: str
    timezone: str
    scope: Scope

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """What the cookie carries: the session's token, so that no user id can be forged."""
        return self.token


def runtime() -> "Runtime":
    """The live handles of this process."""
    return cast("Runtime", current_app.extensions[RUNTIME])


def now() -> datetime:
    """The time by which deadlines are shown; the demo moves it."""
    return runtime().workbench.clock()


def staff_now() -> datetime:
    """The time by which sign-ins end and looks are recorded; nothing moves it but time itself."""
    return cast(Clock, current_app.extensions[STAFF_CLOCK])()


def reader() -> SignedIn | None:
    """Who is signed in, or None."""
    return current_user._get_current_object() if current_user.is_authenticated else None


def staff() -> SignedIn:
    """Who is signed in; only for pages behind the sign-in."""
    found = reader()
    assert found is not None
    return found
