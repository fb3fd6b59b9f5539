"""Takes down one turn of a call while it is taken, without anything about a person: what it hears it replaces
at once, by something that leads the same way.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from mhealth.domain.alphabet import Alphabet
from mhealth.logs import log_for
from mhealth.ussd import engine, offering
from mhealth.ussd.book import Book
from mhealth.ussd.finding import found, longest_beginning, plain, read_letters
from mhealth.ussd.kinds.text import Text
from mhealth.ussd.offering import Choice
from mhealth.ussd.plan import Node, Screen
from mhealth.ussd.question import Question
from mhealth.ussd.rehearsal.invention import Inventor
from mhealth.ussd.sensitivity import Sensitivity
from mhealth.ussd.state import Ask, Outcome, Show, State, Step
from mhealth.ussd.typed import read_key

_log = log_for("ussd.rehearsal")
_FREE = frozenset({"text", "phone", "code"})
"""Kinds of screen of which no answer stays, whatever the flow says of it."""
_NOT_UNDERSTOOD = frozenset({Outcome.INVALID, Outcome.GAVE_UP})
_FEW = 3
"""So few letters and digits that were not understood are nobody's name or number.

But three letters are: Awa.
"""
_LOOKED_AT = (8, 20, 30, 60)
"""So many characters of an answer that is keys or a number are read, by kind (`typed`)."""
_TRIES = 200
_INVENT: Mapping[str, Callable[[Inventor, str], str]] = {
    "phone": Inventor.phone,
    "code": Inventor.code,
    "date": Inventor.day,
}


@dataclass(frozen=True, slots=True)
class Met:
    """A deed that a turn asked for, and what it gave, about nobody."""

    deed: str
    result: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedTurn:
    """One turn as it went. `typed` is None when a call begins; `size` is its screen's, in its alphabet."""

    typed: str | None
    met: tuple[Met, ...]
    node: str
    size: int
    ends: bool
    is_redial: bool = False  # the call dropped, and the caller dialled again


@dataclass(slots=True, kw_only=True)
class Tape:
    """One turn while it is taken. `facts` are there when a dialogue begins with it."""

    inventor: Inventor
    number: int  # of the turn within its session, from 1
    limit: int
    typed: str | None = None
    facts: Mapping[str, Any] | None = None
    flow: str = ""
    dropped: str = ""  # key of the call in which the dialogue began that this one may go on with
    met: list[Met] = field(default_factory=list)
    is_torn: bool = False  # it failed; the call goes on all the same

    def begin(self, flow: str, facts: Mapping[str, Any]) -> None:
        """A dialogue begins; what was typed before is no part of it."""
        with self._harmless():
            self.flow, self.typed = flow, None
            self.facts = {name: self.inventor.value(name, value) for name, value in facts.items()}

    def hear(self, book: Book, state: State, typed: str) -> None:
        """An answer to the screen of a state. Of a PIN only its length stays."""
        with self._harmless():
            plan = book.plans.get(state.version)
            node = plan.nodes.get(state.node) if plan else None
            self.typed = _heard(self.inventor, book, state, node, typed)

    def meet(self, deed: str, result: Mapping[str, Any]) -> None:
        """A deed of this turn was done."""
        with self._harmless():
            self.met.append(Met(deed, self.inventor.result(result)))

    @contextmanager
    def _harmless(self) -> Iterator[None]:
        """A recording that fails is lost; never the turn of a person."""
        try:
            yield
        except Exception as error:
            self.is_torn = True
            _log.error("turn not recorded", error=type(error).__name__)

    def turn(self, show: Show) -> TracedTurn:
        """The whole turn, once its screen is known."""
        return TracedTurn(
            typed=self.typed,
            met=tuple(self.met),
            node=show.node,
            size=size_of(show.text),
            ends=show.ends,
        )


def size_of(text: str) -> int:
    """Septets, or UTF-16 units of a screen in UCS-2."""
    alphabet = Alphabet.GSM7 if Alphabet.GSM7.holds(text) else Alphabet.UCS2
    return alphabet.size(text)


