"""Knows a signed-in browser by its token: the row in the database decides, the cookie only points."""

from flask import Flask, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager

from mhealth.domain.clock import Clock
from mhealth.services.staff_sessions import live_session, needs_sight, see
from mhealth.store.scope import Scope
from mhealth.store.staff import StaffUser
from mhealth.web import here

SESSION_OVER = "session_over"
_TOKEN = "_user_id"  # where Flask-Login keeps what SignedIn.get_id gives


def init_staff_sessions(app: Flask, clock: Clock) -> None:
    """Tell Flask-Login how to know a browser; `clock` is real time except in tests."""
    app.extensions[here.STAFF_CLOCK] = clock
    manager = LoginManager()
    manager.init_app(app, add_context_processor=False)  # else error pages would ask the database
    manager.session_protection = None  # a phone's network changes address; the token is the proof
    manager.user_loader(load_signed_in)
    manager.unauthorized_handler(_ask_to_sign_in)


def load_signed_in(token: str) -> here.SignedIn | None:
    """Who bears this token, while their session lives."""
    database, now = here.runtime().database, here.staff_now()
    with database.reading() as reading:
        found = live_session(reading, token, now)
        if found is None:
            return None
        signed_in = _describe(token, found.staff_user)
        is_due = needs_sight(found, now)
    if is_due:
        with database.writing() as writing:
            see(writing, token, now)
    return signed_in


def _describe(token: str, user: StaffUser) -> here.SignedIn:
    district = user.district
    return here.SignedIn(
        token=token,
        user_id=user.id,
        uid=user.uid,
        username=user.username,
        display_name=user.display_name,
        role=user.role,
        signs_as=user.signs_as,
        language=user.language,
        district_name=district.name,
        timezone=district.timezone,
        scope=Scope(district_id=district.id, takes_strays=district.is_catch_all),
    )


def _ask_to_sign_in() -> ResponseReturnValue:
    if _TOKEN in session:
        session.pop(_TOKEN)
        session[SESSION_OVER] = True
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("sign_in.sign_in", next=wanted))
