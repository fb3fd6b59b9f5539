"""The desk at /desk: one file for each page family, all behind the sign-in."""

from flask import Blueprint, Flask, current_app, redirect, url_for
from flask.typing import ResponseReturnValue

from mhealth.web import here
from mhealth.web.desk import (
    content,
    content_signing,
    imports,
    inbox,
    language,
    phone_requests,
    referral,
    referrals,
    sending,
    worker,
    worker_villages,
    workers,
)
from mhealth.web.frame import init_frame

PAGES = (
    referrals.pages,
    referral.pages,
    inbox.pages,
    sending.pages,
    workers.pages,
    worker.pages,
    worker_villages.pages,
    phone_requests.pages,
    imports.pages,
    content.pages,
    content_signing.pages,
    language.pages,
)

desk = Blueprint("desk", __name__, url_prefix="/desk")
for _pages in PAGES:
    desk.register_blueprint(_pages)


@desk.get("/")
def home() -> ResponseReturnValue:
    """Whoever shortens the address lands on the first page."""
    return redirect(url_for("desk.referrals.index"))


@desk.before_request
def only_signed_in() -> ResponseReturnValue | None:
    """Nobody sees anything of the desk unnamed."""
    if here.reader() is None:
        answer: ResponseReturnValue = current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
        return answer
    return None


def init_desk(app: Flask) -> None:
    """Register every page of the desk, and what all templates share."""
    init_frame(app)
    app.register_blueprint(desk)
