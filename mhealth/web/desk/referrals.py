"""The list of the district's referrals: what stands red first, then newest first, narrowed, paged."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from mhealth.store.desk_referrals import ReferralLine, overdue_referrals, referral_page
from mhealth.store.pages import Page
from mhealth.web import here
from mhealth.web.desk.filters import Filters, read_filters
from mhealth.web.desk.frame import render_desk
from mhealth.web.desk.turns import read_turn

pages = Blueprint("referrals", __name__)

LIST = "/referrals"


@pages.get("")
def home() -> ResponseReturnValue:
    """The desk opens on its list."""
    return redirect(url_for("desk.referrals.index"))


@pages.get(LIST)
def index() -> ResponseReturnValue:
    """The list; a filter that is not known is said beside its field, with what was typed kept."""
    user = here.staff()
    with here.runtime().database.reading() as session:
        filters = read_filters(session, user.scope, request.args)
        turn = read_turn(request.args)
        empty: Page[ReferralLine] = Page([], None, None)
        page = (
            empty if filters.problems else referral_page(session, user.scope, filters.wanted, turn)
        )
        body = render_desk(
            session,
            "desk/referrals.html",
            filters=filters,
            page=page,
            overdue=overdue_referrals(session, user.scope, here.now()),
            empty_words=_empty_kind(filters, page),
        )
    return body, 400 if filters.problems else 200


def _empty_kind(filters: Filters, page: Page[ReferralLine]) -> str | None:
    """Why the list is empty; each reason has its own advice."""
    if page.rows:
        return None
    if filters.problems:
        return "problem"
    if filters.miscopied:
        return "miscopied"
    return "narrowed" if filters.narrows else "nothing_yet"
