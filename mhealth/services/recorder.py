"""Keeps how the last calls went, in one web process, to be saved as dialogues; never in live mode.

What is kept is as personal as the call itself, but for its PINs and its number, which never come here;
it leaves the process only as what `recorded_dialogue` makes of it.
"""

import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

from mhealth.care.workbench import Workbench
from mhealth.domain.language import Languages
from mhealth.services.rehearsing import ProtocolRules
from mhealth.ussd.book import Book
from mhealth.ussd.rehearsal.recording import OFFER, Met, Trace, TracedTurn, write_recording
from mhealth.ussd.rehearsal.replay import Stage
from mhealth.ussd.state import Show, State

MOST_CALLS = 50
MOST_TURNS = 300


@dataclass(slots=True, kw_only=True)
class Tape:
    """One turn while it is taken. `facts` are there when a dialogue begins with it."""

    number: int  # of the turn within its session, from 1
    limit: int
    typed: str | None = None
    asked: str = ""
    facts: Mapping[str, Any] | None = None
    flow: str = ""
    dropped: str = ""  # key of the call that this one may go on from
    met: list[Met] = field(default_factory=list)

    def begin(self, flow: str, facts: Mapping[str, Any]) -> None:
        """A dialogue begins; what was typed before is no part of it."""
        self.flow, self.facts = flow, dict(facts)
        self.typed, self.asked = None, ""

    def hear(self, book: Book, state: State, typed: str) -> None:
        """An answer to the screen of a state. Of a PIN only its length is kept."""
        plan = book.plans.get(state.version)
        node = plan.nodes.get(state.node) if plan else None
        self.asked = OFFER if state.offered else node.kind if node else ""
        self.typed = re.sub(r"\d", "0", typed) if self.asked == "pin" else typed

    def meet(self, deed: str, result: Mapping[str, Any]) -> None:
        """A deed of this turn was done."""
        self.met.append(Met(deed, dict(result)))

    def turn(self, show: Show) -> TracedTurn:
        """The whole turn, once its screen is known."""
        return TracedTurn(
            typed=self.typed,
            asked=self.asked,
            met=tuple(self.met),
            node=show.node,
            outcome=show.outcome,
            led=show.state.led,
            text=show.text,
            ends=show.ends,
        )


@dataclass(frozen=True, slots=True)
class _Kept:
    trace: Trace
    number: int


class Recorder:
    """The last calls by their keys, oldest first. Safe between threads."""

    def __init__(self, most_calls: int = MOST_CALLS) -> None:
        self._most = most_calls
        self._calls: OrderedDict[str, _Kept] = OrderedDict()
        self._lock = Lock()

    def keep(self, key: str, tape: Tape, show: Show) -> None:
        """Add a turn that is written. Of a call of which this process missed a turn nothing is kept."""
        turn = tape.turn(show)
        with self._lock:
            trace = self._after(self._calls.pop(key, None), tape, turn)
            if trace is None or len(trace.turns) > MOST_TURNS:
                return
            self._calls[key] = _Kept(trace, tape.number)
            while len(self._calls) > self._most:
                self._calls.popitem(last=False)

    def _after(self, before: _Kept | None, tape: Tape, turn: TracedTurn) -> Trace | None:
        if tape.dropped:
            dropped = self._calls.get(tape.dropped)
            again = replace(turn, is_redial=True)
            return replace(dropped.trace, turns=(*dropped.trace.turns, again)) if dropped else None
        if tape.facts is not None:
            return Trace(facts=tape.facts, flow=tape.flow, limit=tape.limit, turns=(turn,))
        if before is None or before.number + 1 != tape.number:
            return None
        return replace(before.trace, turns=(*before.trace.turns, turn))

    def find(self, key: str) -> Trace | None:
        """A call as it went; None when it is not kept, or was not taken whole by this process."""
        with self._lock:
            kept = self._calls.get(key)
        return kept.trace if kept else None


def recorded_dialogue(
    recorder: Recorder, bench: Workbench, book: Book, declared: Languages, key: str
) -> str | None:
    """A kept call as a dialogue file without personal data; None when it is not kept.

    `declared` are the languages that the content has: when fewer are spoken the file says so.
    """
    trace = recorder.find(key)
    if trace is None:
        return None
    stage = Stage(
        book=book, platforms={}, rules=ProtocolRules(bench.protocols), phrases=bench.phrases
    )
    spoken = tuple(bench.languages.by_code)
    return write_recording(stage, trace, () if spoken == tuple(declared.by_code) else spoken)
