"""Where carriers call: the token is checked, bytes are read, one service is called, bytes go back."""

import hmac
import re
from collections.abc import Mapping

from flask import Blueprint, Response, abort, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import RequestEntityTooLarge

from mhealth.domain.errors import DatabaseAway, NotOurEvent, UnreadableRequest
from mhealth.domain.gateway import Aggregator, RawCall, UssdReply
from mhealth.domain.scrubbing import hide_typed
from mhealth.logs import log_for
from mhealth.runtime import Runtime
from mhealth.services.delivery import take_report
from mhealth.services.inbound_sms import take_sms
from mhealth.services.ussd_end import end_session
from mhealth.services.ussd_turn import TurnLost, take_turn
from mhealth.store.unread import UnreadableCall, keep_unread
from mhealth.web.here import runtime
from mhealth.web.security import LARGEST_BODY

hooks = Blueprint("hooks", __name__, url_prefix="/hooks/<channel>/<token>")

MAX_FIELDS = 100
_FORM = ("application/x-www-form-urlencoded", "multipart/form-data")
_PROBE_WORD = re.compile(r"[0-9a-f]{16,64}")
_log = log_for("web.webhooks")


@hooks.url_value_preprocessor
def check_token(_endpoint: str | None, values: dict[str, str] | None) -> None:
    """A wrong token or channel looks like a page that is not there."""
    channel, token = (values or {}).get("channel", ""), (values or {}).pop("token", "")
    given = token.encode()
    tokens = runtime().settings.tokens_of(channel)
    matches = [hmac.compare_digest(given, known.encode()) for known in tokens or [""]]
    if not tokens or not any(matches) or channel not in runtime().aggregators:
        abort(404)


@hooks.before_request
def _answer_probe() -> Response | None:
    """`?probe=<word>` and nothing else is our own look whether this address is ours; no event."""
    word = request.args.get("probe", "")
    is_probe = request.method == "GET" and set(request.args) == {"probe"}
    if not is_probe or not _PROBE_WORD.fullmatch(word):
        return None
    hook = (request.endpoint or "").rpartition(".")[2].replace("_", "-")
    return Response(probe_answer(hook, word), content_type="text/plain")


def probe_answer(hook: str, word: str) -> str:
    """What each webhook answers to a probe: nobody else's page says it."""
    return f"mhealth {hook} {word}\n"


@hooks.route("/ussd", methods=["GET", "POST"])
def ussd(channel: str) -> Response:
    """One USSD call; whatever happens behind it, the caller gets a screen."""
    here, aggregator = runtime(), runtime().aggregators[channel]
    try:
        call = _call()
        asked = aggregator.read_ussd(call)
    except UnreadableRequest as error:
        return _unread(here, channel, "ussd", error)
    try:
        taken = take_turn(here.turn_room, channel, asked)
    except (SQLAlchemyError, DatabaseAway, TurnLost) as error:
        _log.error("turn not saved", error=type(error).__name__, msisdn=asked.msisdn)
        return _screen(aggregator, here.turn_room.reply_in_all("notice.not_saved"))
    except Exception:
        _log.exception("turn failed", msisdn=asked.msisdn)
        return _screen(aggregator, here.turn_room.reply_in_all("notice.not_saved"))
    here.bell.ring(taken.lanes)
    return _screen(aggregator, taken.reply)


@hooks.route("/ussd-events", methods=["GET", "POST"])
def ussd_events(channel: str) -> Response:
    """The carrier's word that a session is over."""
    here = runtime()
    try:
        ended = here.aggregators[channel].read_ussd_end(_call())
    except UnreadableRequest as error:
        return _unread(here, channel, "ussd-events", error)
    with here.writing() as session:
        end_session(here.turn_room, session, channel, ended, here.clock())
    return _taken()


@hooks.route("/sms", methods=["GET", "POST"])
def sms(channel: str) -> Response:
    """An SMS from a phone: 200 only when it is stored."""
    here = runtime()
    try:
        received = here.aggregators[channel].read_sms(_call())
    except UnreadableRequest as error:
        return _unread(here, channel, "sms", error)
    with here.writing() as session:
        take_sms(here.turn_room, session, channel, received, here.clock())
    return _taken()


@hooks.route("/delivery", methods=["GET", "POST"])
def delivery(channel: str) -> Response:
    """A delivery report; twice or unknown is taken all the same."""
    here = runtime()
    try:
        report = here.aggregators[channel].read_delivery(_call())
    except UnreadableRequest as error:
        return _unread(here, channel, "delivery", error)
    with here.writing() as session:
        take_report(session, channel, report, here.clock())
    return _taken()


def _call() -> RawCall:
    """The call with its fields, bounded. Raises UnreadableRequest; too large a body ends in 413."""
    request.get_data(cache=True)
    if request.content_length and request.mimetype not in _FORM and request.method == "POST":
        raise UnreadableRequest("not a form")
    fields = request.form if request.method == "POST" and request.form else request.args
    if len(fields) > MAX_FIELDS:
        raise UnreadableRequest("too many fields")
    if not fields:
        raise UnreadableRequest("no fields")
    values: Mapping[str, str] = fields.to_dict()
    return RawCall(method=request.method, fields=values, content_type=request.mimetype)


def _unread(here: Runtime, channel: str, kind: str, fault: UnreadableRequest) -> Response:
    """Keep what could not be read, sealed and once, for a person to look at; tell the carrier 400.

    A whole call that is just not for us is taken, or the carrier would send it again for hours.
    """
    _log.warning("call not understood", channel=channel, kind=kind, problem=str(fault))
    is_taken = isinstance(fault, NotOurEvent) and kind != "ussd"  # a caller waits for a screen
    raw = request.get_data(cache=True, as_text=True) or request.query_string.decode("latin-1")
    kept = hide_typed(raw) if kind.startswith("ussd") else raw
    fields = sorted([*request.form.items(multi=True), *request.args.items(multi=True)])
    call = UnreadableCall(
        channel=channel,
        kind=kind,
        problem=str(fault),
        body=kept.replace("\x00", "\N{REPLACEMENT CHARACTER}")[:LARGEST_BODY],
        sameness=repr(fields) if fields else raw,
    )
    try:
        with here.writing() as session:
            keep_unread(session, call, here.clock())
    except SQLAlchemyError as error:
        if is_taken:
            raise
        _log.error("unread call not kept", error=type(error).__name__)
    return _taken() if is_taken else _not_understood()


def _screen(aggregator: Aggregator, reply: UssdReply) -> Response:
    body, content_type = aggregator.write_ussd(reply)
    return Response(body, content_type=content_type)


def _not_understood() -> Response:
    return Response("not understood\n", status=400, content_type="text/plain")


def _taken() -> Response:
    return Response("OK\n", content_type="text/plain")


@hooks.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> Response:
    """A body beyond the limit is refused before it is read."""
    return Response("too large\n", status=413, content_type="text/plain")


@hooks.errorhandler(SQLAlchemyError)
def database_away(error: SQLAlchemyError) -> Response:
    """Nothing was stored: the carrier must send it again."""
    _log.error("not stored", error=type(error).__name__)
    response = Response("not stored, send again\n", status=503, content_type="text/plain")
    response.headers["Retry-After"] = "30"
    return response