def _heard(inventor: Inventor, book: Book, state: State, node: Node | None, typed: str) -> str:
    said = plain(typed).replace(" ", "")
    is_short = len(said) <= _FEW and sum(map(str.isalpha, said)) < _FEW
    if state.offered:
        is_clear = offering.read_choice(typed) is not Choice.UNCLEAR
        return typed if is_clear or is_short else inventor.all_of(typed)
    if not isinstance(node, Screen):
        return typed if is_short else inventor.all_of(typed)
    step = engine.resume(book, state, typed)
    if node.sensitivity is Sensitivity.SECRET:
        return _secret(book, state, step, typed)
    if step.state.led or (not _is_understood(step) and is_short) or _is_ours(node, state, typed):
        return typed
    if node.kind == "choose" and read_letters(typed) and not read_key(typed).isdecimal():
        return _sought(inventor, state.rows, typed)
    if _is_understood(step) and node.kind not in _FREE and node.sensitivity.is_recordable:
        return _read_of(book, state, step, typed)
    return _alike(inventor, book, state, step, node.kind, typed)


def _secret(book: Book, state: State, step: Step, typed: str) -> str:
    """As long, all of one digit, taken in the same way: a single 0 would be the key that leads back."""
    if step.state.led:
        return typed
    written = re.sub(r"\w", "0", typed)
    others = (written.replace("0", digit) for digit in "0123456789")
    fitting = (o for o in others if _where(engine.resume(book, state, o)) == _where(step))
    return next(fitting, written)


def _sought(inventor: Inventor, rows: list[tuple[str, str]], typed: str) -> str:
    """What finds among the invented names those that the typed letters found."""
    invented = [(key, inventor.text(label)) for key, label in rows]
    made, wanted = inventor.beginning(typed, [label for _, label in rows]), _finds(rows, typed)
    words = (word for key, label in invented if key in wanted[:1] for word in plain(label).split())
    longer = (word[:length] for word in words for length in range(1, len(word) + 1))
    fitting = (other for other in (made, *longer) if _finds(invented, other) == wanted)
    return next(fitting, made)


def _finds(rows: list[tuple[str, str]], typed: str) -> list[str]:
    letters = read_letters(typed)
    sought = letters and longest_beginning(rows, letters)
    return [key for key, _ in found(rows, sought)] if sought else []


def _read_of(book: Book, state: State, step: Step, typed: str) -> str:
    """As much of an answer as its screen looks at: what stands behind may be anything."""
    for most in _LOOKED_AT:
        other = engine.resume(book, state, typed[:most])
        if engine.encode_state(other.state) == engine.encode_state(step.state):
            return typed[:most]
    return typed[: _LOOKED_AT[-1]]


def _is_ours(node: Screen, state: State, typed: str) -> bool:
    """The flow's own word for an answer: the key for not knowing, or one of the answers that it lists."""
    unknown = node.unknown if isinstance(node, Question) else None
    if unknown is not None and node.key(state, typed) == unknown.key:
        return True
    listed = node.answers if isinstance(node, Text) else ()
    return any(plain(typed) in answer.words for answer in listed)


def _alike(inventor: Inventor, book: Book, state: State, step: Step, kind: str, typed: str) -> str:
    """Something else that this screen takes in the same way."""
    for _ in range(_TRIES):
        made = _INVENT.get(kind, Inventor.all_of)(inventor, typed)
        if _where(engine.resume(book, state, made)) == _where(step):
            return made
        inventor = inventor.otherwise()
    return inventor.all_of(typed)


def _where(step: Step) -> tuple[str, str, int, bool]:
    deed = step.deed if isinstance(step, Ask) else ""
    return step.state.node, deed, step.state.misses, isinstance(step, Show) and step.ends


def _is_understood(step: Step) -> bool:
    return not (isinstance(step, Show) and step.outcome in _NOT_UNDERSTOOD)
