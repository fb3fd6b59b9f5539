"""Doors for rehearsals, beside those of the carriers and behind the same token, in the demo alone.

`POST …/recording` with `sessionId`: a call as a dialogue file, without personal data.
`POST …/caller` with `phoneNumber`: the language kept for a number; with `language`
it is set first, empty for a caller who never chose one.
"""

from flask import Blueprint, Flask, Response, jsonify, request
from flask_wtf.csrf import CSRFProtect

from mhealth.content.languages import load_languages
from mhealth.domain.msisdn import NotAMsisdn, read_msisdn
from mhealth.services.caller_language import keep_language
from mhealth.services.callers import Caller, look_up
from mhealth.services.recorder import recorded_dialogue
from mhealth.settings import Settings
from mhealth.web.here import runtime
from mhealth.web.webhooks import check_token

_TEXT = "text/plain; charset=utf-8"


def init_rehearsal(app: Flask, csrf: CSRFProtect, settings: Settings) -> None:
    """Open them: a pilot serves real people, and a carrier knows whose a session is."""
    if settings.mode != "demo":
        return
    doors = Blueprint("rehearsal", __name__, url_prefix="/hooks/<channel>/<token>")
    doors.url_value_preprocessor(check_token)
    doors.post("/recording")(recording)
    doors.post("/caller")(caller)
    app.register_blueprint(doors)
    csrf.exempt(doors)


def recording(channel: str) -> Response:
    """A call that this process took from its first turn on; 404 when it is not kept."""
    here = runtime()
    key = f"{channel}:{request.form.get('sessionId', '')}"
    recorder = here.turn_room.recorder
    text = None
    if recorder is not None:
        declared = load_languages(here.library)
        text = recorded_dialogue(recorder, here.workbench, here.turn_room.book, declared, key)
    if text is None:
        return Response("not kept\n", status=404, content_type=_TEXT)
    return Response(text, content_type=_TEXT)


def caller(channel: str) -> tuple[Response, int] | Response:
    """What is spoken, and in which language this number is answered."""
    here = runtime()
    languages = here.workbench.languages.by_code
    try:
        msisdn = read_msisdn(request.form.get("phoneNumber", ""), here.settings.region)
    except NotAMsisdn:
        return jsonify(error="not_a_number"), 400
    who = Caller(msisdn, here.workbench.keyring.blind(msisdn))
    wanted = request.form.get("language")
    if wanted is not None:
        if wanted and wanted not in languages:
            return jsonify(error="no_such_language"), 400
        with here.writing() as session:
            keep_language(session, who, wanted, here.clock())
    with here.database.reading() as session:
        language = look_up(session, who).language or ""
    named = [{"code": each.code, "name": each.name} for each in languages.values()]
    return jsonify(language=language, languages=named)
