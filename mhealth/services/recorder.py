"""Keeps how the last calls went, in one web process, to be saved as dialogues; in the demo alone.

Nothing about a person is kept: names, numbers, codes and free text are replaced before (`rehearsal.tape`).
"""

from collections import OrderedDict
from dataclasses import dataclass, replace
from threading import Lock

from mhealth.care.workbench import Workbench
from mhealth.domain.language import Languages
from mhealth.services.rehearsing import ProtocolRules
from mhealth.ussd.book import Book
from mhealth.ussd.rehearsal.invention import Inventor
from mhealth.ussd.rehearsal.recording import Trace, write_recording
from mhealth.ussd.rehearsal.replay import Stage
from mhealth.ussd.rehearsal.tape import Tape, TracedTurn
from mhealth.ussd.state import Show

MOST_CALLS = 50
MOST_TURNS = 300


@dataclass(frozen=True, slots=True)
class _Kept:
    trace: Trace
    began: str  # key of the call that the dialogue began in
    number: int  # of the last turn within its session
    inventor: Inventor


class Recorder:
    """The last calls by their keys, oldest first. Safe between threads.

    `known` are the product's own words, which may stand in a recording.
    """

    def __init__(self, known: frozenset[str] = frozenset(), most_calls: int = MOST_CALLS) -> None:
        self._known, self._most = known, most_calls
        self._calls: OrderedDict[str, _Kept] = OrderedDict()
        self._lock = Lock()

    def tape(self, key: str, number: int, limit: int) -> Tape:
        """For a turn that begins; `number` is its place in its session, from 1."""
        with self._lock:
            kept = self._calls.get(key)
        inventor = kept.inventor if kept else Inventor(self._known)
        return Tape(inventor=inventor, number=number, limit=limit)

    def keep(self, key: str, tape: Tape, show: Show) -> None:
        """Add a turn that is written. Of a call of which this process missed a turn nothing is kept."""
        turn = tape.turn(show)
        with self._lock:
            kept = self._after(key, tape, turn)
            if kept is None or len(kept.trace.turns) > MOST_TURNS:
                return
            self._calls[key] = kept
            while len(self._calls) > self._most:
                self._calls.popitem(last=False)

    def _after(self, key: str, tape: Tape, turn: TracedTurn) -> _Kept | None:
        before = self._calls.pop(key, None)
        if tape.is_torn:
            return None
        if tape.facts is not None:
            trace = Trace(facts=tape.facts, flow=tape.flow, limit=tape.limit, turns=(turn,))
            return _Kept(trace, key, tape.number, tape.inventor)
        if tape.dropped:
            before, turn = self._left(tape.dropped, turn.node), replace(turn, is_redial=True)
        elif before is not None and before.number + 1 != tape.number:
            return None
        if before is None:
            return None
        trace = replace(before.trace, turns=(*before.trace.turns, turn))
        return replace(before, trace=trace, number=tape.number)

    def _left(self, began: str, node: str) -> _Kept | None:
        """The newest call of a dialogue, when it was left on that screen: by SMS it may have gone on."""
        calls = (kept for kept in reversed(self._calls.values()) if kept.began == began)
        newest = next(calls, None)
        return newest if newest and newest.trace.turns[-1].node == node else None

    def find(self, key: str) -> Trace | None:
        """A call as it went; None when it is not kept, or was not taken whole by this process."""
        with self._lock:
            kept = self._calls.get(key)
        return kept.trace if kept else None


def recorded_dialogue(
    recorder: Recorder, bench: Workbench, book: Book, declared: Languages, key: str
) -> str | None:
    """A kept call as a dialogue file; None when it is not kept.

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
