"""All flows as one map that a call walks: each node once for each way in which its flow was called."""

from collections.abc import Iterator

from mhealth.ussd.kinds.call import Call
from mhealth.ussd.plan import HOME, RETURN, Node
from mhealth.ussd.proofs.proving import Proving
from mhealth.ussd.proofs.ways import Way

Place = tuple[tuple[str, ...], str]
"""Where each flow under way returns to, and the node."""

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
