"""Which villages a health worker serves: one given by its code or name, one taken back."""

from uuid import UUID

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from mhealth.care.roster import begin_post, end_post
from mhealth.services.access import Deed
from mhealth.store.desk_workers import villages_called
from mhealth.store.directory_reads import posts_of_worker
from mhealth.web import here
from mhealth.web.desk.looks import write_deed
from mhealth.web.desk.worker import KIND, Wrong, by, held, worker_page
from mhealth.web.words import said

pages = Blueprint("worker_villages", __name__, url_prefix="/workers/<uuid:uid>/villages")

LONGEST = 60
UNKNOWN = said("Aucun village ouvert de ce district n’a ce code ou ce nom.")
SEVERAL = said("Plusieurs villages ont ce nom : écrivez le code.")


@pages.post("")
def give(uid: UUID) -> ResponseReturnValue:
    """The worker serves one more village, told after those who serve it already."""
    typed = request.form.get("village", "").strip()[:LONGEST]
    with here.runtime().writing() as session:
        worker = held(session, uid)
        if worker.row.closed_at is not None:
            return redirect(url_for("desk.worker.show", uid=uid))
        found = villages_called(session, here.staff().scope, typed)
        if len(found) == 1:
            begin_post(session, found[0], worker.row, by(), here.now())
            write_deed(session, Deed.CHANGE_VILLAGES, KIND, uid)
    if len(found) != 1:
        wrong = Wrong(village=typed, says=SEVERAL if found else UNKNOWN)
        return worker_page(uid, wrong=wrong), 400
    return redirect(url_for("desk.worker.show", uid=uid, done="village"))


@pages.post("/<uuid:village>/end")
def take_back(uid: UUID, village: UUID) -> ResponseReturnValue:
    """The worker serves this village no longer; patients under way stay with the worker."""
    with here.runtime().writing() as session:
        posts = posts_of_worker(session, held(session, uid).row.id)
        post = next((each for each in posts if each.village.uid == village), None)
        if post is None:
            abort(404)
        end_post(session, post, by(), here.now())
        write_deed(session, Deed.CHANGE_VILLAGES, KIND, uid)
    return redirect(url_for("desk.worker.show", uid=uid, done="village_ended"))
