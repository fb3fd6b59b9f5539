"""What a screen takes: answers that it must understand, and what each of them stands for."""

from collections.abc import Sequence

from mhealth.domain.alphabet import LIMITS
from mhealth.ussd import engine
from mhealth.ussd.book import Book
from mhealth.ussd.engine import Outcome, Show, State, Step
from mhealth.ussd.kinds.choose import Choose
from mhealth.ussd.kinds.number import Number
from mhealth.ussd.kinds.pin import Pin
from mhealth.ussd.picking import Picking
from mhealth.ussd.plan import Plan, Screen

MARKS = "\u200f\u200e"
PIN = "482915"
MOST_PAGES = 40
FREE = {
    "pin": [PIN, "482 915", "135790"],
    "code": ["A12", "b-7", "X"],
    "date": ["24/11/2026", "1.2.2026"],
    "phone": ["0197000001", "+2290197000001"],
    "text": ["Afi", "maison bleue"],
}
"""Answers to questions that show no keys."""
LOCAL = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def answers_to(node: Screen, state: State) -> list[str]:
    """Some of what this screen must take, its own keys first."""
    keys = list(state.shown)
    if isinstance(node, Choose):
        keys += node.options
    if isinstance(node, Picking):
        several = [a + b for a in keys[:2] for b in keys[2:3]]
        keys += ["0", *several]
    if isinstance(node, Number):
        keys += [str(node.least), str(node.most)]
    unknown = getattr(node, "unknown", None)
    if unknown is not None:
        keys.append(unknown.key)
    return keys + FREE.get(node.kind, [])


def check_screen(plan: Plan, show: Show) -> None:
    """It says something, in one alphabet, and fits what the carrier shows.

    The last words after too many slips are the platform's own, in the caller's language.
    """
    own_words = show.outcome in (Outcome.GAVE_UP, Outcome.LOST)
    language = show.state.language if own_words else plan.spoken(show.state)
    alphabet = plan.languages.by_code[language].alphabet
    assert show.text.strip()
    assert "\r" not in show.text
    assert alphabet.holds(show.text), show.text
    assert alphabet.size(show.text) <= LIMITS[show.state.limit][alphabet], show.text


def check_lines(node: Screen, show: Show) -> None:
    """Every key that can be chosen stands before its own line."""
    lines = [line.lstrip(MARKS) for line in show.text.split("\n")]
    shown = show.state.shown
    for key in shown:
        assert any(line.startswith(f"{key} ") for line in lines), (key, show.text)
    if isinstance(node, Choose):
        labels = dict(show.state.rows)
        for key, row in shown.items():
            assert any(line.startswith(f"{key} {labels[row]}") for line in lines), show.text


def has_no_keys(node: Screen) -> bool:
    """A question answered in words or figures of one's own."""
    return isinstance(node, Number | Pin) or node.kind in FREE


def not_on(node: Screen, show: Show, candidates: Sequence[str]) -> list[str]:
    """Of these keys, those that the screen does not offer."""
    if has_no_keys(node):
        return []
    offered = {*answers_to(node, show.state), *node.keys.own, node.keys.more}
    if isinstance(node, Picking):
        return [k for k in candidates if k not in offered and not set(k) <= set(show.state.shown)]
    return [key for key in candidates if key not in offered]


def pages_from(book: Book, node: Screen, show: Show) -> list[str]:
    """What the lines of this page and of all behind it stand for, found by the key for more."""
    seen = list(show.state.shown.values())
    step: Step = show
    for _ in range(MOST_PAGES):
        step = engine.resume(book, step.state, node.keys.more)
        if not isinstance(step, Show) or step.outcome is not Outcome.ANSWERED:
            return seen
        assert step.node == show.node
        seen += step.state.shown.values()
    raise AssertionError(f"more and more pages: {seen}")
