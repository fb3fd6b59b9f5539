"""Which variables exist, and how long each may get: from facts, deeds, nodes and the flow's header."""

from collections.abc import Iterator, Mapping
from typing import Any

from mhealth.domain.gsm7 import fold, is_gsm7, septets
from mhealth.ussd.deeds import DEEDS, FACTS, KEY, NAME
from mhealth.ussd.faults import Faults
from mhealth.ussd.flow_file import FlowFile
from mhealth.ussd.kinds import KINDS
from mhealth.ussd.sensitivity import Sensitivity, highest

BOOLEAN = len("False")
MOST = 600
"""No variable is given more septets than that."""


def known_variables(flows: Mapping[str, FlowFile]) -> dict[str, int]:
    """Every variable that a fact, a deed in use or a node of any flow sets -> its longest text."""
    longest = dict(FACTS)
    copies: list[tuple[str, str]] = []
    for flow in flows.values():
        for node in flow.nodes.values():
            for name, size in _given(node):
                longest[name] = max(size, longest.get(name, 0))
            for name, value in _sets(node):
                if isinstance(value, str) and value.startswith("{"):
                    copies.append((name, value.strip("{} ")))
                else:
                    longest[name] = max(_size(value), longest.get(name, 0))
    for _ in copies:  # a copy of a copy takes another round
        for name, source in copies:
            longest[name] = max(longest.get(source, 0), longest.get(name, 0))
    return longest


def with_header(flow: FlowFile, longest: Mapping[str, int], faults: Faults) -> dict[str, int]:
    """The same as one flow sees it: its `variables:` say what to keep room for."""
    header = flow.file.data.get("variables", {})
    if not isinstance(header, Mapping):
        faults.add(flow.file, "`variables` must be a mapping", None, "variables")
        return dict(longest)
    own = dict(longest)
    for name, entry in header.items():
        size = _declared(entry)
        if size is None:
            faults.add(flow.file, f"variable `{name}` must say `longest:`", header, name,
                       hint="a number of characters, or the longest text itself")  # fmt: skip
        own[str(name)] = size or own.get(str(name), NAME)
    return own


def _declared(entry: Any) -> int | None:
    if not isinstance(entry, Mapping) or set(entry) != {"longest"}:
        return None
    longest = entry["longest"]
    if isinstance(longest, str):
        folded = fold(longest)
        return septets(folded) if is_gsm7(folded) and folded else None
    is_size = isinstance(longest, int) and not isinstance(longest, bool)
    return longest if is_size and 0 < longest <= MOST else None


def _given(node: Any) -> Iterator[tuple[str, int]]:
    """What a node's deed and its answer set."""
    if not isinstance(node, Mapping):
        return
    deed = DEEDS.get(str(node.get("deed", node.get("from"))))
    if deed is not None:
        yield from deed.variables.items()
    kind = KINDS.get(str(node.get("kind")))
    for name in _answers(node):
        yield name, kind.longest(node) if kind is not None else KEY
    if "label_into" in node:
        yield str(node["label_into"]), deed.options if deed is not None else NAME
    if "stopped" in node:
        yield str(node["stopped"]), BOOLEAN


def _answers(node: Mapping[str, Any]) -> Iterator[str]:
    """The variables that get an answer, that of the node and those of its options."""
    options = node.get("options")
    for part in (node, *(options.values() if isinstance(options, Mapping) else ())):
        if isinstance(part, Mapping) and "into" in part:
            yield str(part["into"])


def sensitivities(flows: Mapping[str, FlowFile]) -> dict[str, Sensitivity]:
    """Every variable that is not public, by all that may set it."""
    found: dict[str, Sensitivity] = {}
    copies: list[tuple[str, str]] = []
    for node in (node for flow in flows.values() for node in flow.nodes.values()):
        for name, level in _levels(node) if isinstance(node, Mapping) else ():
            found[name] = highest((level, found.get(name, level)))
        copies += [
            (name, value.strip("{} ")) for name, value in _sets(node) if isinstance(value, str)
        ]
    for _ in copies:
        for name, source in copies:
            if source in found:
                found[name] = highest((found[source], found.get(name, Sensitivity.PUBLIC)))
    return {name: level for name, level in found.items() if level is not Sensitivity.PUBLIC}


def _levels(node: Mapping[str, Any]) -> Iterator[tuple[str, Sensitivity]]:
    deed = DEEDS.get(str(node.get("deed", node.get("from"))))
    if deed is not None:
        yield from deed.sensitivity.items()
    kind, said = KINDS.get(str(node.get("kind"))), node.get("sensitive")
    usual = kind.sensitivity if kind is not None else Sensitivity.PUBLIC
    own = {True: Sensitivity.SENSITIVE, False: Sensitivity.PUBLIC}
    level = own.get(said, usual) if isinstance(said, bool) else usual
    labels = [str(node["label_into"])] if "label_into" in node else []
    for name in (*_answers(node), *labels):
        yield name, level


def _sets(part: Any) -> Iterator[tuple[str, Any]]:
    """All entries of every `set` below a part."""
    if isinstance(part, Mapping):
        sets = part.get("set")
        if isinstance(sets, Mapping):
            yield from ((str(name), value) for name, value in sets.items())
        for value in part.values():
            yield from _sets(value)
    elif isinstance(part, list):
        for value in part:
            yield from _sets(value)


def _size(value: Any) -> int:
    text = fold("" if value is None else str(value))
    return septets(text) if is_gsm7(text) else 2 * len(text)
