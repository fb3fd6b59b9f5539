"""Proves that each case of a branch can be taken, and each option shown, by trying what matters.

A condition can tell apart only the literals that it names, the numbers beside them, any other word, and a
variable that is not set: trying each of these for each variable is exact. Where that would be more than
`MOST` tries, nothing is said.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from math import prod
from typing import Any

from mhealth.ussd.condition import All, AnyOf, Compare, Condition, Not, names_in
from mhealth.ussd.plan import Node
from mhealth.ussd.proofs.proving import Proving
from mhealth.ussd.proofs.ways import cases_of, parts_of

MOST = 20_000
OTHER = "\x00 any other word"


def prove_cases(proving: Proving) -> None:
    """Note each case that is never taken, and each option that is never shown."""
    for node in proving.nodes.values():
        _branch(proving, node)
        for path, part in parts_of(node):
            if part.when is not None and not _is_ever(part.when):
                proving.note("option-never-shown", proving.place(node, (*path, "when")),
                             f"option `{part.name}` is never shown: its `when` cannot hold")  # fmt: skip


def _branch(proving: Proving, node: Node) -> None:
    cases = cases_of(node)
    whens: list[Condition] = []
    for case in cases:
        when = getattr(case, "when", None)
        if when is None:
            return
        whens.append(when)
        if _is_taken(whens):
            continue
        place = proving.place(node, ("cases", len(whens) - 1, "when"))
        if not _is_ever(when):
            proving.note("case-never-taken", place, "this condition cannot hold",
                         "correct it, or remove the case")  # fmt: skip
        else:
            proving.note("case-never-taken", place, "the cases before it cover this one",
                         "move it up, narrow the ones before it, or remove it")  # fmt: skip


def _is_ever(when: Condition) -> bool:
    return _is_taken([when])


def _is_taken(whens: Sequence[Condition]) -> bool:
    """Whether the last can hold while none before it does; True when that is too much to try."""
    *before, last = whens
    domains = {name: _domain(name, whens) for when in whens for name in names_in(when)}
    if prod(map(len, domains.values())) > MOST:
        return True
    for values in product(*domains.values()):
        world = dict(zip(domains, values, strict=True))
        if last.holds(world) and not any(when.holds(world) for when in before):
            return True
    return False


def _domain(name: str, whens: Iterable[Condition]) -> list[Any]:
    """What a variable can be, as far as these conditions tell it apart."""
    named = {(type(v), v): v for when in whens for v in _literals(when, name)}
    numbers = sorted({v for v in named.values() if _is_number(v)})
    beside = [n + step for n in numbers for step in (-0.5, 0.5)]
    return [None, OTHER, *named.values(), *beside]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _literals(condition: Condition, name: str) -> Iterator[Any]:
    match condition:
        case Compare(name=own, value=value) if own == name:
            yield from value if isinstance(value, tuple) else (value,)
        case All(parts=parts) | AnyOf(parts=parts):
            for part in parts:
                yield from _literals(part, name)
        case Not(part=part):
            yield from _literals(part, name)
