"""Which variables exist, and how long each may get: from facts, deeds, nodes and the flow's header."""

from collections.abc import Iterator, Mapping
from typing import Any

from mhealth.domain.gsm7 import fold, is_gsm7, septets
from mhealth.ussd.deeds import DEEDS, FACTS, KEY, NAME
from mhealth.ussd.faults import Faults
from mhealth.ussd.flow_file import FlowFile

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
    """What a node's deed and its `into` set."""
    if not isinstance(node, Mapping):
        return
    deed = DEEDS.get(str(node.get("deed", node.get("from"))))
    if deed is not None:
        yield from deed.variables.items()
    if "into" in node:
        yield str(node["into"]), _largest(node) if "max" in node else KEY
    if "label_into" in node:
        yield str(node["label_into"]), deed.options if deed is not None else NAME
    if "stopped" in node:
        yield str(node["stopped"]), BOOLEAN


def _largest(node: Mapping[str, Any]) -> int:
    most, times = node.get("max"), node.get("times", 1)
    if isinstance(most, int) and isinstance(times, int):
        return len(str(most * times))
    return KEY


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
