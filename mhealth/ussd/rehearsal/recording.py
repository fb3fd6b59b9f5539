"""A call as it went, and the dialogue that is made of it: replayable anywhere, about nobody.

The screens of the dialogue are not the call's: they are spoken anew from invented facts and results.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mhealth.domain.alphabet import Alphabet
from mhealth.ussd.deeds import FACTS
from mhealth.ussd.finding import plain, read_letters
from mhealth.ussd.rehearsal.dialogue_file import (
    REDIAL,
    Dialogue,
    read_dialogue,
    write_given,
    write_typed,
)
from mhealth.ussd.rehearsal.invention import Inventor
from mhealth.ussd.rehearsal.platform_file import RECORDED
from mhealth.ussd.rehearsal.replay import Replayed, Stage, replay
from mhealth.ussd.state import Outcome
from mhealth.ussd.typed import read_key

OFFER = "offer"
"""The kind of screen that asks whether a dropped call goes on."""
_AS_TYPED = frozenset({"menu", "choose", "signs", "message", "number", "date", OFFER})
"""Kinds of screen whose answers name nobody, once they were understood."""
_NOT_UNDERSTOOD = frozenset({Outcome.INVALID, Outcome.GAVE_UP})
_LED = frozenset({Outcome.BACK, Outcome.HOME})
_FEW = 3
"""So few letters and digits that were not understood name nobody."""
_TRIES = 12


@dataclass(frozen=True, slots=True)
class Met:
    """A deed that a turn asked for, and what it gave."""

    deed: str
    result: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedTurn:
    """One turn as it went. `typed` is None when a call begins; a PIN is in none.

    `asked` is the kind of screen that was answered, `node` the one that came, `led` a key that leads about.
    """

    typed: str | None
    asked: str
    met: tuple[Met, ...]
    node: str
    outcome: str
    led: str
    text: str
    ends: bool
    is_redial: bool = False  # the call dropped, and the caller dialled again


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One call from its first turn on, with those that went on from it."""

    facts: Mapping[str, Any]
    flow: str
    limit: int
    turns: tuple[TracedTurn, ...]


def write_recording(stage: Stage, trace: Trace, languages: tuple[str, ...] = ()) -> str:
    """A dialogue of a call, without anything about a person. `languages` are named when not all are spoken.

    Should invented words lead elsewhere than the call went, a comment says from which turn on.
    """
    best, length = "", -1
    for _ in range(_TRIES):
        made = _invent(stage, trace, languages)
        same = _same_turns(made, trace)
        if same > length:
            best, length = made.text, same
        if same == len(trace.turns):
            return best
    head, dashes, body = best.partition("---\n")
    note = f"# From turn {length + 1} on what was invented leads elsewhere than the call went.\n"
    return f"{head}{note}{dashes}{body}"


def _invent(stage: Stage, trace: Trace, languages: tuple[str, ...]) -> Replayed:
    inventor = Inventor(_known_words(stage))
    head = ["# A recorded call. Names, numbers, codes and free text are invented."]
    head += [f"platform = {RECORDED}"]
    if trace.flow != "main":
        head.append(f"flow = {trace.flow}")
    head.append(f"limit = {trace.limit}")
    if languages:
        head.append(f"languages = {', '.join(languages)}")
    head += _facts(inventor, trace.facts)
    text = "\n".join([*head, "---", *_body(inventor, trace), ""])
    dialogue: Dialogue = read_dialogue("recording", text)
    return replay(stage, dialogue)


def _facts(inventor: Inventor, facts: Mapping[str, Any]) -> Iterator[str]:
    for name in FACTS:
        if name in facts and name != "several_languages":
            value = inventor.value(name, facts[name])
            word = str(value).lower() if isinstance(value, bool) else str(value or "none")
            yield f"{name} = {' '.join(word.split())}"


def _body(inventor: Inventor, trace: Trace) -> Iterator[str]:
    labels: list[str] = []
    for turn in trace.turns:
        if turn.is_redial:
            yield REDIAL
        elif turn.typed is not None:
            yield write_typed(_typed(inventor, turn, labels))
        for met in turn.met:
            labels += [str(row["label"]) for row in met.result.get("options") or ()]
            if met.result:
                yield write_given(met.deed, inventor.result(met.result))


def _typed(inventor: Inventor, turn: TracedTurn, labels: list[str]) -> str:
    typed = turn.typed or ""
    is_understood = turn.outcome not in _NOT_UNDERSTOOD
    is_short = len(plain(typed).replace(" ", "")) <= _FEW
    if turn.asked == "pin" or turn.led:
        return typed
    if turn.asked in _AS_TYPED and (is_understood or is_short):
        is_sought = turn.asked == "choose" and read_letters(typed) and not _is_key(typed)
        return inventor.beginning(typed, labels) if is_sought else typed
    if turn.asked == "phone":
        return inventor.phone(typed)
    return inventor.code(typed) if turn.asked == "code" else inventor.all_of(typed)


def _is_key(typed: str) -> bool:
    return read_key(typed).isdecimal()


def _known_words(stage: Stage) -> frozenset[str]:
    texts = (text for said in stage.phrases.by_language.values() for text in said.values())
    return frozenset(word for text in texts for word in plain(text).split())


def _same_turns(made: Replayed, trace: Trace) -> int:
    """How many turns went as in the call: the same screen, as long, and over or not."""
    for number, turn in enumerate(trace.turns):
        if number >= len(made.steps):
            return number
        step = made.steps[number]
        if (step.node, step.ends, _size(step.text)) != (turn.node, turn.ends, _size(turn.text)):
            return number
    return len(trace.turns)


def _size(text: str) -> int:
    alphabet = Alphabet.GSM7 if Alphabet.GSM7.holds(text) else Alphabet.UCS2
    return alphabet.size(text)
