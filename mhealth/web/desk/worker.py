"""One health worker: number on request, villages, PIN; the PIN reset, leaving and coming back."""

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mhealth.care.roster import NumberTaken, close_worker, reopen_worker
from mhealth.services.access import Deed
from mhealth.services.health_workers import pin_states
from mhealth.services.health_workers import reset_pin as take_pin_away
from mhealth.store.desk_workers import NamedWorker, worker_of
from mhealth.store.directory_changes import By
from mhealth.store.directory_reads import villages_of_worker
from mhealth.web import here
from mhealth.web.desk.frame import render_desk
from mhealth.web.desk.looks import record_look, write_deed

pages = Blueprint("worker", __name__, url_prefix="/workers/<uuid:uid>")

KIND = "health_worker"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """A village that could not be given: what was typed, and why."""

    village: str
    says: str


@pages.get("")
def show(uid: UUID) -> ResponseReturnValue:
    """What is known of the worker; the number is masked."""
    return worker_page(uid)


@pages.post("/number")
def show_number(uid: UUID) -> ResponseReturnValue:
    """The same page with the number, on record."""
    with here.runtime().database.writing() as session:
        held(session, uid)
        write_deed(session, Deed.SHOW_NUMBER, KIND, uid)
    return worker_page(uid, shows_number=True)


@pages.post("/reset-pin")
def reset_pin(uid: UUID) -> ResponseReturnValue:
    """The PIN is taken away; the registered number hears of it."""
    with here.runtime().writing() as session:
        worker = held(session, uid)
        if take_pin_away(here.runtime().workbench, session, worker.row, here.now()):
            write_deed(session, Deed.RESET_PIN, KIND, uid)
    return redirect(url_for("desk.worker.show", uid=uid, done="reset"))


@pages.post("/close")
def close(uid: UUID) -> ResponseReturnValue:
    """The worker leaves: the posts end, patients under way are handed over."""
    with here.runtime().writing() as session:
        worker = held(session, uid)
        if worker.row.closed_at is None:
            close_worker(here.runtime().workbench, session, worker.row, by(), here.now())
            write_deed(session, Deed.CLOSE_WORKER, KIND, uid)
    return redirect(url_for("desk.worker.show", uid=uid, done="closed"))


@pages.post("/reopen")
def reopen(uid: UUID) -> ResponseReturnValue:
    """The worker is back, on the number as it was."""
    try:
        with here.runtime().writing() as session:
            worker = held(session, uid)
            if worker.row.closed_at is not None:
                reopen_worker(here.runtime().workbench, session, worker.row, by(), here.now())
                write_deed(session, Deed.REOPEN_WORKER, KIND, uid)
    except NumberTaken:
        return worker_page(uid, is_taken=True), 400
    return redirect(url_for("desk.worker.show", uid=uid, done="reopened"))


def by() -> By:
    """Who changes the directory at this desk."""
    return By(staff_user_id=here.staff().user_id)


def held(session: Session, uid: UUID) -> NamedWorker:
    """The worker of this page; 404 when there is none in the reader's district."""
    found = worker_of(session, here.staff().scope, uid)
    return found if found is not None else abort(404)


def worker_page(
    uid: UUID, *, shows_number: bool = False, is_taken: bool = False, wrong: Wrong | None = None
) -> str:
    """The page with what is to be said; the look is on record."""
    with here.runtime().database.reading() as session:
        held(session, uid)
    record_look(Deed.VIEW_WORKERS, KIND, uid)
    with here.runtime().database.reading() as session:
        worker = held(session, uid)
        return render_desk(
            session,
            "desk/worker.html",
            worker=worker,
            pin=pin_states(session, [worker.row], here.now())[worker.row.id],
            shows_number=shows_number,
            is_taken=is_taken,
            wrong=wrong,
            villages=villages_of_worker(session, worker.row.id),
            done=request.args.get("done", ""),
        )
