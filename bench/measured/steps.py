"""Whole dialogues with the engine, deeds answered at once, each step timed."""

import gc
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mhealth.ussd import engine
from mhealth.ussd.book import Book, SourceOption
from mhealth.ussd.engine import Ask, Show, State, Step

FACTS: Mapping[str, Any] = {
    "language": "fr", "is_worker": False, "village": "3",
    "village_name": "Agbodji", "help_number": "+229 01 91 00 00 01", "consent": "given",
    "messages_on": True,
}  # fmt: skip
SIGNS = {
    "child": [
        [SourceOption(key=f"sign_{group}_{n}", labels={"fr": f"Signe {n}"}) for n in range(5)]
        for group in range(5)
    ]
}
_ROUNDS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """What is typed, what the deeds give, and the node at which it must end."""

    typed: Sequence[str]
    ends_at: str
    results: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=lambda: FACTS)


def _options(count: int, name: str) -> list[dict[str, str]]:
    return [{"key": str(n), "label": f"{name}-Zoumé {n}"} for n in range(count)]


_OUTCOME = {
    "choose_protocol": {"protocol": "child"},
    "finish_report": {},
    "send_report": {
        "triage_class": "urgent", "referred": True, "code": "482 1937", "facility": "CS Kpéla",
        "when_text": "aujourd'hui", "help_number": "+229 01 91 00 00 01", "least_data": False,
        "advice": "Allez au centre aujourd'hui. Faites-le boire et manger souvent.",
    },
}  # fmt: skip
REPORT = Dialogue(
    typed=("1", "2", "2", "8", "0", "13", "0", "2", "0", "1"),
    ends_at="report.advice",
    results=_OUTCOME,
)
LISTS = Dialogue(
    typed=("1", "9", "9", "1", "9", "9", "ka", "0", "ag"),
    ends_at="report.village",
    facts={**FACTS, "village": "", "village_name": ""},
    results={
        "list_health_areas": {"options": _options(40, "Aire")},
        "list_villages": {"options": [*_options(30, "Agbo"), *_options(30, "Kanmè")]},
    },
)
"""Forty areas and sixty villages: pages turned, names sought by their beginning."""
LARGE = Dialogue(typed=("1", "1", "1", "0", "1"), ends_at="main.n3")
SIX_STEPS = Dialogue(typed=("1", "1", "10001", "12", "1"), ends_at="main.thanks")


def steps_of(book: Book, dialogue: Dialogue, *, with_codec: bool) -> list[float]:
    """Microseconds of each step; `with_codec` counts the state's way from and to its JSON too."""
    taken: list[float] = []
    gc.disable()
    for _ in range(_ROUNDS):
        step = _settled(book, engine.begin(book, "main", dialogue.facts, "fr"), dialogue)
        for typed in dialogue.typed:
            stored = engine.encode_state(step.state) if with_codec else b""
            began = time.perf_counter()
            state: State = engine.decode_state(stored) if with_codec else step.state
            step = _settled(book, engine.resume(book, state, typed), dialogue)
            if with_codec:
                engine.encode_state(step.state)
            taken.append((time.perf_counter() - began) * 1e6)
    gc.enable()
    assert isinstance(step, Show)
    assert step.node == dialogue.ends_at, step
    return taken


def seconds_of(work: Callable[[], object], tries: int = 5) -> float:
    """The quickest of some tries."""
    seconds = []
    for _ in range(tries):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return min(seconds)


def _settled(book: Book, step: Step, dialogue: Dialogue) -> Step:
    while isinstance(step, Ask):
        step = engine.answer(book, step.state, dialogue.results[step.deed])
    return step
