"""Structured conditions: all, any, not, and one comparison; a plain tree that can be drawn or exported.

Meaning as FHIR `enableWhen`: a comparison with a variable that is not set is false, whatever it compares.
Not set means: never set, or empty.
"""

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Values = Mapping[str, Any]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda value, than: _is_number(value) and compare(value, than)


OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": _ordered(operator.lt),
    "le": _ordered(operator.le),
    "gt": _ordered(operator.gt),
    "ge": _ordered(operator.ge),
    "in": lambda value, among: value in among,
}
ORDERING = frozenset({"lt", "le", "gt", "ge"})


def is_set(value: Any) -> bool:
    """False for what was never set and for the empty text."""
    return value is not None and value != ""


@dataclass(frozen=True, slots=True)
class Compare:
    """One variable against one literal."""

    name: str
    op: str
    value: Any

    def holds(self, values: Values) -> bool:
        """True when the variable is set and compares so."""
        value = values.get(self.name)
        return is_set(value) and OPERATORS[self.op](value, self.value)


@dataclass(frozen=True, slots=True)
class IsSet:
    """Whether a variable is set."""

    name: str
    wanted: bool

    def holds(self, values: Values) -> bool:
        """True when being set is as wanted."""
        return is_set(values.get(self.name)) is self.wanted


@dataclass(frozen=True, slots=True)
class All:
    """Every one of them."""

    parts: "tuple[Condition, ...]"

    def holds(self, values: Values) -> bool:
        """True when each part holds."""
        return all(part.holds(values) for part in self.parts)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of them."""

    parts: "tuple[Condition, ...]"

    def holds(self, values: Values) -> bool:
        """True when some part holds."""
        return any(part.holds(values) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    part: "Condition"

    def holds(self, values: Values) -> bool:
        """True when the part does not hold."""
        return not self.part.holds(values)


Condition = Compare | IsSet | All | AnyOf | Not


def names_in(condition: Condition) -> Iterator[str]:
    """The variables that a condition reads."""
    match condition:
        case Compare(name=name) | IsSet(name=name):
            yield name
        case All(parts=parts) | AnyOf(parts=parts):
            for part in parts:
                yield from names_in(part)
        case Not(part=part):
            yield from names_in(part)
