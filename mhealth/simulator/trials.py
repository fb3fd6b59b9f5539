"""The test panel of the phone page: a phone's network, next request and language, and its call as a file.

`POST /api/phones/<msisdn>/network` with `{"network": code}` and `…/next` with `{"step": "delay:5"}` (of
the script's `ussd`; `ok` for none) answer with `{}`. `GET …/caller` gives `{"language", "languages"}`;
`POST` sets `{"language": code}` before, from the next call on. `GET …/recording` is the last call as a
dialogue file.
A mistake answers 400 with `{"error": word}`, a product that cannot do it 502.
"""

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify

from mhealth.simulator.carrier import Answer
from mhealth.simulator.network import Network
from mhealth.simulator.operators import OPERATORS
from mhealth.simulator.phones import Refused, answer_refused, json_body, number_of
from mhealth.simulator.script import UnknownStep


class NotServed(Exception):
    """The product did not do what was asked; the message is a word for the page."""


def trials_blueprint(network: Network) -> Blueprint:
    """The routes, beside those of the phones."""
    blueprint = Blueprint("trials", __name__, url_prefix="/api/phones/<raw>")
    blueprint.register_error_handler(Refused, answer_refused)

    @blueprint.errorhandler(NotServed)
    def not_served(error: NotServed) -> tuple[Response, int]:
        return jsonify(error=str(error)), 502

    _add_line(blueprint, network)
    _add_product(blueprint, network)
    return blueprint


def _add_line(blueprint: Blueprint, network: Network) -> None:
    @blueprint.post("/network")
    def put_into(raw: str) -> Response:
        code = json_body().get("network")
        if code not in OPERATORS:
            raise Refused("no_such_network")
        network.handsets.put_into(number_of(network, raw), str(code))
        return jsonify({})

    @blueprint.post("/next")
    def next_request(raw: str) -> Response:
        msisdn = number_of(network, raw)
        try:
            network.script.set_next("ussd", msisdn.e164, str(json_body().get("step")))
        except UnknownStep as error:
            raise Refused("no_such_step") from error
        return jsonify({})


def _add_product(blueprint: Blueprint, network: Network) -> None:
    @blueprint.get("/caller")
    def look(raw: str) -> Response:
        return jsonify(_caller(network, raw, {}))

    @blueprint.post("/caller")
    def speak(raw: str) -> Response:
        language = json_body().get("language")
        if not isinstance(language, str):
            raise Refused("language_missing")
        return jsonify(_caller(network, raw, {"language": language}))

    @blueprint.get("/recording")
    def recording(raw: str) -> Response:
        session = network.handsets.last_call(number_of(network, raw))
        if not session:
            raise Refused("no_call_to_save")
        answer = network.wire.ask("recording", {"sessionId": session})
        if answer.status == 404:
            raise NotServed("call_not_kept")
        return Response(
            _served(answer),
            content_type="text/plain; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="recorded_call.txt"'},
        )


def _caller(network: Network, raw: str, more: Mapping[str, str]) -> Any:
    fields = {"phoneNumber": number_of(network, raw).e164, **more}
    return json.loads(_served(network.wire.ask("caller", fields)))


def _served(answer: Answer) -> str:
    if answer.status != 200:
        raise NotServed(answer.error or "http_status")
    return answer.text
