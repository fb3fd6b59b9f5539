"""Proves that a variable is set on every way to the place where a text shows it.

A walk over all flows as a caller can take them, calls and returns matched: for each node, what is set on
every way there and what on some. A condition on the way tells too: behind `is_set`, or any comparison that
holds, the variable is set. A text that may show an empty variable is a warning, one that always does an
error; a condition or an argument may meet what is not set, but not what nothing ever sets.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from mhealth.ussd.condition import All, AnyOf, Compare, Condition, IsSet, Not
from mhealth.ussd.deeds import FACTS
from mhealth.ussd.kinds.several import Several
from mhealth.ussd.picking import Picking
from mhealth.ussd.plan import Assign, Node
from mhealth.ussd.proofs.places import Place, held_at, onward
from mhealth.ussd.proofs.proving import Proving
from mhealth.ussd.proofs.reads import Read, Use, reads_of
from mhealth.ussd.proofs.ways import Way, given_by, ways_of

MAY_BE_EMPTY = frozenset({"language", "village", "village_name", "help_number", "consent"})
"""Facts that somebody's call begins without."""
EMPTY_FROM_A_DEED = frozenset({"help_number"})
"""Given by a deed, and still empty when nobody has a phone."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is set on `every` way to a place, and on `some` way."""

    every: frozenset[str]
    some: frozenset[str]

    def joined(self, other: "Known") -> "Known":
        """Both ways lead here."""
        return Known(self.every & other.every, self.some | other.some)


def prove_known(proving: Proving) -> None:
    """Note each variable that is read where it may not be set."""
    begin = Known(frozenset(FACTS) - MAY_BE_EMPTY, frozenset(FACTS))
    at = held_at(proving, begin, partial(_onward, proving))
    by_node: dict[str, list[Known]] = {}
    for (_, name), known in at.items():
        by_node.setdefault(name, []).append(known)
    for name, found in by_node.items():
        node = proving.nodes.get(name)
        if node is not None:
            for read in reads_of(node):
                _judge(proving, node, read, found)


def _judge(proving: Proving, node: Node, read: Read, found: list[Known]) -> None:
    entered = [_within(node, known, read) for known in found]
    if not any(read.name in known.some for known in entered):
        proving.note("read-before-set", proving.place(node, read.path),
                     f"{{{read.name}}} is {read.use.value} here, and no way here sets it before",
                     "set it on the way here, or name the variable that is")  # fmt: skip
    elif read.use is Use.SHOWN and not all(read.name in known.every for known in entered):
        proving.note("may-be-unset", proving.place(node, read.path),
                     f"{{{read.name}}} is shown here, and on some way here it is not set",
                     f"ask {{var: {read.name}, is_set: true}} in a branch before")  # fmt: skip


def _within(node: Node, known: Known, read: Read) -> Known:
    """What is known at a place within a node: a case knows its condition, `set` what a deed gave."""
    if read.when is not None:
        known = _given(known, frozenset(_sure(read.when, True)))
    if read.path[0] == "set":
        known = _given(known, frozenset().union(*(way.gives for way in ways_of(node))))
    return known


def _onward(proving: Proving, place: Place, known: Known) -> Iterator[tuple[Place, Known]]:
    node = proving.graph.nodes.get(place[1])
    if node is None:
        return
    if node.name not in proving.nodes:  # it could not be read: whatever it may set counts as set
        known = Known(_everything(proving), _everything(proving))
    for way, after in onward(proving, place):
        if after is not None:
            yield after, _passed(known, node, way)


def _everything(proving: Proving) -> frozenset[str]:
    nodes = proving.graph.nodes.values()
    return frozenset(read.name for node in nodes for read in reads_of(node))


def _passed(known: Known, node: Node, way: Way) -> Known:
    if isinstance(node, Picking):  # a fresh sheet is laid before anything is answered
        known = _given(known, frozenset(given_by(node)))
    if way.when is not None:
        known = _given(known, frozenset(_sure(way.when, True)))
    for condition in way.unless:
        known = _given(known, frozenset(_sure(condition, False)))
    maybe = way.gives & EMPTY_FROM_A_DEED
    if isinstance(node, Several):
        maybe |= node.unsure_into
    known = Known((known.every | way.gives) - maybe, known.some | way.gives)
    for assign in way.sets:
        known = _assigned(known, assign)
    return known


def _given(known: Known, names: frozenset[str]) -> Known:
    return Known(known.every | names, known.some | names)


def _assigned(known: Known, assign: Assign) -> Known:
    name = frozenset((assign.name,))
    if assign.source is not None:
        every, some = assign.source in known.every, assign.source in known.some
    else:
        every = some = assign.value is not None and assign.value != ""
    return Known(
        known.every | name if every else known.every - name,
        known.some | name if some else known.some - name,
    )


def _sure(condition: Condition, holds: bool) -> Iterator[str]:
    """The variables that are surely set when a condition holds, or when it does not."""
    match condition:
        case Compare(name=name) if holds:
            yield name
        case IsSet(name=name, wanted=wanted) if wanted is holds:
            yield name
        case All(parts=parts) if holds:
            for part in parts:
                yield from _sure(part, True)
        case AnyOf(parts=parts) if not holds:
            for part in parts:
                yield from _sure(part, False)
        case AnyOf(parts=parts) if parts:
            yield from set.intersection(*(set(_sure(part, True)) for part in parts))
        case All(parts=parts) if parts:
            yield from set.intersection(*(set(_sure(part, False)) for part in parts))
        case Not(part=part):
            yield from _sure(part, not holds)
