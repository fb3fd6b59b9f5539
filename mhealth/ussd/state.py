"""Where a session stands, and the two things a turn can lead to: a screen, or a deed to be done.

A state is plain JSON. It names the exact version of the flow that it belongs to.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec

from mhealth.domain.secret import Secret
from mhealth.ussd.deeds import DEEDS

MAX_HISTORY = 12
"""So many screens one can go back."""
MAX_HOPS = 100
"""So many nodes a turn may pass without waiting; the checks refuse flows that pass more, or loop so."""


class Visit(msgspec.Struct, array_like=True):
    """A screen that was answered. `undo` holds the former values of all that was set since."""

    node: str
    page: int
    calls: list[str]
    undo: dict[str, Any]
    sought: str = ""


class State(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One session. Never changed in place by the engine's callers."""

    flow: str  # the flow it began with
    version: str  # content hash of that flow and all it calls
    node: str  # `flow.node`
    language: str
    vars: dict[str, Any] = {}
    facts: dict[str, Any] = {}  # what going home keeps; effects bring it up to date
    page: int = 0  # page of a message or of signs; first row shown of a list
    rows: list[tuple[str, str]] = []  # the list of a `choose`, as it was looked up
    sought: str = ""  # the beginning of a name that narrows the list
    shown: dict[str, str] = {}  # what may be typed now -> what it stands for
    history: list[Visit] = []
    calls: list[str] = []  # where each flow under way returns to
    misses: int = 0  # invalid answers in a row
    step: int = 0  # turns taken since the call began
    asks: int = 0  # deeds asked for in this turn
    asking: bool = False  # a deed was asked for and its result has not come yet
    led: str = ""  # the last turn was a key that leads about: `back` or `home`
    offered: bool = False  # the question whether to go on lies over this screen
    past_pin: bool = False  # a PIN was typed in this call
    limit: int = 160  # septets of a screen on this carrier: see `screen.LIMITS`


class Outcome(StrEnum):
    """What became of a turn, for the funnel of each screen."""

    SHOWN = "shown"  # the first screen of a call
    ANSWERED = "answered"
    BACK = "back"
    HOME = "home"
    INVALID = "invalid"
    REPEATED = "repeated"  # the same screen was asked for once more
    ENDED = "ended"
    GAVE_UP = "gave_up"  # too many answers in a row that were none
    OFFERED = "offered"  # a new call was asked whether the dropped one goes on
    CONTINUED = "continued"  # it does, on the screen that it dropped on
    RESTARTED = "restarted"  # it does not: a fresh dialogue
    BY_SMS = "asked_by_sms"  # the screen of a dropped call went out as an SMS
    LOST = "lost"  # the flow changed under the session


@dataclass(frozen=True, slots=True, kw_only=True)
class Show:
    """A screen as it goes out: in one alphabet, within the carrier's limit."""

    state: State
    text: str
    ends: bool
    node: str
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A deed to be done before the turn can go on: run it and hand its result to `answer`.

    `language` is the one that the flow under way really speaks, for the texts of the result.
    """

    state: State
    deed: str
    args: Mapping[str, Any]
    language: str = ""
    pin: Secret | None = None  # for the deed alone: it is in no state and in no variable

    @property
    def is_effect(self) -> bool:
        """True when the deed changes something, so that the turn must be committed in full."""
        return DEEDS[self.deed].is_effect


Step = Show | Ask

_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(State)


def encode_state(state: State) -> bytes:
    """As JSON."""
    return _ENCODER.encode(state)


def decode_state(stored: bytes) -> State:
    """Back from JSON. What cannot be read becomes a state of no version: the caller hears to redial."""
    try:
        return _DECODER.decode(stored)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return State(flow="", version="", node="", language="")


def own_copy(state: State) -> State:
    """A copy that a turn may change: values are replaced there, never changed in place."""
    history = list(state.history)
    if history:
        last = history[-1]
        history[-1] = Visit(last.node, last.page, last.calls, dict(last.undo), last.sought)
    return State(
        flow=state.flow,
        version=state.version,
        node=state.node,
        language=state.language,
        vars=dict(state.vars),
        facts=state.facts,
        page=state.page,
        rows=state.rows,
        sought=state.sought,
        shown=state.shown,
        history=history,
        calls=state.calls,
        misses=state.misses,
        step=state.step,
        asks=state.asks,
        asking=state.asking,
        limit=state.limit,
        offered=state.offered,
        past_pin=state.past_pin,
        led=state.led,
    )
