"""All flows as one map that a call walks: each node once for each way in which its flow was called."""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, Self, TypeVar

from mhealth.ussd.kinds.call import Call
from mhealth.ussd.plan import HOME, RETURN, Node
from mhealth.ussd.proofs.proving import Proving
from mhealth.ussd.proofs.ways import Way

Place = tuple[tuple[str, ...], str]
"""Where each flow under way returns to, and the node."""

MOST_PLACES = 50_000
"""Nodes times ways to call them; beyond, nothing is said."""
MOST_DEPTH = 20
"""Flows that call each other in a circle are a fault of their own; here the walk just stops."""


def begins(proving: Proving) -> list[Place]:
    """Where calls begin: the start of each flow that no other calls."""
    called = {call.flow for call in proving.graph.calls}
    return [((), start) for flow, start in proving.graph.starts.items() if flow not in called]


def onward(proving: Proving, place: Place) -> Iterator[tuple[Way, Place | None]]:
    """Each way out of a place and where it leads; None for home, where only facts are known."""
    calls, name = place
    node = proving.graph.nodes.get(name)
    if node is None or len(calls) > MOST_DEPTH:
        return
    for way in proving.ways_of(node):
        yield way, _target(calls, node, way)


def _target(calls: tuple[str, ...], node: Node, way: Way) -> Place | None:
    if isinstance(node, Call):
        return (*calls, node.target), node.start
    target = way.target
    while target == RETURN and calls:
        target, calls = calls[-1], calls[:-1]
    return None if target in (HOME, RETURN) else (calls, target)


class Joined(Protocol):
    """What holds at a place, by all ways there."""

    def joined(self, other: Self) -> Self:
        """Both ways lead here."""


Held = TypeVar("Held", bound=Joined)
Pass = Callable[[Place, Held], Iterable[tuple[Place, Held]]]
"""What holds behind a place, given what holds before it."""


def held_at(proving: Proving, begin: Held, passed: "Pass[Held]") -> dict[Place, Held]:
    """What holds at each place that a call comes to, from what holds as it begins; until nothing changes."""
    at = dict.fromkeys(begins(proving), begin)
    waiting = list(at)
    while waiting and len(at) < MOST_PLACES:
        place = waiting.pop()
        for after, held in passed(place, at[place]):
            joined = at[after].joined(held) if after in at else held
            if at.get(after) != joined:
                at[after] = joined
                waiting.append(after)
    return at if len(at) < MOST_PLACES else {}
