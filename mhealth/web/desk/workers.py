"""Health workers: who waits to be one or has a new number, and the list by name."""

import re
from dataclasses import dataclass, field

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from mhealth.services.access import Deed
from mhealth.services.health_workers import pin_states
from mhealth.store.desk_workers import workers_by_name
from mhealth.store.phone_requests import waiting_requests
from mhealth.web import here
from mhealth.web.desk.frame import render_desk
from mhealth.web.desk.looks import record_look
from mhealth.web.desk.turns import read_uid

pages = Blueprint("workers", __name__, url_prefix="/workers")

LEFT = "left"
LONGEST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the page says of a deed: of which request, what went wrong, and what was typed."""

    uid: object = None
    problem: str = ""
    typed: dict[str, str] = field(default_factory=dict)
    shown: object = None  # the request whose number is shown


@pages.get("")
def index() -> ResponseReturnValue:
    """Requests first, the oldest on top; then the workers, by name."""
    record_look(Deed.VIEW_WORKERS, "health_worker")
    return list_page(Said(uid=read_uid(request.args.get("at", ""))))


def list_page(said: Said) -> ResponseReturnValue:
    """The page with what is to be said; 400 when something was wrong."""
    args = request.args
    state, wanted = args.get("state", ""), args.get("q", "").strip()[:LONGEST]
    is_unknown = state not in ("", LEFT)
    scope, now = here.staff().scope, here.now()
    with here.runtime().database.reading() as session:
        page = workers_by_name(
            session,
            scope,
            wanted=wanted,
            has_left=state == LEFT,
            number=_page_number(args.get("page", "")),
        )
        body = render_desk(
            session,
            "desk/workers.html",
            page=page,
            pins=pin_states(session, [line.row for line in page.rows], now),
            requests=waiting_requests(session, scope),
            wanted=wanted,
            state="" if is_unknown else state,
            is_unknown=is_unknown,
            said=said,
            done=args.get("done", ""),
        )
    return body, 400 if is_unknown or said.problem else 200


def _page_number(text: str) -> int:
    """Which page is wanted; the first for anything that is no number."""
    return int(text) if re.fullmatch(r"[0-9]{1,5}", text) else 1
