"""The switch of language for whoever is signed in: kept for this browser and for the user."""

from flask import Blueprint, abort, redirect, request
from flask.typing import ResponseReturnValue

from mhealth.services.staff import choose_language as keep_language
from mhealth.web import here
from mhealth.web.i18n import choose_language
from mhealth.web.sign_in import safe_path

pages = Blueprint("language", __name__)


@pages.post("/language")
def switch() -> ResponseReturnValue:
    """Keep the language and go back to the page one came from."""
    code = request.form.get("language", "")
    if not choose_language(code):
        abort(400)
    with here.runtime().database.writing() as session:
        keep_language(session, here.staff().user_id, code)
    return redirect(safe_path(request.form.get("next")))
