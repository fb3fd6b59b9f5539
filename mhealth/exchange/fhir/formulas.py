"""What must have been answered for an item to be asked: a formula over answers, and its `enableWhen`.

`enableWhen` is one list of comparisons, joined by `all` or by `any`. What is nested deeper is said by
hidden items that are answered from the start: such an item has an answer just when it is enabled.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

EXISTS = "exists"
_OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


@dataclass(frozen=True, slots=True)
class Answer:
    """A comparison of an item's answer. `many`: it may have several, and one of them is enough."""

    link: str
    op: str
    value: Any
    many: bool = False


@dataclass(frozen=True, slots=True)
class Reached:
    """That a node is come to."""

    node: str


@dataclass(frozen=True, slots=True)
class Every:
    """All of them; always, when there is none."""

    parts: "tuple[Formula, ...]"


@dataclass(frozen=True, slots=True)
class Some:
    """One of them; never, when there is none."""

    parts: "tuple[Formula, ...]"


@dataclass(frozen=True, slots=True)
class No:
    """The opposite."""

    part: "Formula"


Formula = Answer | Reached | Every | Some | No
ALWAYS, NEVER = Every(()), Some(())


def exists(link: str, wanted: bool = True) -> Answer:
    """That an item has an answer, or has none."""
    return Answer(link, EXISTS, wanted)


def every(parts: Iterable[Formula]) -> Formula:
    """All of them, as short as can be."""
    return _joined(Every, Some, parts)


def some(parts: Iterable[Formula]) -> Formula:
    """One of them, as short as can be."""
    return _joined(Some, Every, parts)


def _joined(
    kind: type[Every] | type[Some], other: type[Every] | type[Some], parts: Iterable[Formula]
) -> Formula:
    flat: dict[Formula, None] = {}
    for part in parts:
        for each in part.parts if isinstance(part, kind) else (part,):
            if each == other(()):
                return other(())
            flat[each] = None
    # `a or (a and b)` is a
    kept = [
        each
        for each in flat
        if not (isinstance(each, other) and any(each is not p and p in each.parts for p in flat))
    ]
    if any(no(each) in flat for each in kept if isinstance(each, Reached | No)):
        return other(())
    return kept[0] if len(kept) == 1 else kind(tuple(kept))


def no(formula: Formula) -> Formula:
    """The opposite, its `not` brought down to the comparisons.

    Of an unanswered item no comparison holds, so the opposite of one holds also when there is no answer.
    """
    match formula:
        case No(part=part):
            return part
        case Every(parts=parts):
            return some(no(part) for part in parts)
        case Some(parts=parts):
            return every(no(part) for part in parts)
        case Answer(link=link, op=op, value=value, many=many):
            if op == EXISTS:
                return Answer(link, EXISTS, not value)
            if many:
                return No(formula)
            return Some((exists(link, False), Answer(link, _OPPOSITE[op], value)))
        case Reached():
            return No(formula)
