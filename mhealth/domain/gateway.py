"""Neutral words between carriers and services: what came, what goes, and how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from mhealth.domain.message import DeliveryStatus
from mhealth.domain.msisdn import Msisdn


@dataclass(frozen=True, slots=True, kw_only=True)
class RawCall:
    """A carrier's HTTP call, already bounded in size: decoded fields, first value of each name."""

    method: str
    fields: Mapping[str, str]
    content_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UssdRequest:
    """One USSD call. `text` is all input so far when `is_cumulative`, else only the last input."""

    carrier_session: str
    msisdn: Msisdn
    service_code: str
    text: str
    is_start: bool
    is_cumulative: bool = True
    network: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UssdReply:
    """What the phone shows; `ends` closes the session."""

    text: str
    ends: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UssdEnd:
    """The carrier's word that a session is over; `was_complete` is False for a dropped call."""

    carrier_session: str
    msisdn: Msisdn
    was_complete: bool
    duration_ms: int | None = None
    hops: int | None = None
    cost: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundSms:
    """An SMS from a phone. `carrier_id` is None when the carrier gives none: then a fingerprint rules.

    `sent_at` is None when the carrier's time could not be read; arrival time then stands.
    """

    msisdn: Msisdn
    to: str
    text: str
    carrier_id: str | None = None
    sent_at: datetime | None = None
    network: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """A carrier's word on a message. `status` None means: a word that changes nothing."""

    carrier_id: str
    status: DeliveryStatus | None
    raw_status: str
    msisdn: Msisdn | None = None
    reason: str | None = None
    network: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundSms:
    """One SMS to one phone."""

    msisdn: Msisdn
    text: str
    reference: str
    sender: str | None = None


class SendProblem(StrEnum):
    """Why a send did not end in `accepted`; the closed list that every carrier maps onto."""

    NOT_SENT = "not_sent"  # no byte of the body left: safe to try again
    UNKNOWN = "unknown"  # the body left and no readable answer came
    THROTTLED = "throttled"  # 429: not processed, slow down
    NO_CREDIT = "no_credit"  # stop the lane, raise an alarm, keep the rows
    BAD_CREDENTIALS = "bad_credentials"  # likewise
    BAD_SENDER = "bad_sender"  # likewise: the account may not send under this name
    REFUSED = "refused"  # the carrier refuses this one message for good
    INVALID_NUMBER = "invalid_number"
    BLOCKED = "blocked"  # the subscriber or the network does not take it
    UNROUTABLE = "unroutable"


class SendError(Exception):
    """A send that was not accepted; `retry_after` in seconds when the carrier says so."""

    def __init__(
        self, problem: SendProblem, detail: str = "", retry_after: float | None = None
    ) -> None:
        self.problem = problem
        self.detail = detail
        self.retry_after = retry_after
        super().__init__(f"{problem}: {detail}" if detail else str(problem))


@dataclass(frozen=True, slots=True, kw_only=True)
class SendReceipt:
    """The carrier took it. `carrier_id` may be None: then no report can be matched by id."""

    carrier_id: str | None
    cost: str | None = None


class Stage(StrEnum):
    """How far a look at a host came before it failed."""

    NAME = "name"
    CONNECTION = "connection"
    TLS = "tls"
    ANSWER = "answer"


class OutOfReach(Exception):
    """A host could not be looked at; `detail` is safe to show and to log."""

    def __init__(self, stage: Stage, detail: str) -> None:
        self.stage = stage
        self.detail = detail
        super().__init__(f"{stage}: {detail}")


class AccountRefused(Exception):
    """The carrier answered, and knows no such account and key; `detail` is its answer's status."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account as its carrier sees it. `balance` as written (`KES 1785.50`), None if not said."""

    balance: str | None = None


class Aggregator(Protocol):
    """One carrier's protocol over one account: pure readers and writers, and its network calls.

    Readers raise UnreadableRequest; `send` raises SendError and nothing else.
    """

    @property
    def api_url(self) -> str:
        """The address of the API that it calls."""

    def read_ussd(self, call: RawCall) -> UssdRequest:
        """Read a USSD call."""

    def read_ussd_end(self, call: RawCall) -> UssdEnd:
        """Read the notification that a session ended."""

    def read_sms(self, call: RawCall) -> InboundSms:
        """Read an SMS from a phone."""

    def read_delivery(self, call: RawCall) -> DeliveryReport:
        """Read a delivery report."""

    def write_ussd(self, reply: UssdReply) -> tuple[str, str]:
        """The body and content type of a USSD answer."""

    def send(self, sms: OutboundSms) -> SendReceipt:
        """Hand one SMS to the carrier, within bounded time."""

    def look_at_account(self) -> Account:
        """Ask about the account, which costs nothing. Raises OutOfReach or AccountRefused."""
