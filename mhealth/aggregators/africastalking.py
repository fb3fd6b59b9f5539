"""Africa's Talking: its USSD, SMS and delivery webhooks read, its screens written, its SMS sent.

Sources: docs.africastalking.com, pages "USSD: Handle Sessions", "USSD: Notifications", "SMS:
Notifications"; help.africastalking.com, "Why did my messages fail"; the africastalking 2.0.3 package.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from africastalking.SMS import SMSService

from mhealth.aggregators.fields import (
    clean_line,
    clean_lines,
    optional,
    optional_msisdn,
    optional_number,
    optional_time,
    required,
    required_id,
    required_msisdn,
)
from mhealth.aggregators.http import HttpAnswer, PooledClient, raise_for_status
from mhealth.aggregators.reaching import look
from mhealth.domain.errors import UnreadableRequest
from mhealth.domain.gateway import (
    Account,
    AccountRefused,
    DeliveryReport,
    InboundSms,
    OutboundSms,
    OutOfReach,
    RawCall,
    SendError,
    SendProblem,
    SendReceipt,
    Stage,
    UssdEnd,
    UssdReply,
    UssdRequest,
)
from mhealth.domain.message import DeliveryStatus

HOSTS = {
    "sandbox": "https://api.sandbox.africastalking.com",
    "live": "https://api.africastalking.com",
}
"""The carrier's API in each of its two worlds."""

_MOST_ID = 120
_MOST_TEXT = 4096

REPORT_STATUS = {
    "sent": DeliveryStatus.SENT,
    "submitted": DeliveryStatus.SENT,
    "buffered": DeliveryStatus.SENT,
    "success": DeliveryStatus.DELIVERED,
    "rejected": DeliveryStatus.FAILED,
    "failed": DeliveryStatus.FAILED,
    "expired": DeliveryStatus.EXPIRED,
}
"""Status words of a delivery report; any other word changes nothing."""

FAILURE_REASON = {
    "insufficientcredit": SendProblem.NO_CREDIT,
    "invalidlinkid": SendProblem.REFUSED,
    "useraccountsuspended": SendProblem.BLOCKED,
    "userinblacklist": SendProblem.BLOCKED,  # the subscriber's own opt-out at the operator
    "userisinactive": SendProblem.BLOCKED,
    "usernotsubscribedtoproduct": SendProblem.REFUSED,
    "notnetworksubscriber": SendProblem.INVALID_NUMBER,
    "userdoesnotexist": SendProblem.INVALID_NUMBER,
}
"""`failureReason` of a delivery report in our words; any other is kept as it came."""

SEND_CODE = {
    100: None,  # processed
    101: None,  # sent
    102: None,  # queued
    401: SendProblem.REFUSED,  # risk hold of this message
    402: SendProblem.BAD_SENDER,  # the account's fault, not the message's: every other meets it too
    403: SendProblem.INVALID_NUMBER,
    404: SendProblem.INVALID_NUMBER,  # unsupported number type
    405: SendProblem.NO_CREDIT,
    406: SendProblem.BLOCKED,  # user in blacklist
    407: SendProblem.UNROUTABLE,
    409: SendProblem.BLOCKED,  # do not disturb
    500: SendProblem.UNKNOWN,  # internal server error
    501: SendProblem.UNKNOWN,  # gateway error
    502: SendProblem.UNKNOWN,  # rejected by gateway: may pass the second time
}
"""`statusCode` of one recipient in the answer to a send; None means taken."""

SEND_WORD = {
    "success": None,
    "sent": None,
    "queued": None,
    "processed": None,
    "riskhold": SendProblem.REFUSED,
    "invalidsenderid": SendProblem.BAD_SENDER,
    "invalidphonenumber": SendProblem.INVALID_NUMBER,
    "unsupportednumbertype": SendProblem.INVALID_NUMBER,
    "insufficientbalance": SendProblem.NO_CREDIT,
    "userinblacklist": SendProblem.BLOCKED,
    "couldnotroute": SendProblem.UNROUTABLE,
    "donotdisturbrejection": SendProblem.BLOCKED,
}
"""The same as words: of a recipient without a code, or of a whole answer without recipients."""


