"""Sign-in and sign-out of staff: one answer for every failure, one record for every try."""

import re

from flask import Blueprint, Flask, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_user, logout_user

from mhealth.domain.clock import Clock, real_clock
from mhealth.services import staff
from mhealth.services.access import Deed, record_access
from mhealth.services.staff_sessions import end_session
from mhealth.web import here
from mhealth.web.addresses import sender_of
from mhealth.web.i18n import choose_language, chosen_language
from mhealth.web.staff_session import SESSION_OVER, init_staff_sessions, load_signed_in

pages = Blueprint("sign_in", __name__)

_DESK_PATH = re.compile(r"/desk(?:[/?][!-~]*)?")
"""A path of the desk in printable ASCII: no host can hide in it."""


def init_sign_in(app: Flask, clock: Clock = real_clock) -> None:
    """Register the pages and Flask-Login."""
    init_staff_sessions(app, clock)
    app.register_blueprint(pages)


@pages.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    """The form; `lang` switches the language before anybody is known."""
    language = request.args.get("lang")
    if language is not None:
        choose_language(language)
    onward = safe_path(request.args.get("next"))
    if here.reader() is not None:
        return redirect(onward)
    return _form(onward, is_over=session.pop(SESSION_OVER, False))


@pages.post("/sign-in")
def try_sign_in() -> ResponseReturnValue:
    """Weigh name and password; the answer to a failure never says which of them was wrong."""
    onward = safe_path(request.form.get("next"))
    username, password = request.form.get("username", ""), request.form.get("password", "")
    database, now = here.runtime().database, here.staff_now()
    with database.writing() as writing:
        knock = staff.knock(writing, username, sender_of(request.remote_addr), now)
    attempt = staff.weigh(knock, password)
    with database.writing() as writing:
        token = staff.judge(writing, attempt, now, language=chosen_language())
    if token is None:
        return _form(onward, username=username, is_refused=True), 403
    _begin(token)
    return redirect(onward)


@pages.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the session here and in the table."""
    user = here.reader()
    if user is not None:
        _end(user)
    return redirect(url_for("sign_in.sign_in"))


def safe_path(wanted: str | None) -> str:
    """Where to go after signing in: a page of the desk, whatever the address asked for."""
    if wanted and _DESK_PATH.fullmatch(wanted) and "\\" not in wanted and "//" not in wanted:
        return wanted
    return "/desk"


def _begin(token: str) -> None:
    """A clean cookie for the new session; what was signed in here before ends."""
    before, user = here.reader(), load_signed_in(token)
    assert user is not None
    if before is not None:
        _end(before)
    session.clear()
    choose_language(user.language)
    login_user(user)


def _end(user: here.SignedIn) -> None:
    now, language = here.staff_now(), chosen_language()
    with here.runtime().database.writing() as writing:
        end_session(writing, user.token, now)
        record_access(
            writing,
            Deed.SIGN_OUT,
            now,
            staff_user_id=user.user_id,
            district_id=user.scope.district_id,
        )
    logout_user()
    session.clear()
    if language is not None:
        choose_language(language)


def _form(
    onward: str, *, username: str = "", is_refused: bool = False, is_over: bool = False
) -> str:
    return render_template(
        "sign_in.html", onward=onward, username=username, is_refused=is_refused, is_over=is_over
    )
