"""Looks at all flows as a graph: what cannot be reached, what cannot be left, what never waits."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Any, ClassVar

from mhealth.ussd.deeds import Deed
from mhealth.ussd.faults import Fault, Faults, Severity
from mhealth.ussd.kinds.call import Call
from mhealth.ussd.kinds.choose import Choose
from mhealth.ussd.kinds.deed import DeedNode
from mhealth.ussd.kinds.end import End
from mhealth.ussd.kinds.pin import Pin
from mhealth.ussd.plan import HOME, RETURN, Exit, Node, flow_of, short
from mhealth.ussd.reader import NO_DEED
from mhealth.ussd.silences import find_silences
from mhealth.ussd.state import MAX_HOPS

Edges = Mapping[str, Iterable[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken(Node):
    """Stands for a node that could not be read, so that what it leads to is not called unreachable."""

    kind: ClassVar[str] = "broken"
    targets: tuple[str, ...]

    def exits(self) -> Iterator[Exit]:
        """All that looks like a target; none of them silent."""
        return (Exit(target, silent=False) for target in self.targets)


@dataclass(frozen=True)
class Graph:
    """All nodes of all flows, and where each flow begins. Who calls whom is found out once."""

    nodes: Mapping[str, Node]
    starts: Mapping[str, str]
    main: str
    is_whole: bool = True  # False: the file of some flow could not be read

    @cached_property
    def calls(self) -> list[Call]:
        """Every place where a flow calls another."""
        return [node for node in self.nodes.values() if isinstance(node, Call)]

    @cached_property
    def _callers(self) -> dict[str, list[Call]]:
        """Per flow, the places that call it."""
        callers: dict[str, list[Call]] = {}
        for call in self.calls:
            callers.setdefault(call.flow, []).append(call)
        return callers

    @cached_property
    def _callees(self) -> dict[str, set[str]]:
        """Per flow, itself and all that it calls, directly or not."""
        edges: dict[str, set[str]] = {name: set() for name in self.starts}
        for call in self.calls:
            if call.flow in self.starts:
                edges.setdefault(flow_of(call.name), set()).add(call.flow)
        return {name: {name, *_reached(edges, [name])} for name in edges}

    def check(self, faults: Faults) -> None:
        """Note everything that is wrong with the graph."""
        self._unreachable(faults)
        self._no_way_out(faults)
        self._never_waits(faults)
        self._circular_calls(faults)
        if self.is_whole:
            self._never_called(faults)
        self._open_without_pin(faults)

    def callees(self, flow: str) -> set[str]:
        """A flow and all that it calls, directly or not."""
        return self._callees.get(flow, {flow})

    def _unreachable(self, faults: Faults) -> None:
        edges = {name: [self._meant(e.target) for e in node.exits()]
                 for name, node in self.nodes.items()}  # fmt: skip
        reached = {*self.starts.values(), *_reached(edges, self.starts.values())}
        for name, node in self.nodes.items():
            if name not in reached and self.starts[flow_of(name)] in self.nodes:
                faults.note(Fault(node.place, f"nothing leads to `{short(name)}`",
                                  "let an option or a `next` name it, or remove it",
                                  rule="unreachable"))  # fmt: skip

    def _meant(self, target: str) -> str:
        """A target, or the node whose name it misspells: that one is not unreachable, too."""
        if target in self.nodes or target in (HOME, RETURN):
            return target
        own = [name for name in self.nodes if flow_of(name) == flow_of(target)]
        return next(iter(get_close_matches(target, own, n=1)), target)

    def _edges(self) -> dict[str, list[str]]:
        """Where each node can lead to in the end, `home` and `return` resolved."""
        homes = self._homes()
        return {
            name: [
                target
                for leaving in node.exits()
                for target in self._resolved(flow_of(name), leaving.target, homes)
            ]
            for name, node in self.nodes.items()
        }

    def _entries(self) -> list[str]:
        """The flows that a call can begin with: those that no other calls."""
        called = {call.flow for call in self.calls}
        return [flow for flow in self.starts if flow not in called]

    def _homes(self) -> dict[str, list[str]]:
        """Per flow, the starts of the flows that a call can have begun with."""
        entries = self._entries()
        return {
            flow: [self.starts[e] for e in entries if flow in self.callees(e)]
            or [self.starts[flow]]
            for flow in self.starts
        }

    def _resolved(self, flow: str, target: str, homes: Mapping[str, list[str]]) -> list[str]:
        if target == HOME:
            return homes[flow]
        if target != RETURN:
            return [target]
        returns = [
            resolved
            for call in self._callers.get(flow, ())
            if call.target != RETURN
            for resolved in self._resolved(flow_of(call.name), call.target, homes)
        ]
        if not returns and flow != self.main:
            return [f"{flow}.{RETURN}"]  # whoever will call it
        return returns or homes[flow]

    def _no_way_out(self, faults: Faults) -> None:
        edges = self._edges()
        backwards: dict[str, list[str]] = {}
        for name, targets in edges.items():
            for target in targets:
                backwards.setdefault(target, []).append(name)
        ends = [
            name
            for name, node in self.nodes.items()
            if isinstance(node, End | Broken) or not self.nodes.keys() >= set(edges[name])
        ]
        leave = {*ends, *_reached(backwards, ends)}
        for name, node in self.nodes.items():
            if name not in leave:
                faults.note(Fault(node.place, f"no way out: no `end` can be reached from `{short(name)}`",
                                  "let some way lead to an `end`, to `home` or to `return`",
                                  rule="no-way-out"))  # fmt: skip

    def _never_waits(self, faults: Faults) -> None:
        begins = {flow: self.starts[flow] for flow in self._entries()}
        silences = find_silences(self.nodes, begins)
        for name in silences.loops:
            faults.note(Fault(self.nodes[name].place, f"`{short(name)}` can loop without a wait",
                              "put a screen into the loop", rule="silent-loop"))  # fmt: skip
        for name, hops in silences.long.items():
            faults.note(Fault(self.nodes[name].place, f"from `{short(name)}` on, a turn can pass {hops}"
                              " nodes without a wait", f"put a screen between: {MAX_HOPS} are passed",
                              rule="silent-loop"))  # fmt: skip

    def _circular_calls(self, faults: Faults) -> None:
        for call in self.calls:
            if call.flow in self.starts and flow_of(call.name) in self.callees(call.flow):
                faults.note(Fault(call.place, f"flow `{call.flow}` calls back into this one",
                                  "use `return` or `home`", rule="circular-call"))  # fmt: skip

    def _open_without_pin(self, faults: Faults) -> None:
        """Patients' data need a PIN on every way there."""
        for name in self.without_pin():
            if _deed_of(self.nodes[name]).needs_pin:
                faults.note(Fault(self.nodes[name].place, f"`{short(name)}` needs the PIN",
                                  "let every way there pass `{kind: call, flow: pin, next: …}`",
                                  rule="shown-without-pin"))  # fmt: skip

    def without_pin(self) -> set[str]:
        """The nodes that a call can come to with no PIN given; a call leads on only by its flow's return."""
        gates = {
            n for n, node in self.nodes.items() if isinstance(node, Pin) or _deed_of(node).tells_pin
        }
        edges = self._edges()
        edges |= {call.name: [call.start] for call in self.calls}
        ways = {name: [t for t in to if t not in gates] for name, to in edges.items()}
        starts = [start for start in [self.starts.get(self.main, "")] if start not in gates]
        return {*starts, *_reached(ways, starts)} & self.nodes.keys()

    def _never_called(self, faults: Faults) -> None:
        for flow in self.starts.keys() - self.callees(self.main):
            if self.main in self.starts and self.starts[flow] in self.nodes:
                faults.note(Fault(self.nodes[self.starts[flow]].place, f"no call comes to `{flow}`",
                                  "add a `call` to it in a flow that callers come to",
                                  Severity.WARNING, rule="never-called"))  # fmt: skip


def _deed_of(node: Node) -> Deed:
    return node.deed if isinstance(node, DeedNode | Choose) else NO_DEED


def scan_targets(part: Any) -> Iterator[str]:
    """All that looks like a target below a part that could not be read."""
    if isinstance(part, Mapping):
        for key, value in part.items():
            if key in ("next", "empty", "otherwise") and isinstance(value, str):
                yield str(value)
            yield from scan_targets(value)
    elif isinstance(part, list):
        for value in part:
            yield from scan_targets(value)


def _reached(edges: Edges, begin: Iterable[str]) -> set[str]:
    """All that can be reached by one step or more."""
    reached: set[str] = set()
    waiting = list(begin)
    while waiting:
        for target in edges.get(waiting.pop(), ()):
            if target not in reached:
                reached.add(target)
                waiting.append(target)
    return reached
