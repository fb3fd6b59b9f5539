"""The inbox: SMS that wait for a person, and calls of carriers that could not be read."""

from uuid import UUID

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mhealth.services.access import Deed
from mhealth.services.inbox import settle
from mhealth.store.desk_inbox import count_unread_calls, inbound_sms, unread_calls, waiting_sms
from mhealth.web import here
from mhealth.web.desk.frame import render_desk
from mhealth.web.desk.looks import record_look, write_deed
from mhealth.web.desk.turns import NEWER, OLDER, read_turn

pages = Blueprint("inbox", __name__, url_prefix="/inbox")


@pages.get("")
def show_sms() -> ResponseReturnValue:
    """SMS that need a person, newest first."""
    return _sms_page()


@pages.get("/calls")
def show_calls() -> ResponseReturnValue:
    """Calls of carriers that could not be read; only for the district that takes strays."""
    user = here.staff()
    if not user.scope.takes_strays:
        abort(404)
    record_look(Deed.VIEW_INBOX, "unread_call")
    with here.runtime().database.reading() as session:
        page = unread_calls(session, user.scope, read_turn(request.args))
        return _render(session, "desk/unread_calls.html", page=page)


@pages.post("/<uuid:uid>/number")
def show_number(uid: UUID) -> ResponseReturnValue:
    """The same page with the number of one sender, on record."""
    with here.runtime().database.writing() as session:
        if inbound_sms(session, here.staff().scope, uid) is None:
            abort(404)
        write_deed(session, Deed.SHOW_NUMBER, "inbound_sms", uid)
    return _sms_page(shown=uid)


@pages.post("/<uuid:uid>/settle")
def settle_sms(uid: UUID) -> ResponseReturnValue:
    """Somebody dealt with it: it leaves the inbox, and who did is on record."""
    with here.runtime().database.writing() as session:
        message = inbound_sms(session, here.staff().scope, uid)
        if message is None:
            abort(404)
        if settle(session, message):
            write_deed(session, Deed.SETTLE_SMS, "inbound_sms", uid)
    return redirect(url_for("desk.inbox.show_sms"))


def _sms_page(shown: UUID | None = None) -> str:
    if shown is None:
        record_look(Deed.VIEW_INBOX, "inbound_sms")
    page_at = {name: request.args[name] for name in (OLDER, NEWER) if name in request.args}
    with here.runtime().database.reading() as session:
        page = waiting_sms(session, here.staff().scope, read_turn(request.args))
        return _render(session, "desk/inbox.html", page=page, shown=shown, page_at=page_at)


def _render(session: Session, template: str, **values: object) -> str:
    calls = count_unread_calls(session, here.staff().scope)
    return render_desk(session, template, unread_count=calls, **values)
