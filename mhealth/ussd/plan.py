"""A flow compiled: nodes with their targets, texts and keys, ready to be walked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, ClassVar

from mhealth.domain.alphabet import Alphabet
from mhealth.domain.language import Languages
from mhealth.ussd.condition import Condition
from mhealth.ussd.screen import NARROW
from mhealth.ussd.sensitivity import Sensitivity
from mhealth.ussd.state import Ask, Outcome, Show, State, Step
from mhealth.ussd.text import Texts
from mhealth.ussd.typed import read_key

HOME, RETURN = "home", "return"
"""Targets that every flow knows: the first screen, and wherever the flow was called from."""


def flow_of(name: str) -> str:
    """The flow of a node's full name, `flow.node`."""
    return name.partition(".")[0]


def short(name: str) -> str:
    """A node's name within its flow."""
    return name.partition(".")[2]


class Move(Enum):
    """What an answer led to."""

    INVALID = "invalid"
    STAY = "stay"  # another page of the same node
    LEAVE = "leave"  # state.node names the next node


@dataclass(frozen=True, slots=True)
class Exit:
    """A way out of a node. Silent: taken without waiting for the person."""

    target: str
    silent: bool


@dataclass(frozen=True, slots=True)
class Assign:
    """Sets a variable to a literal, or to another variable's value."""

    name: str
    value: Any = None
    source: str | None = None

    def worth(self, values: Mapping[str, Any]) -> Any:
        """The value now."""
        return self.value if self.source is None else values.get(self.source)


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A line that can be chosen by its key."""

    name: str
    key: str
    text: Texts
    target: str
    sets: tuple[Assign, ...] = ()
    when: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The keys that lead about, and their lines in each language; an empty key is switched off."""

    back: str
    home: str
    repeat: str
    more: str
    onward: str
    tail: Mapping[str, str]  # "\n0 Retour\n00 Accueil", and the line of `repeat`
    repeat_line: Mapping[str, str]
    more_line: Mapping[str, str]
    letters: Mapping[str, str]  # that the beginning of a name may be typed
    onward_line: Mapping[str, str]

    @property
    def leading(self) -> frozenset[str]:
        """Back and home, as far as they are on."""
        return frozenset({self.back, self.home} - {""})

    @property
    def own(self) -> frozenset[str]:
        """The keys that are understood on every screen of the flow, as far as they are on."""
        return frozenset({self.back, self.home, self.repeat} - {""})


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume:
    """How a dropped call of a flow may go on: within how many minutes, and whether by SMS.

    `nodes` are its screens with a word of their own: `never`, or `call` (not by SMS). While `private` holds
    nothing of it goes out as an SMS.
    """

    minutes: int
    sms: bool
    nodes: Mapping[str, str]
    private: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A flow and all that it calls. `phrases` are the engine's own words."""

    flow: str
    version: str
    start: str
    nodes: "Mapping[str, Node]"
    phrases: Mapping[str, Texts]
    languages: Languages
    tongues: Mapping[str, Mapping[str, str]]  # flow -> language -> the one that it is spoken in
    resume: Mapping[str, Resume] = field(default_factory=dict)  # flow -> how it goes on, if it does
    sensitivity: Mapping[str, Sensitivity] = field(default_factory=dict)  # variable -> not public

    def speaks(self, language: Any) -> str:
        """The code to speak for a wish: itself when declared, else its fallback."""
        wish = language if isinstance(language, str) else None
        return self.languages.chain(wish)[0]

    def spoken(self, state: State) -> str:
        """The language that the flow under way speaks: the caller's, or its fallback as a whole."""
        return self.tongues[flow_of(state.node)][state.language]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One node of a flow. Each kind is one file of `kinds/`."""

    kind: ClassVar[str]
    name: str  # flow.node
    place: str  # file:line:column

    def enter(self, plan: Plan, state: State) -> Step | None:
        """Come here: a step for the outside, or None when `state.node` has moved on."""
        raise NotImplementedError

    def answered(self, plan: Plan, state: State, result: Mapping[str, Any]) -> Step | None:
        """The deed that this node asked for was done; the same answer as `enter`."""
        return self.enter(plan, state)

    def exits(self) -> Iterator[Exit]:
        """Every way out, for the checks."""
        raise NotImplementedError

    def lengths(self, language: str, limit: int = NARROW) -> Iterator[int]:
        """Size of each screen of fixed layout, with hint, keys and the longest data.

        In septets, or in units where the language is spoken in UCS-2.
        """
        return iter(())


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen(Node):
    """A node that waits for the person."""

    keys: Keys
    hint: Mapping[str, str]  # language -> "Réponse inconnue.\n"
    sensitivity: Sensitivity = Sensitivity.PUBLIC  # of what is typed here

    def enter(self, plan: Plan, state: State) -> Step | None:
        """Show it."""
        return self.draw(plan, state)

    def draw(self, plan: Plan, state: State) -> Step:
        """The screen as it is now, `state.shown` set; no lookup is made again."""
        raise NotImplementedError

    def key(self, state: State, typed: str) -> str:
        """What was typed, as a key of this screen."""
        return read_key(typed)

    def take(self, plan: Plan, state: State, typed: str) -> Move | Ask:
        """Understand what was typed; changes nothing when it is invalid. An `Ask` waits for its deed."""
        raise NotImplementedError

    def room(self, language: str) -> int:
        """Septets or units that hint and keys take in the worst case."""
        return len(self.hint[language]) + len(self.keys.tail[language])

    def hint_size(self, language: str, alphabet: Alphabet) -> int:
        """Septets or units of the hint. One that is in no such alphabet is of a flow to be read again."""
        hint = self.hint[language]
        return alphabet.size(hint) if alphabet.holds(hint) else len(hint)

    def show(self, state: State, body: str) -> Show:
        """The body between the hint, after a miss, and the keys; back and home when there is a way."""
        tail = (self.keys.tail if state.history else self.keys.repeat_line)[state.language]
        hint = self.hint[state.language] if state.misses else ""
        return shown(state, f"{hint}{body}{tail}")


def shown(state: State, text: str, *, ends: bool = False) -> Show:
    """A finished screen with what became of the turn."""
    if ends:
        outcome = Outcome.ENDED
    elif state.misses:
        outcome = Outcome.INVALID
    elif state.led:
        outcome = Outcome(state.led)
    else:
        outcome = Outcome.ANSWERED if state.step else Outcome.SHOWN
    return Show(state=state, text=text, ends=ends, node=state.node, outcome=outcome)
