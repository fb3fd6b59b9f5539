"""Africa's Talking's calls to us, built as it builds them, and our USSD answers read as it reads them.

Fields and rules: docs.africastalking.com, pages "USSD: Handle Sessions", "USSD: Notifications" and
"SMS: Notifications". Pure: nothing here touches the network.
"""

import secrets
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from mhealth.domain.msisdn import Msisdn

SANDBOX_NETWORK = "99999"
"""Network code of the sandbox ("Athena")."""
CALLERS_NETWORK = "99901"
"""Where phones call from unless they are put elsewhere: see `operators`."""

SESSION_SECONDS = 180.0
ANSWER_SECONDS = 10.0
INPUT_CHARACTERS = 160


class Hook(StrEnum):
    """The last part of the address of each of our webhooks."""

    USSD = "ussd"
    USSD_EVENTS = "ussd-events"
    SMS = "sms"
    DELIVERY = "delivery"


class Outcome(StrEnum):
    """How Africa's Talking says that a session ended."""

    SUCCESS = "Success"  # our side closed it with END
    INCOMPLETE = "Incomplete"  # it ended while more input was awaited
    FAILED = "Failed"  # our answer could not be shown


@dataclass(frozen=True, slots=True, kw_only=True)
class UssdSession:
    """One session as the carrier keeps it; `started_at` is real time in seconds since 1970."""

    id: str
    msisdn: Msisdn
    service_code: str
    started_at: float
    inputs: tuple[str, ...] = ()
    hops: int = 0
    last_answer: str = ""
    network: str = CALLERS_NETWORK

    def typed(self, text: str) -> "UssdSession":
        """The session after the person sent one more answer."""
        return replace(self, inputs=(*self.inputs, text[:INPUT_CHARACTERS]))

    def answered(self, body: str) -> "UssdSession":
        """The session after our side answered, well or badly."""
        return replace(self, hops=self.hops + 1, last_answer=body)

    def seconds(self, now: float) -> float:
        """Age at a real time in seconds since 1970."""
        return max(0.0, now - self.started_at)


def open_session(
    msisdn: Msisdn,
    service_code: str,
    extension: tuple[str, ...] = (),
    network: str = CALLERS_NETWORK,
) -> UssdSession:
    """A session just dialled; `extension` is what was dialled behind the code (`*384*55*1#`)."""
    return UssdSession(
        id=f"ATUid_{secrets.token_hex(16)}",
        msisdn=msisdn,
        service_code=service_code,
        started_at=time.time(),
        inputs=extension,
        network=network,
    )


def read_dialled(dialled: str, service_code: str) -> tuple[str, ...] | None:
    """What was dialled behind our code, empty for the bare code; None when it is another code."""
    bare, typed = service_code.strip().rstrip("#"), dialled.replace(" ", "").rstrip("#")
    if typed == bare:
        return ()
    if typed.startswith(bare + "*"):
        return tuple(typed.removeprefix(bare + "*").split("*"))
    return None


def ussd_fields(session: UssdSession) -> dict[str, str]:
    """The form of one USSD call: all input so far, joined by `*`."""
    return {
        "sessionId": session.id,
        "serviceCode": session.service_code,
        "phoneNumber": session.msisdn.e164,
        "networkCode": session.network,
        "text": "*".join(session.inputs),
    }


def end_fields(
    session: UssdSession, outcome: Outcome, date: datetime, *, error: str = ""
) -> dict[str, str]:
    """The form of the notification that a session ended; `date` in UTC."""
    fields = {
        "date": f"{date:%Y-%m-%d %H:%M:%S}",
        "sessionId": session.id,
        "serviceCode": session.service_code,
        "networkCode": session.network,
        "phoneNumber": session.msisdn.e164,
        "status": outcome.value,
        "cost": "KES 0.10",
        "durationInMillis": f"{session.seconds(time.time()) * 1000:.0f}",
        "hopsCount": str(session.hops),
        "input": "*".join(session.inputs),
        "lastAppResponse": session.last_answer,
    }
    return fields | ({"errorMessage": error} if error else {})


def sms_fields(msisdn: Msisdn, to: str, text: str, date: datetime) -> dict[str, str]:
    """The form of an SMS that a phone sent to our number; `date` in UTC."""
    return {
        "from": msisdn.e164,
        "to": to,
        "text": text,
        "date": f"{date:%Y-%m-%d %H:%M:%S}",
        "id": str(uuid.uuid4()),
        "linkId": "",
        "networkCode": SANDBOX_NETWORK,
    }


def delivery_fields(carrier_id: str, msisdn: str, status: str, reason: str = "") -> dict[str, str]:
    """The form of a delivery report."""
    fields = {
        "id": carrier_id,
        "status": status,
        "phoneNumber": msisdn,
        "networkCode": SANDBOX_NETWORK,
        "retryCount": "0",
    }
    return fields | ({"failureReason": reason} if reason else {})


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back over HTTP: `status` 0 and a reason in `error` when nothing did."""

    status: int
    body: bytes = b""
    error: str = ""
    took_ms: float = 0.0

    @property
    def text(self) -> str:
        """The body as text, what is not UTF-8 replaced."""
        return self.body.decode(errors="replace")


@dataclass(frozen=True, slots=True)
class Screen:
    """What the phone shows; `goes_on` when it waits for an answer, `cut` what its network lost of it."""

    text: str
    goes_on: bool
    cut: int = 0


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The carrier could not show our answer: the person sees a network error."""

    reason: str


_ENDS: Mapping[str, bool] = {"CON": True, "END": False}


def read_answer(answer: Answer) -> Screen | Breakdown:
    """Read our answer by the carrier's rules: 2xx, UTF-8, begins with CON or END and nothing else."""
    if answer.error:
        return Breakdown(answer.error)
    if not 200 <= answer.status < 300:
        return Breakdown("http_status")
    try:
        body = answer.body.decode()
    except UnicodeDecodeError:
        return Breakdown("not_utf8")
    if not body.strip():
        return Breakdown("empty")
    if body[:3] not in _ENDS:
        return Breakdown("not_con_end")
    return Screen(body[3:].removeprefix(" "), _ENDS[body[:3]])
