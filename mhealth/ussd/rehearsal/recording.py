"""The dialogue that is made of a call as it went: replayable anywhere, about nobody.

Its screens are not the call's: they are spoken anew from invented facts and results.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mhealth.content.phrases import Phrases
from mhealth.ussd.deeds import FACTS
from mhealth.ussd.finding import plain
from mhealth.ussd.rehearsal.dialogue_file import REDIAL, read_dialogue, write_given, write_typed
from mhealth.ussd.rehearsal.platform_file import RECORDED
from mhealth.ussd.rehearsal.replay import Replayed, Stage, replay
from mhealth.ussd.rehearsal.tape import TracedTurn, size_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One call from its first turn on, with those that went on from it. All of it is about nobody."""

    facts: Mapping[str, Any]
    flow: str
    limit: int
    turns: tuple[TracedTurn, ...]


def known_words(phrases: Phrases) -> frozenset[str]:
    """The product's own short words, in small letters without accents: they name nobody."""
    texts = (text for said in phrases.by_language.values() for text in said.values())
    return frozenset(word for text in texts for word in plain(text).split())


def write_recording(stage: Stage, trace: Trace, languages: tuple[str, ...] = ()) -> str:
    """A dialogue of a call. `languages` are named when not all are spoken.

    Should invented words lead elsewhere than the call went, a comment says from which turn on.
    """
    notes = ["A recorded call. Names, numbers, codes and free text are invented."]
    settings = [f"platform = {RECORDED}", f"limit = {trace.limit}"]
    if trace.flow != "main":
        settings.append(f"flow = {trace.flow}")
    if languages:
        settings.append(f"languages = {', '.join(languages)}")
    settings += _facts(trace.facts)
    made = _spoken(stage, notes, settings, trace)
    same = _same_turns(made, trace)
    if same < len(trace.turns):
        notes.append(
            f"From turn {same + 1} on what was invented leads elsewhere than the call went."
        )
        made = _spoken(stage, notes, settings, trace)
    return made.text


def _spoken(stage: Stage, notes: list[str], settings: list[str], trace: Trace) -> Replayed:
    head = [*(f"# {note}" for note in notes), *settings, "---"]
    return replay(stage, read_dialogue("recording", "\n".join([*head, *_body(trace), ""])))


def _facts(facts: Mapping[str, Any]) -> Iterator[str]:
    for name in FACTS:
        if name in facts and name != "several_languages":
            value = facts[name]
            word = str(value).lower() if isinstance(value, bool) else str(value or "none")
            yield f"{name} = {' '.join(word.split())}"


def _body(trace: Trace) -> Iterator[str]:
    for turn in trace.turns:
        if turn.is_redial:
            yield REDIAL
        elif turn.typed is not None:
            yield write_typed(turn.typed)
        for met in turn.met:
            if met.result:
                yield write_given(met.deed, met.result)


def _same_turns(made: Replayed, trace: Trace) -> int:
    """How many turns went as in the call: the same screen, as long, and over or not."""
    for number, turn in enumerate(trace.turns):
        if number >= len(made.steps):
            return number
        step = made.steps[number]
        if (step.node, step.ends, size_of(step.text)) != (turn.node, turn.ends, turn.size):
            return number
    return len(trace.turns)
