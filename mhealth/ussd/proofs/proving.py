"""What every proof is given: the nodes as compiled, the files as written, and where to note a fault."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from mhealth.content.yaml_file import YamlFile
from mhealth.domain.language import Languages
from mhealth.ussd.compiling import Compiled
from mhealth.ussd.faults import Fault, Faults, Severity
from mhealth.ussd.flow_file import FlowFile
from mhealth.ussd.graph import Broken, Graph
from mhealth.ussd.plan import Node, flow_of, short
from mhealth.ussd.proofs.catalogue import RULES
from mhealth.ussd.proofs.names import NO_NAMES, Names
from mhealth.ussd.proofs.ways import Path, Way, ways_of
from mhealth.ussd.source import Sources

MOST_LINES = 200
"""So many lines the last node of a file is taken to have."""


@dataclass(frozen=True)
class Proving:
    """One run of the proofs. `names` are the longest of the directory, when it could be asked."""

    compiled: Compiled
    languages: Languages
    sources: Sources
    names: Names = NO_NAMES
    session_seconds: int = 180
    faults: Faults = field(default_factory=Faults)
    _ways: dict[str, list[Way]] = field(default_factory=dict)

    @property
    def graph(self) -> Graph:
        """All nodes of all flows."""
        return self.compiled.graph

    @cached_property
    def nodes(self) -> dict[str, Node]:
        """The nodes that nothing is wrong with so far: a fault must not drag another along."""
        wrong = _lines(self.compiled.faults.errors)
        return {
            name: node
            for name, node in self.graph.nodes.items()
            if not isinstance(node, Broken) and not (wrong and wrong & self._extent(node))
        }

    def ways_of(self, node: Node) -> list[Way]:
        """All ways out of a node, found once; of one that could not be read, all that looks like one."""
        if node.name not in self._ways:
            self._ways[node.name] = (
                [Way(target=leaving.target, waits=True) for leaving in node.exits()]
                if isinstance(node, Broken)
                else ways_of(node)
            )
        return self._ways[node.name]

    def _extent(self, node: Node) -> set[tuple[str, int]]:
        """The lines that a node is written on, down to the next one."""
        name, line = _line_of(node.place)
        begun = sorted(at for file, at in self._begun if file == name and at > line)
        return {(name, number) for number in range(line, begun[0] if begun else line + MOST_LINES)}

    @cached_property
    def _begun(self) -> set[tuple[str, int]]:
        return {_line_of(node.place) for node in self.graph.nodes.values()}

    def _flow(self, node: Node) -> FlowFile | None:
        return self.compiled.flows.get(flow_of(node.name))

    def place(self, node: Node, path: Path = ()) -> str:
        """`file:line:column` of a part of a node; of as much of the path as is written."""
        flow = self._flow(node)
        if flow is None or not path:
            return node.place
        return place_in(flow.file, flow.nodes.get(short(node.name)), path) or node.place

    def place_of_flow(self, flow: str, key: str = "start") -> str:
        """Where a key of a flow's header stands; of the first line when it is not written."""
        return self.compiled.flows[flow].file.place(None, key)

    def place_of_text(self, node: Node, path: Path, code: str) -> str:
        """Where a text is written in a language; where its original is, when it is not translated."""
        flow = self._flow(node)
        translation = flow.translations.get(code) if flow else None
        if translation is None:
            return self.place(node, path)
        written = tuple(map(str, path[:-1] if len(path) > 1 and path[-1] == "text" else path))
        found = translation.find((short(node.name), *written))
        return translation.file.place(*found) if found else self.place(node, path)

    def note(
        self,
        rule: str,
        place: str,
        problem: str,
        hint: str = "",
        severity: Severity | None = None,
    ) -> None:
        """Note a fault; as grave as its rule, unless said otherwise."""
        known = RULES[rule]
        self.faults.note(
            Fault(place, problem, hint or known.mend, severity or known.severity, rule=rule)
        )


def place_in(file: YamlFile, part: Any, path: Path) -> str:
    """The place of the last step of a path that is written; empty when not even the first is."""
    place = ""
    for step in path:
        is_entry = isinstance(part, list) and isinstance(step, int) and step < len(part)
        if not is_entry and not (isinstance(part, Mapping) and step in part):
            break
        place, part = file.place(part, step), part[step]
    return place


def _lines(faults: list[Fault]) -> set[tuple[str, int]]:
    return {_line_of(fault.place) for fault in faults}


def _line_of(place: str) -> tuple[str, int]:
    name, line, _ = place.rsplit(":", 2)
    return name, int(line)
