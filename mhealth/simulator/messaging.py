"""Africa's Talking's API, `POST /version1/messaging` and `GET /version1/user`: how it answers.

Shapes as recorded from the real one: 201 with one row a recipient; 401 in plain text; a refused
sender is a 201 with an empty list.
"""

import secrets
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, json, request

from mhealth.domain.gsm7 import measure
from mhealth.domain.msisdn import Msisdn, NotAMsisdn
from mhealth.logs import log_for
from mhealth.simulator.carrier import Hook, delivery_fields
from mhealth.simulator.errands import Errand
from mhealth.simulator.network import Network
from mhealth.simulator.reports import PlannedReport, fate_of
from mhealth.simulator.script import Step

_log = log_for("simulator")

STATUS_WORDS: Mapping[int, str] = {
    100: "Success",
    101: "Success",
    102: "Success",
    401: "RiskHold",
    402: "InvalidSenderId",
    403: "InvalidPhoneNumber",
    404: "UnsupportedNumberType",
    405: "InsufficientBalance",
    406: "UserInBlacklist",
    407: "CouldNotRoute",
    409: "DoNotDisturbRejection",
    500: "InternalServerError",
    501: "GatewayError",
    502: "RejectedByGateway",
}
_SENT, _QUEUED, _INVALID = 101, 102, 403
_PRICE = 0.8
_UNKNOWN = "The supplied authentication is invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One call of the product: a text for one or more recipients."""

    recipients: tuple[str, ...]
    text: str
    sender: str
    is_enqueued: bool


def messaging_blueprint(network: Network) -> Blueprint:
    """The route of the SMS API."""
    blueprint = Blueprint("messaging", __name__)

    @blueprint.post("/version1/messaging")
    def submit() -> Response:
        refusal = _refusal(network)
        if refusal is not None:
            return refusal
        submission = Submission(
            recipients=tuple(part.strip() for part in request.form["to"].split(",")),
            text=request.form["message"],
            sender=request.form.get("from") or network.config.sms_number,
            is_enqueued=request.form.get("enqueue") == "1",
        )
        step = network.script.take("send")
        return _ANSWERS[step.name](_Counter(network, submission, step))

    @blueprint.get("/version1/user")
    def user() -> Response:
        if not _knows(network, request.args.get("username")):
            return _plain(_UNKNOWN, 401)
        body = json.dumps({"UserData": {"balance": "KES 1000.0000"}})
        return Response(body, content_type="application/json; charset=utf-8")

    return blueprint


def _refusal(network: Network) -> Response | None:
    """What Africa's Talking answers before it looks at the message."""
    if not _knows(network, request.form.get("username")):
        return _plain(_UNKNOWN, 401)
    for field in ("to", "message"):
        if not request.form.get(field, "").strip():
            return _plain(f"Request is missing required form field '{field}'", 400)
    return None


def _knows(network: Network, username: str | None) -> bool:
    """True when the call bears the account's name and key."""
    given, config = request.headers.get("apiKey", ""), network.config
    has_key = secrets.compare_digest(given.encode(), config.api_key.encode())
    return has_key and username == config.username


