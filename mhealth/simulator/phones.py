"""The JSON that the phone page speaks: dial, type, drop, SMS, inbox, clock.

`GET /api/phones` names the phones. `GET /api/state?msisdn=…&since=REVISION` shows up to six phones
at once and where else an SMS waits unread, or 204 when nothing changed.
`POST /api/phones/<msisdn>/{dial,type,drop,sms,read}` act and answer with that phone.
A mistake answers 400 with `{"error": word}`.
"""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, request

from mhealth.domain.msisdn import Msisdn, NotAMsisdn, read_msisdn
from mhealth.simulator.network import Network
from mhealth.simulator.operators import OPERATORS

MOST_PHONES = 6
SMS_CHARACTERS = 918
"""Six joined segments of GSM-7: what most handsets let a person type."""

_DIALLED_CHARACTERS = 60
_MOST_AHEAD = 366 * 86_400


class Refused(ValueError):
    """The page asked for something that no phone can do; the message is a word for the page."""


def phones_blueprint(network: Network) -> Blueprint:
    """The routes under `/api`."""
    blueprint = Blueprint("phones", __name__, url_prefix="/api")
    blueprint.register_error_handler(Refused, answer_refused)
    _add_looks(blueprint, network)
    _add_deeds(blueprint, network)
    return blueprint


def answer_refused(error: Refused) -> tuple[Response, int]:
    """A mistake, by its word."""
    return jsonify(error=str(error)), 400


def _add_looks(blueprint: Blueprint, network: Network) -> None:
    @blueprint.get("/phones")
    def phones() -> Response:
        return jsonify(_district(network))

    @blueprint.get("/state")
    def state() -> Response:
        revision = f"{network.memory.revision}.{network.clock_ahead():.0f}"
        if request.args.get("since") == revision:
            return Response(status=204)
        asked = [number_of(network, raw) for raw in request.args.getlist("msisdn")[:MOST_PHONES]]
        shown = {msisdn.e164: _phone(network, msisdn) for msisdn in asked}
        elsewhere = network.messages.waiting(frozenset(shown))
        return jsonify(revision=revision, clock=_clock(network), phones=shown, elsewhere=elsewhere)

    @blueprint.get("/phones/<raw>")
    def phone(raw: str) -> Response:
        return jsonify(_phone(network, number_of(network, raw)))

    @blueprint.get("/phones/<raw>/inbox")
    def inbox(raw: str) -> Response:
        return jsonify(messages=network.messages.of(number_of(network, raw).e164))


def _add_deeds(blueprint: Blueprint, network: Network) -> None:
    @blueprint.post("/phones/<raw>/<deed>")
    def act(raw: str, deed: str) -> Response:
        if deed not in _DEEDS:
            raise Refused("no_such_deed")
        msisdn = number_of(network, raw)
        _DEEDS[deed](network, msisdn, json_body())
        return jsonify(_phone(network, msisdn))

    @blueprint.post("/clock")
    def clock() -> Response:
        ahead = json_body().get("ahead")
        if ahead is not None and not (isinstance(ahead, int) and 0 < ahead <= _MOST_AHEAD):
            raise Refused("bad_clock")
        network.move_clock(ahead)
        return jsonify(_clock(network))


def _dial(network: Network, msisdn: Msisdn, body: Mapping[str, Any]) -> None:
    network.calls.dial(msisdn, _text(body, "code", _DIALLED_CHARACTERS))


def _type(network: Network, msisdn: Msisdn, body: Mapping[str, Any]) -> None:
    text = body.get("text")
    if not isinstance(text, str):
        raise Refused("text_missing")
    if network.calls.answer(msisdn, text) is None:
        raise Refused("nothing_to_answer")


def _drop(network: Network, msisdn: Msisdn, _body: Mapping[str, Any]) -> None:
    network.calls.drop(msisdn)


def _sms(network: Network, msisdn: Msisdn, body: Mapping[str, Any]) -> None:
    network.send_sms(msisdn, _text(body, "to", 20), _text(body, "text", SMS_CHARACTERS))


def _read(network: Network, msisdn: Msisdn, body: Mapping[str, Any]) -> None:
    message_id = body.get("id")
    if not isinstance(message_id, int):
        raise Refused("id_missing")
    network.messages.mark_read(msisdn.e164, message_id)


_DEEDS = {"dial": _dial, "type": _type, "drop": _drop, "sms": _sms, "read": _read}


def json_body() -> Mapping[str, Any]:
    """What the page sent. Raises Refused."""
    body = request.get_json()
    if not isinstance(body, dict):
        raise Refused("not_an_object")
    return body


def _text(body: Mapping[str, Any], name: str, most: int) -> str:
    text = body.get(name)
    if not isinstance(text, str) or not text.strip():
        raise Refused(f"{name}_missing")
    if len(text) > most:
        raise Refused(f"{name}_too_long")
    return text.strip()


def number_of(network: Network, raw: str) -> Msisdn:
    """A number as it was written. Raises Refused."""
    try:
        return read_msisdn(raw, network.config.region)
    except NotAMsisdn as error:
        raise Refused("not_a_number") from error


def _district(network: Network) -> dict[str, object]:
    config = network.config
    return {
        "service_code": config.service_code,
        "sms_number": config.sms_number,
        "session_seconds": config.session_seconds,
        "clock": _clock(network),
        "networks": [
            {"code": each.code, "limit": each.limit, "cuts": each.cuts}
            for each in OPERATORS.values()
        ],
        "timezone": next((one.timezone for one in config.handsets if one.timezone), None),
        "phones": [
            {
                "label_fr": handset.label_fr,
                "label_en": handset.label_en,
                "msisdn": handset.msisdn.e164,
                "role": handset.role.value,
                "unread": network.messages.unread(handset.msisdn.e164),
            }
            for handset in config.handsets
        ],
    }


def _phone(network: Network, msisdn: Msisdn) -> dict[str, object]:
    call = network.calls.of(msisdn)
    return {
        "msisdn": msisdn.e164,
        "call": None if call is None else call.shown(),
        "messages": network.messages.of(msisdn.e164),
        "unread": network.messages.unread(msisdn.e164),
        "exchanges": network.exchanges.of(msisdn.e164),
        "network": network.handsets.network(msisdn),
        "next": str(network.script.next_of("ussd", msisdn.e164)),
        "can_save": bool(network.handsets.last_call(msisdn)),
    }


def _clock(network: Network) -> dict[str, object]:
    return {
        "now": network.clock().timestamp(),
        "ahead": network.clock_ahead(),
        "can_move": network.config.clock_file is not None,
    }
