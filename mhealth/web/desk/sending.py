"""The sending: what is wrong with the channels, and which referrals' SMS do not get through."""

from flask import Blueprint

from mhealth.store.desk_sending import Stuck, stuck_messages
from mhealth.web import here
from mhealth.web.desk.frame import render_desk

pages = Blueprint("sending", __name__, url_prefix="/sending")


@pages.get("")
def show() -> str:
    """Every kind of trouble with its messages; no number and no text, so no look at a person."""
    scope = here.staff().scope
    with here.runtime().database.reading() as session:
        lists = {kind: stuck_messages(session, scope, kind) for kind in Stuck}
        return render_desk(session, "desk/sending.html", lists=lists)