@dataclass(frozen=True, slots=True)
class _Counter:
    """One submission at the carrier's counter, and the step that the script gives it."""

    network: Network
    submission: Submission
    step: Step

    def refused(self, code: int | None = None) -> Response:
        """Nobody gets the message: every recipient with `code`, or an empty list."""
        rows = [_row(number, code) for number in self.submission.recipients] if code else []
        word = f"Sent to 0/{len(rows)}" if code else "InvalidSenderId"
        for number in self.submission.recipients:
            self._log(number, "")
        return self._answer(word, rows)

    def taken(self) -> Response:
        """Every recipient with a valid number gets the message; reports follow."""
        rows = [self._take(number) for number in self.submission.recipients]
        good = sum(row["statusCode"] != _INVALID for row in rows)
        parts = measure(self.submission.text).segments
        word = f"Sent to {good}/{len(rows)} Total Cost: KES {good * parts * _PRICE:.4f}"
        return self._answer(f"{word} Message parts: {parts}", rows)

    def not_taken(self, body: str, status: int, content_type: str) -> Response:
        """An error before the message was looked at."""
        for number in self.submission.recipients:
            self._log(number, "")
            self.network.exchanges.keep_theirs(number, self._fields(number), status, body)
        return Response(body, status, content_type=content_type)

    def _take(self, number: str) -> dict[str, object]:
        try:
            msisdn = Msisdn(number)
        except NotAMsisdn:
            self._log(number, "")
            return _row(number, _INVALID)
        carrier_id = f"ATXid_{secrets.token_hex(16)}"
        self._log(number, carrier_id)
        self._deliver(msisdn, carrier_id)
        _log.info("sms taken", msisdn=msisdn, step=str(self.step))
        code = _QUEUED if self.submission.is_enqueued else _SENT
        return _row(number, code, carrier_id, measure(self.submission.text).segments)

    def _deliver(self, msisdn: Msisdn, carrier_id: str) -> None:
        network, submission = self.network, self.submission
        fate = fate_of(network.script.take("delivery"))
        if fate.reaches_the_phone:
            network.messages.receive(msisdn.e164, submission.sender, submission.text)
        for report in fate.before_answer:
            network.errands.make_now(_errand(report, carrier_id, msisdn))
        for report in fate.reports:
            delay = report.delay(network.config.pace_seconds)
            network.errands.put(_errand(report, carrier_id, msisdn), delay)

    def _log(self, number: str, carrier_id: str) -> None:
        self.network.memory.write(
            "insert into received (at, recipient, body, sender, carrier_id, step)"
            " values (?, ?, ?, ?, ?, ?)",
            time.time(),
            number,
            self.submission.text,
            self.submission.sender,
            carrier_id,
            str(self.step),
        )

    def _answer(self, message: str, rows: list[dict[str, object]]) -> Response:
        body = json.dumps({"SMSMessageData": {"Message": message, "Recipients": rows}})
        for number in self.submission.recipients:
            self.network.exchanges.keep_theirs(number, self._fields(number), 201, body)
        return Response(body, 201, content_type="application/json")

    def _fields(self, number: str) -> dict[str, str]:
        return {"to": number, "from": self.submission.sender, "message": self.submission.text}


def _errand(report: PlannedReport, carrier_id: str, msisdn: Msisdn) -> Errand:
    fields = delivery_fields(
        report.carrier_id or carrier_id, msisdn.e164, report.status, report.reason
    )
    return Errand(hook=Hook.DELIVERY, fields=fields, msisdn=msisdn.e164)


def _row(number: str, code: int, carrier_id: str = "None", parts: int = 0) -> dict[str, object]:
    return {
        "statusCode": code,
        "number": number,
        "status": STATUS_WORDS.get(code, "Failed"),
        "cost": f"KES {parts * _PRICE:.4f}" if parts else "0",
        "messageId": carrier_id,
    }


def _plain(text: str, status: int) -> Response:
    return Response(text, status, content_type="text/plain")


def _hang(counter: _Counter) -> Response:
    answer = counter.taken()
    counter.network.stopped.wait(counter.step.seconds)
    return answer


def _cut(_answer: Response | None = None) -> Response:
    """Cut the line: the client sees the connection closed and no answer."""
    line: socket.socket = request.environ["werkzeug.socket"]
    line.shutdown(socket.SHUT_RDWR)
    return Response(status=499)


_JSON_ERROR = '{"error":"failed"}'
_PROXY_PAGE = "<!DOCTYPE html><html><body><h1>Welcome to the network</h1></body></html>"

_ANSWERS: Mapping[str, Callable[[_Counter], Response]] = {
    "ok": _Counter.taken,
    "401": lambda c: c.not_taken(_UNKNOWN, 401, "text/plain"),
    "429": lambda c: c.not_taken(_JSON_ERROR, 429, "application/json"),
    "500": lambda c: c.not_taken(_JSON_ERROR, 500, "application/json"),
    "500_taken": lambda c: _with_status(c.taken(), 500),
    "reset_after_body": lambda c: _cut(c.taken()),
    "reset_not_taken": lambda c: _cut(c.not_taken("", 0, "text/plain")),
    "hang": _hang,
    "invalid_sender": _Counter.refused,
    "per_recipient": lambda c: c.refused(int(c.step.argument)),
    "html_200": lambda c: c.not_taken(_PROXY_PAGE, 200, "text/html; charset=utf-8"),
}


def _with_status(answer: Response, status: int) -> Response:
    answer.status_code = status
    answer.set_data(_JSON_ERROR)
    return answer
