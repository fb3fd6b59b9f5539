"""A supervisor's answer to a request of a phone: a new worker, a known one, or nobody we know."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mhealth.care import phone_requests as care
from mhealth.care.phone_requests import Problem
from mhealth.services.access import Deed
from mhealth.store.phone_requests import held_request
from mhealth.store.worker_phones import PhoneRequest, worker_by_code
from mhealth.web import here
from mhealth.web.desk.looks import write_deed
from mhealth.web.desk.worker import by
from mhealth.web.desk.workers import LONGEST, Said, list_page

pages = Blueprint("phone_requests", __name__, url_prefix="/workers/requests/<uuid:uid>")

KIND = "phone_request"
Answer = Callable[[Session, PhoneRequest], Problem | None]


@pages.post("/number")
def show_number(uid: UUID) -> ResponseReturnValue:
    """The list with the number of this request, on record."""
    with here.runtime().database.writing() as session:
        if held_request(session, here.staff().scope, uid) is None:
            abort(404)
        write_deed(session, Deed.SHOW_NUMBER, KIND, uid)
    return list_page(Said(shown=uid))


@pages.post("/new")
def confirm_new(uid: UUID) -> ResponseReturnValue:
    """Register who asks as a new health worker."""
    name, code = _typed("name"), _typed("code")[:24]

    def answer(session: Session, asked: PhoneRequest) -> Problem | None:
        bench, now = here.runtime().workbench, here.now()
        return care.confirm_new(bench, session, asked, name=name, code=code, by=by(), now=now)

    return _decide(uid, answer, Deed.CONFIRM_PHONE, "enrolled", {"name": name, "code": code})


@pages.post("/known")
def confirm_known(uid: UUID) -> ResponseReturnValue:
    """Who asks is the health worker of this code: the number is hers from now on."""
    code = _typed("code")[:24]

    def answer(session: Session, asked: PhoneRequest) -> Problem | None:
        worker = worker_by_code(session, code) if code else None
        bench, now = here.runtime().workbench, here.now()
        return care.confirm_known(bench, session, asked, worker, by(), now)

    return _decide(uid, answer, Deed.CONFIRM_PHONE, "linked", {"known_code": code})


@pages.post("/refuse")
def refuse(uid: UUID) -> ResponseReturnValue:
    """Nobody here knows who asks."""

    def answer(session: Session, asked: PhoneRequest) -> Problem | None:
        return care.refuse(here.runtime().workbench, session, asked, by(), here.now())

    return _decide(uid, answer, Deed.REFUSE_PHONE, "refused", {})


def _typed(name: str) -> str:
    return request.form.get(name, "").strip()[:LONGEST]


def _decide(
    uid: UUID, answer: Answer, deed: Deed, done: str, typed: dict[str, str]
) -> ResponseReturnValue:
    """In one transaction; what stands in the way is said beside the request, with what was typed."""
    with here.runtime().writing() as session:
        asked = held_request(session, here.staff().scope, uid)
        if asked is None:
            abort(404)
        problem = answer(session, asked)
        if problem is None:
            write_deed(session, deed, KIND, uid)
    if problem is Problem.DECIDED:
        return redirect(url_for("desk.workers.index", done="decided"))
    if problem is not None:
        return list_page(Said(uid=uid, problem=problem.value, typed=typed))
    return redirect(url_for("desk.workers.index", done=done))