class _Sms(SMSService):  # type: ignore[misc]  # the package carries no types
    """The package's SMS object with our client as its request step: answers come back unjudged."""

    def __init__(self, username: str, api_key: str, base_url: str, timeout: tuple[float, float]):
        super().__init__(username, api_key)
        self._baseUrl = base_url.rstrip("/") + "/version1"
        self._client = PooledClient(self._baseUrl, *timeout)

    def _make_request(
        self,
        url: str,
        method: str,
        headers: Mapping[str, str],
        data: Mapping[str, object],
        params: object,
        callback: object = None,
        timeout: object = None,
    ) -> HttpAnswer:
        return self._client.post_form(url, headers, data)


class AfricasTalking:
    """One account at Africa's Talking. `region` reads local numbers; timeouts are in seconds."""

    def __init__(
        self,
        *,
        username: str,
        api_key: str,
        base_url: str | None = None,
        sender: str | None = None,
        region: str | None = None,
        connect_timeout: float = 3,
        read_timeout: float = 10,
    ) -> None:
        self._base_url = base_url or HOSTS["sandbox" if username == "sandbox" else "live"]
        self._username, self._api_key = username, api_key
        self._timeout = (connect_timeout, read_timeout)
        self._sms = _Sms(username, api_key, self._base_url, self._timeout)
        self._sender = sender
        self._region = region

    @property
    def api_url(self) -> str:
        """Its host in the account's world, or the one that the settings put in its place."""
        return self._base_url

    def read_ussd(self, call: RawCall) -> UssdRequest:
        """`text` is all input so far; empty or absent on a first call."""
        text = clean_line(call.fields.get("text", ""))
        if len(text) > _MOST_TEXT:
            raise UnreadableRequest("text too long")
        return UssdRequest(
            carrier_session=required_id(call, "sessionId", _MOST_ID),
            msisdn=required_msisdn(call, "phoneNumber", self._region),
            service_code=required_id(call, "serviceCode", 32),
            text=text,
            is_start=text == "",
            network=optional(call.fields, "networkCode", 16),
        )

    def read_ussd_end(self, call: RawCall) -> UssdEnd:
        """`Success` means that our side closed; `Incomplete` and `Failed` that the call broke."""
        was_complete = required(call, "status").strip().casefold() == "success"
        return UssdEnd(
            carrier_session=required_id(call, "sessionId", _MOST_ID),
            msisdn=required_msisdn(call, "phoneNumber", self._region),
            was_complete=was_complete,
            duration_ms=optional_number(call.fields, "durationInMillis"),
            hops=optional_number(call.fields, "hopsCount"),
            cost=optional(call.fields, "cost", 24),
        )

    def read_sms(self, call: RawCall) -> InboundSms:
        """`date` is UTC; a date that cannot be read loses nothing but itself."""
        text = clean_lines(required(call, "text"))[:_MOST_TEXT]
        return InboundSms(
            msisdn=required_msisdn(call, "from", self._region),
            to=optional(call.fields, "to", 32) or "",
            text=text,
            carrier_id=optional(call.fields, "id", _MOST_ID),
            sent_at=optional_time(call.fields, "date"),
            network=optional(call.fields, "networkCode", 16),
        )

    def read_delivery(self, call: RawCall) -> DeliveryReport:
        """Word of one message; an unknown word is kept and changes nothing."""
        raw_status = optional(call.fields, "status", 60)
        if raw_status is None:
            raise UnreadableRequest("missing status")
        reason = optional(call.fields, "failureReason", 60)
        return DeliveryReport(
            carrier_id=required_id(call, "id", _MOST_ID),
            status=REPORT_STATUS.get(raw_status.casefold()),
            raw_status=raw_status,
            msisdn=optional_msisdn(call, "phoneNumber", self._region),
            reason=FAILURE_REASON.get(reason.casefold(), reason) if reason else None,
            network=optional(call.fields, "networkCode", 16),
        )

    def write_ussd(self, reply: UssdReply) -> tuple[str, str]:
        """`CON` keeps the session, `END` closes it; nothing may stand before either."""
        return f"{'END' if reply.ends else 'CON'} {reply.text}", "text/plain; charset=utf-8"

    def send(self, sms: OutboundSms) -> SendReceipt:
        """Send one SMS. Raises SendError: every silent failure of the API and its package is one."""
        try:
            answer = self._sms.send(sms.text, [sms.msisdn.e164], sms.sender or self._sender)
        except ValueError:  # the package's own check of the number; its text holds the number
            raise SendError(SendProblem.INVALID_NUMBER, "refused before sending") from None
        raise_for_status(answer)
        return read_send_answer(answer.body, sms.msisdn.e164)

    def look_at_account(self) -> Account:
        """`GET /version1/user` (the package's "application data"): the balance, at no cost."""
        answer = look(
            f"{self._base_url.rstrip('/')}/version1/user",
            self._timeout,
            headers={"apiKey": self._api_key, "Accept": "application/json"},
            params={"username": self._username},
        )
        if answer.status in (401, 403):
            raise AccountRefused(f"HTTP {answer.status}")
        if answer.status != 200:
            raise OutOfReach(Stage.ANSWER, f"HTTP {answer.status}")
        return Account(balance=read_balance(answer.body))


