"""Proves of patterns that no answer keeps them busy, and that no two ways on fit the same answer."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

from mhealth.ussd.faults import Severity
from mhealth.ussd.kinds.text import Text
from mhealth.ussd.plan import Node
from mhealth.ussd.proofs.patterns.ambiguity import EXPONENTIAL, TOLERABLE, growth_of
from mhealth.ussd.proofs.patterns.automaton import (
    START,
    Automaton,
    BadPattern,
    Unprovable,
    automaton_of,
)
from mhealth.ussd.proofs.patterns.overlap import both_fit, not_covered
from mhealth.ussd.proofs.proving import Proving
from mhealth.ussd.proofs.ways import Path, cases_of

CATASTROPHIC = 4
"""From this power of the length on, a whole screen of typing takes minutes."""
_WITH_A_LETTER = automaton_of(r"(?:.|\n)*[^\W\d_](?:.|\n)*")


@dataclass(frozen=True, slots=True)
class Route:
    """One of a node's answers: what is typed for it, and what it leads to."""

    name: str
    path: Path
    words: Sequence[str]
    pattern: Automaton | None
    written: re.Pattern[str] | None
    leads: tuple[Any, ...]


def prove_answers(proving: Proving) -> None:
    """Look at every pattern of every node, and at the answers of each beside one another."""
    for node in proving.nodes.values():
        whole = [_automaton(proving, node, ("pattern",), p) for p in _own_patterns(node)]
        for pattern, written in zip(whole, _own_patterns(node), strict=True):
            _within_its_length(proving, node, pattern)
            _against_keys(proving, node, ("pattern",), pattern, written)
        routes = list(_routes(proving, node))
        for number, route in enumerate(routes):
            _against_whole(proving, node, route, whole)
            _against_keys(proving, node, (*route.path, "pattern"), route.pattern, route.written)
            _against_earlier(proving, node, route, routes[:number])


def _within_its_length(proving: Proving, node: Node, pattern: Automaton | None) -> None:
    """Note a pattern that fits nothing as short and as long as `min` and `max` want it."""
    if pattern is None or not isinstance(node, Text):
        return
    at = frozenset({START})
    for length in range(node.most + 1):
        if length >= node.least and at & pattern.accepting:
            return
        at = frozenset(step.target for state in at for step in pattern.steps[state])
    proving.note("answer-never-taken", proving.place(node, ("pattern",)),
                 f"nothing from {node.least} to {node.most} characters fits this pattern",
                 "widen `min` and `max`, or correct the pattern")  # fmt: skip


def _own_patterns(node: Node) -> Iterator[re.Pattern[str]]:
    for field in fields(node):
        value = getattr(node, field.name)
        if isinstance(value, re.Pattern):
            yield value


def _routes(proving: Proving, node: Node) -> Iterator[Route]:
    for case in cases_of(node):
        words = sorted(getattr(case, "words", ()))
        written = getattr(case, "pattern", None)
        if not words and written is None:
            continue
        path: Path = ("answers", case.name)
        pattern = _automaton(proving, node, (*path, "pattern"), written) if written else None
        yield Route(case.name, path, words, pattern, written, (case.target, case.sets))


def _automaton(
    proving: Proving, node: Node, path: Path, pattern: re.Pattern[str]
) -> Automaton | None:
    """The pattern's automaton, its faults noted; None when nothing can be proven of it."""
    place = proving.place(node, path)
    try:
        automaton = automaton_of(pattern.pattern, pattern.flags)
    except BadPattern as error:
        proving.note("bad-pattern", place, f"this pattern is none: {error}")
        return None
    except Unprovable as error:
        proving.note("unprovable-pattern", place, f"this pattern has {error}")
        return None
    growth = growth_of(automaton)
    if growth.power >= CATASTROPHIC:
        how = "doubles with each letter" if growth.power == EXPONENTIAL else "explodes"
        proving.note("catastrophic-pattern", place,
                     f"the time for this pattern {how}: try {_brief(growth.witness)}")  # fmt: skip
    elif growth.power > TOLERABLE:
        proving.note("slow-pattern", place, f"the time for this pattern grows with the power of"
                     f" {growth.power} of the answer: try {_brief(growth.witness)}")  # fmt: skip
    return automaton


def _brief(witness: str) -> str:
    return repr(witness if len(witness) <= 40 else f"{witness[:40]}…")


def _against_keys(
    proving: Proving,
    node: Node,
    path: Path,
    pattern: Automaton | None,
    written: re.Pattern[str] | None,
) -> None:
    """Warn where figures are asked for and a key of the flow is one of the answers."""
    if pattern is None or written is None or not isinstance(node, Text):
        return
    taken = [
        key
        for key in sorted(node.keys.own)
        if key == str(int(key))  # nobody answers 00
        and written.fullmatch(key)
        and node.least <= len(key) <= node.most
    ]
    if taken and both_fit(pattern, _WITH_A_LETTER) is None:
        proving.note("overlapping-answers", proving.place(node, path),
                     f"`{taken[0]}` fits this pattern, and is a key of the flow before it is an answer",
                     "ask with `number`, or give the flow other `keys:`", Severity.WARNING)  # fmt: skip


def _against_whole(
    proving: Proving, node: Node, route: Route, whole: Sequence[Automaton | None]
) -> None:
    """What the node's own pattern refuses never comes to an answer."""
    for own, written in zip(whole, _own_patterns(node), strict=True):
        fits = any(written.fullmatch(form) for word in route.words for form in _forms(word))
        if own is None or fits or (route.written is not None and route.pattern is None):
            continue
        if route.pattern is None or both_fit(own, route.pattern) is None:
            proving.note("answer-never-taken", proving.place(node, route.path),
                         f"answer `{route.name}` fits nothing that the node's `pattern` lets pass",
                         "widen the pattern, or remove the answer")  # fmt: skip


def _against_earlier(proving: Proving, node: Node, route: Route, before: Sequence[Route]) -> None:
    patterns = [
        other for other in before if other.pattern is not None and other.written is not None
    ]
    taken = {
        word: other.name
        for word in route.words
        for other in patterns
        if other.written is not None and any(other.written.fullmatch(f) for f in _forms(word))
    }
    place = proving.place(node, route.path)
    if _is_covered(route, patterns, taken):
        proving.note("answer-never-taken", place,
                     f"answer `{route.name}` is never taken: what fits it fits one before it")  # fmt: skip
        return
    for word, other in taken.items():
        proving.note("overlapping-answers", place, f"`{word}` fits answer `{other}` before this one",
                     "put the words before the pattern that takes them")  # fmt: skip
    for each in patterns:
        if route.pattern is not None and each.pattern is not None and each.leads != route.leads:
            example = both_fit(each.pattern, route.pattern)
            if example is not None:
                proving.note("overlapping-answers", place,
                             f"`{example}` fits answer `{each.name}` and this one")  # fmt: skip


def _is_covered(route: Route, patterns: Sequence[Route], taken: dict[str, str]) -> bool:
    if not patterns or any(word not in taken for word in route.words):
        return False
    if route.written is None:
        return True
    if route.pattern is None:
        return False
    return not_covered(route.pattern, [p.pattern for p in patterns if p.pattern]) is None


def _forms(word: str) -> tuple[str, ...]:
    """How a word of small letters without accents may be typed."""
    return (word, word.capitalize(), word.upper())
