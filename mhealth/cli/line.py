"""The line from a terminal to the product: the webhooks called as the carrier calls them."""

import os
from dataclasses import dataclass
from datetime import datetime

from mhealth.domain.clock import MovedClock, real_clock
from mhealth.domain.errors import CannotStart
from mhealth.domain.message import Recipient
from mhealth.domain.msisdn import Msisdn, NotAMsisdn, read_msisdn
from mhealth.launcher.home import find_home
from mhealth.settings import Settings
from mhealth.simulator.carrier import Answer
from mhealth.simulator.config import read_handsets
from mhealth.simulator.wire import Wire

_CHANNEL = "africastalking"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A phone's line: its number, the wire to the product, and the time on its clock."""

    msisdn: Msisdn
    wire: Wire
    now: datetime


def open_line(settings: Settings, msisdn: str | None, url: str | None) -> Line:
    """A line for this number, or for the district's first caller when none is given.

    Raises CannotStart when there is no webhook token or no such number.
    """
    tokens = settings.tokens_of(_CHANNEL)
    if not tokens:
        raise CannotStart(f"MHEALTH_WEBHOOK_TOKENS has no token for {_CHANNEL}")
    clock = MovedClock(settings.clock_file) if settings.clock_file else real_clock
    return Line(
        msisdn=_number(msisdn, settings.region),
        wire=Wire(url or settings.public_url, _CHANNEL, tokens[0]),
        now=clock(),
    )


def _number(given: str | None, region: str) -> Msisdn:
    if given is None:
        return _first_caller()
    try:
        return read_msisdn(given, region)
    except NotAMsisdn as error:
        raise CannotStart(f"--msisdn: {error}") from error


def _first_caller() -> Msisdn:
    file = find_home(os.environ).var / "phones.json"
    callers = (one.msisdn for one in read_handsets(file) if one.role is Recipient.CALLER)
    found = next(callers, None)
    if found is None:
        raise CannotStart(f"no caller in {file}: say --msisdn +229…, or `mhealth seed` first")
    return found


_WHY = {
    "unreachable": "nothing listens there; start it with bin/run, or say --url",
    "too_late": "the answer came too late",
    "cut_off": "the line was cut",
    "http_status": "it answered with an error",
    "empty": "its answer is empty",
    "not_utf8": "its answer is not UTF-8",
    "too_long": "its screen is too long for this network, which shows an error",
    "not_con_end": "its answer begins with neither CON nor END",
}


def explain(reason: str, answer: Answer) -> str:
    """Why no screen or no receipt came, for the person at the terminal."""
    status = f" (HTTP {answer.status})" if answer.status else ""
    return f"{_WHY.get(reason, reason)}{status}"
