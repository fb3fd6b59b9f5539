"""Every place where a node reads a variable: in its texts, its conditions, its arguments, its copies."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from enum import Enum
from typing import Any

from mhealth.ussd.condition import Condition, names_in
from mhealth.ussd.plan import Assign, Node
from mhealth.ussd.proofs.ways import Path, case_path, cases_of, parts_of
from mhealth.ussd.text import Template, Texts


class Use(Enum):
    """What a variable is read for. Only a text needs it to be set: a condition knows "not set"."""

    SHOWN = "shown"
    ASKED = "asked"
    HANDED_ON = "handed on"


@dataclass(frozen=True, slots=True)
class Read:
    """One variable read at one place; only where `when` holds."""

    name: str
    use: Use
    path: Path
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Spoken:
    """One text of a node, in all languages, and where it is written below the node."""

    path: Path
    texts: Texts
    when: Condition | None = None

    @property
    def names(self) -> frozenset[str]:
        """The variables that it shows in any language."""
        return frozenset(name for template in self.texts.values() for name in template.names)


def texts_of(node: Node) -> Iterator[Spoken]:
    """Everything that a node says, its options too."""
    for field in fields(node):
        value = getattr(node, field.name)
        if is_texts(value):
            yield Spoken((field.name,), value)
    for path, part in parts_of(node):
        yield Spoken((*path, "text"), part.text, part.when)


def is_texts(value: Any) -> bool:
    """True for a text in all languages."""
    return (
        isinstance(value, Mapping)
        and bool(value)
        and all(isinstance(template, Template) for template in value.values())
    )


def reads_of(node: Node) -> Iterator[Read]:
    """Everything that a node reads, once a place."""
    for spoken in texts_of(node):
        for name in sorted(spoken.names):
            yield Read(name, Use.SHOWN, spoken.path, spoken.when)
    for path, part in parts_of(node):
        yield from _condition(part.when, (*path, "when"))
        yield from _copies(getattr(part, "sets", ()), (*path, "set"), part.when)
    for number, case in enumerate(cases_of(node)):
        when = getattr(case, "when", None)
        path = case_path(number, case)
        yield from _condition(when, (*path, "when"))
        yield from _copies(getattr(case, "sets", ()), (*path, "set"), when)
    yield from _copies(getattr(node, "args", ()), ("args",))
    yield from _copies(getattr(node, "sets", ()), ("set",))
    source = getattr(node, "source", None)
    if isinstance(source, str) and node.kind == "signs":
        yield Read(source, Use.ASKED, ("source",))


def _condition(condition: Condition | None, path: Path) -> Iterator[Read]:
    for name in dict.fromkeys(names_in(condition)) if condition is not None else ():
        yield Read(name, Use.ASKED, path)


def _copies(assigns: Any, path: Path, when: Condition | None = None) -> Iterator[Read]:
    for assign in assigns:
        if isinstance(assign, Assign) and assign.source is not None:
            yield Read(assign.source, Use.HANDED_ON, (*path, assign.name), when)
