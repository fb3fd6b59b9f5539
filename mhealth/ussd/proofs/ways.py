"""Every way out of a node with all that happens on it: what is set, what holds, whether anybody waits.

Found from what a node is made of (options, cases, routes, `into`, a deed), whatever its kind.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from mhealth.ussd.condition import Condition
from mhealth.ussd.deeds import Deed
from mhealth.ussd.kinds.call import Call
from mhealth.ussd.plan import Assign, Node, Option, Screen

Path = tuple[str | int, ...]
"""Where something stands below its node: `("options", "me", "text")`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way out. On it `when` holds and none of `unless`; `gives` are set, then `sets`."""

    target: str
    waits: bool
    gives: frozenset[str] = frozenset()
    sets: tuple[Assign, ...] = ()
    when: Condition | None = None
    unless: tuple[Condition, ...] = ()


def ways_of(node: Node) -> list[Way]:
    """All ways out of a node, each target with its own; nothing for an `end`."""
    if isinstance(node, Call):
        return [Way(target=node.start, waits=False, sets=node.sets)]
    silent = {leaving.target for leaving in node.exits() if leaving.silent}
    found = [way for way in _found(node) if way.target]
    covered = {way.target for way in found}
    rest = (
        Way(target=e.target, waits=not e.silent) for e in node.exits() if e.target not in covered
    )
    return [_waiting(node, way, silent) for way in (*found, *rest)]


def _waiting(node: Node, way: Way, silent: set[str]) -> Way:
    waits = isinstance(node, Screen) and way.target not in silent
    return Way(target=way.target, waits=waits, gives=way.gives, sets=way.sets, when=way.when,
               unless=way.unless)  # fmt: skip


def _found(node: Node) -> Iterator[Way]:
    always = frozenset(_of_deed(node))
    own = frozenset(given_by(node))
    sets = _assigns(getattr(node, "sets", ()))
    target = getattr(node, "target", None)
    if isinstance(target, str):
        yield Way(target=target, waits=True, gives=always | own, sets=sets)
    empty = getattr(node, "empty", None)
    if isinstance(empty, str):
        yield Way(target=empty, waits=False, gives=always, sets=sets)
    for _, option in options_of(node):
        yield Way(
            target=option.target, waits=True, gives=always, sets=option.sets, when=option.when
        )
    yield from _cases(node, always | own)


def _cases(node: Node, gives: frozenset[str]) -> Iterator[Way]:
    """Cases of a branch, each without those before it; routes of an answer give what was typed."""
    unless: list[Condition] = []
    for case in cases_of(node):
        when = getattr(case, "when", None)
        yield Way(target=case.target, waits=False, gives=gives, sets=_assigns(getattr(case, "sets", ())),
                  when=when, unless=tuple(unless))  # fmt: skip
        if when is not None:
            unless.append(when)


def _assigns(value: Any) -> tuple[Assign, ...]:
    return (
        tuple(each for each in value if isinstance(each, Assign))
        if isinstance(value, tuple)
        else ()
    )


def parts_of(node: Node) -> Iterator[tuple[Path, Any]]:
    """Named parts of a node that say something, options and the like, with where each is written."""
    for field in fields(node):
        value = getattr(node, field.name)
        if isinstance(value, Option):
            yield (field.name,), value
        elif isinstance(value, Mapping):
            for part in value.values():
                if hasattr(part, "name") and hasattr(part, "text"):
                    yield (field.name, part.name), part


def options_of(node: Node) -> Iterator[tuple[Path, Option]]:
    """Those parts that lead somewhere by a key of their own."""
    return ((path, part) for path, part in parts_of(node) if isinstance(part, Option))


def cases_of(node: Node) -> list[Any]:
    """What a node goes through in order until one fits: anything with a target that is no option."""
    found: list[Any] = []
    for field in fields(node):
        value = getattr(node, field.name)
        many = value if isinstance(value, tuple) else (value,)
        found += [c for c in many if hasattr(c, "target") and not isinstance(c, Option)]
    return found


def case_path(number: int, case: Any) -> Path:
    """Where a case is written: cases by their number, answers by their name."""
    name = getattr(case, "name", None)
    return ("cases", number) if name is None else ("answers", name)


def given_by(node: Node) -> Iterator[str]:
    """Variables that get a value when a node is answered."""
    for field in fields(node):
        value = getattr(node, field.name)
        if isinstance(value, str) and (
            field.name in ("into", "stopped") or field.name.endswith("_into")
        ):
            yield from (value,) if value else ()
    for _, part in parts_of(node):
        if getattr(part, "into", ""):
            yield part.into


def _of_deed(node: Node) -> Iterator[str]:
    deed = getattr(node, "deed", None)
    if isinstance(deed, Deed):
        yield from deed.variables