def read_balance(body: bytes) -> str | None:
    """`KES 1785.50` of `{"UserData": {"balance": …}}`. Raises OutOfReach for another page."""
    try:
        data = json.loads(body)["UserData"]
    except (ValueError, LookupError, TypeError, RecursionError):
        raise OutOfReach(Stage.ANSWER, "the answer is not the API's") from None
    written = data.get("balance") if isinstance(data, Mapping) else None
    is_balance = isinstance(written, str) and re.fullmatch(r"[A-Z]{3} -?[0-9.]{1,20}", written)
    return written if is_balance else None


def read_send_answer(body: bytes, e164: str) -> SendReceipt:
    """The receipt of one number in the body of a 2xx answer. Raises SendError."""
    return _read_recipient(_read_data(body), e164)


def _read_data(body: bytes) -> Mapping[str, Any]:
    """The part of the answer that counts; its content type is not trusted to say JSON."""
    try:
        data = json.loads(body)["SMSMessageData"]
    except (ValueError, LookupError, TypeError, RecursionError):
        raise SendError(SendProblem.UNKNOWN, "the answer is not the API's") from None
    if not isinstance(data, Mapping) or not isinstance(data.get("Recipients"), list):
        raise SendError(SendProblem.UNKNOWN, "the answer is not the API's")
    return data


def _read_recipient(data: Mapping[str, Any], e164: str) -> SendReceipt:
    rows = [row for row in data["Recipients"] if isinstance(row, Mapping)]
    if not rows:
        raise _without_recipients(data.get("Message"))
    row = next((r for r in rows if r.get("number") == e164), rows[0])
    refused = _problem(row)
    if refused is not None:
        raise SendError(refused, f"{_code(row) or ''} {_word(row.get('status'))}".strip())
    return SendReceipt(carrier_id=_carrier_id(row), cost=_cost(row))


def _without_recipients(message: object) -> SendError:
    """The API says 201 to a bad sender, and to nobody; what it means else, nobody knows."""
    word = _word(message)
    problem = SEND_WORD.get(word.casefold()) or SendProblem.UNKNOWN
    if str(message).startswith("Sent to 0/"):
        problem = SendProblem.REFUSED
    return SendError(problem, word or "no recipients")


def _problem(row: Mapping[str, Any]) -> SendProblem | None:
    code = _code(row)
    if code is None:
        return SEND_WORD.get(_word(row.get("status")).casefold(), SendProblem.UNKNOWN)
    if code in SEND_CODE:
        return SEND_CODE[code]
    return SendProblem.REFUSED if 400 <= code < 500 else SendProblem.UNKNOWN


def _code(row: Mapping[str, Any]) -> int | None:
    written = str(row.get("statusCode", ""))
    return int(written) if re.fullmatch(r"[0-9]{3}", written) else None


def _carrier_id(row: Mapping[str, Any]) -> str | None:
    """None for the ids that mean none."""
    found = str(row.get("messageId") or "").strip()
    is_id = found.casefold() not in ("none", "null") and re.fullmatch(r"[!-~]{1,120}", found)
    return found if is_id else None


def _cost(row: Mapping[str, Any]) -> str | None:
    """As written: `KES 0.8000`, or `0` in the sandbox."""
    written = str(row.get("cost", "")).strip()
    return written if re.fullmatch(r"([A-Z]{3} )?[0-9.]{1,20}", written) else None


def _word(value: object) -> str:
    """Letters only, so that it may be logged: an answer can quote the number."""
    return re.sub(r"[^A-Za-z ]", "", value)[:60].strip() if isinstance(value, str) else ""
