"""Finds where a turn would go on and on without a screen: in a circle, or over too many nodes.

A walk over what a call can pass in silence, calls and returns matched, and home leading to where the call
began.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from mhealth.ussd.kinds.call import Call
from mhealth.ussd.picking import Picking
from mhealth.ussd.plan import HOME, RETURN, Node
from mhealth.ussd.state import MAX_HOPS

Stop = tuple[str, tuple[str, ...], str]
"""The flow that the call began with, where each flow under way returns to, and the node."""
Edges = dict[Stop, list[Stop]]

MOST_STOPS = 50_000
"""Beyond, nothing is said."""
MOST_DEPTH = 20
"""Flows that call each other in a circle are a fault of their own; here the walk just stops."""


@dataclass(frozen=True, slots=True)
class Silences:
    """`loops`: the nodes on a circle. `long`: those from which a turn passes more than `MAX_HOPS` nodes,
    and how many; looked for where there is no loop.
    """

    loops: list[str]
    long: Mapping[str, int]


def find_silences(nodes: Mapping[str, Node], begins: Mapping[str, str]) -> Silences:
    """`begins`: the flows that calls begin with, and their starts."""
    edges = _silent_edges(nodes, begins)
    loops = _loops(edges)
    return Silences(loops, {} if loops else _long(edges))


def _loops(edges: Edges) -> list[str]:
    while True:  # what is left at last leads to a circle and comes from one
        comes = {after for to in edges.values() for after in to}
        kept = {
            stop: [after for after in to if after in edges]
            for stop, to in edges.items()
            if stop in comes and any(after in edges for after in to)
        }
        if len(kept) == len(edges):
            return list(dict.fromkeys(name for _, _, name in kept))
        edges = kept


def _long(edges: Edges) -> dict[str, int]:
    led_to = {after for to in edges.values() for after in to}
    found: dict[str, int] = {}
    for stop in edges.keys() - led_to:
        hops, at = 0, {stop}
        while at:
            hops, at = hops + 1, {after for each in at for after in edges.get(each, ())}
        if hops > MAX_HOPS:
            found[stop[2]] = max(hops, found.get(stop[2], 0))
    return found


def _silent_edges(nodes: Mapping[str, Node], begins: Mapping[str, str]) -> Edges:
    """From each stop that can be passed in silence, to all that it leads to so."""
    waiting: list[Stop] = [(flow, (), start) for flow, start in begins.items()]
    seen = set(waiting)
    edges: Edges = {}
    while waiting and len(seen) < MOST_STOPS:
        stop = waiting.pop()
        node = nodes.get(stop[2])
        if node is None or len(stop[1]) > MOST_DEPTH:
            continue
        silent = [_target(stop, node, target, begins) for target in _passes(node)]
        if silent:
            edges[stop] = silent
        for after in (*silent, *_waits(stop, node, begins)):
            if after not in seen:
                seen.add(after)
                waiting.append(after)
    return edges if len(seen) < MOST_STOPS else {}


def _passes(node: Node) -> Iterator[str]:
    """Where a node leads without a wait."""
    if isinstance(node, Call):
        yield node.start
        return
    yield from (leaving.target for leaving in node.exits() if leaving.silent)
    if isinstance(node, Picking) and node.may_be_passed_by:
        yield node.target


def _waits(stop: Stop, node: Node, begins: Mapping[str, str]) -> Iterable[Stop]:
    if isinstance(node, Call):
        return ()
    return (_target(stop, node, e.target, begins) for e in node.exits() if not e.silent)


def _target(stop: Stop, node: Node, target: str, begins: Mapping[str, str]) -> Stop:
    flow, calls, _ = stop
    if isinstance(node, Call):
        return flow, (*calls, node.target), target
    while target == RETURN and calls:
        target, calls = calls[-1], calls[:-1]
    return (flow, (), begins[flow]) if target in (HOME, RETURN) else (flow, calls, target)
