"""Reads conditions from YAML: `{var: age, lt: 60}`, `all:`, `any:`, `not:`."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from mhealth.ussd.condition import (
    OPERATORS,
    ORDERING,
    All,
    AnyOf,
    Compare,
    Condition,
    IsSet,
    Not,
)

NEVER = AnyOf(())
"""What stands for a condition that could not be read."""
GROUPS: Mapping[str, Callable[[tuple[Condition, ...]], Condition]] = {"all": All, "any": AnyOf}


class NoteFault(Protocol):
    """Notes a mistake at a key of a part."""

    def __call__(self, problem: str, part: Any = None, key: Any = None, *, hint: str = "") -> None:
        """Note it."""


def read_condition(
    parent: Any, at: Any, known: Callable[[str, Any, Any], str], fault: NoteFault
) -> Condition:
    """The condition at `parent[at]`; `known` checks a variable's name at its place."""
    part = parent[at]
    if not isinstance(part, Mapping) or not part:
        fault("a condition must be a mapping", parent, at, hint="{var: name, eq: value}")
        return NEVER
    if "var" in part:
        return _comparison(part, known, fault)
    word = next(iter(part))
    if len(part) > 1 or word not in (*GROUPS, "not"):
        fault(f"unknown condition `{word}`", part, word,
              hint="one of all, any, not, or var with an operator")  # fmt: skip
        return NEVER
    if word == "not":
        return Not(read_condition(part, word, known, fault))
    inner = part[word]
    if not isinstance(inner, list) or not inner:
        fault(f"`{word}` must be a list of conditions", part, word)
        return NEVER
    return GROUPS[word](
        tuple(read_condition(inner, index, known, fault) for index in range(len(inner)))
    )


def _comparison(
    part: Mapping[str, Any], known: Callable[[str, Any, Any], str], fault: NoteFault
) -> Condition:
    name = known(str(part["var"]), part, "var")
    words = [key for key in part if key != "var"]
    if len(words) != 1 or words[0] not in (*OPERATORS, "is_set"):
        operators = ", ".join((*OPERATORS, "is_set"))
        fault("a comparison has one operator", part, words[0] if words else "var",
              hint=f"one of {operators}")  # fmt: skip
        return NEVER
    op = words[0]
    problem, hint = _wrong_value(op, part[op])
    if problem:
        fault(problem, part, op, hint=hint)
        return NEVER
    if op == "is_set":
        return IsSet(name, bool(part[op]))
    return Compare(name, op, plain(part[op]))


def _wrong_value(op: str, value: Any) -> tuple[str, str]:
    if op == "is_set":
        return ("", "") if isinstance(value, bool) else ("`is_set` is true or false", "")
    if op == "in":
        return ("", "") if isinstance(value, list) and value else ("`in` needs a list", "[a, b]")
    if op in ORDERING and (not isinstance(value, int | float) or isinstance(value, bool)):
        return f"`{op}` compares numbers", "use eq or in for words"
    if not isinstance(value, str | int | float) or value == "":
        return f"`{op}` needs a word, a number, true or false", "for empty use `is_set: false`"
    return "", ""


def plain(value: Any) -> Any:
    """A YAML scalar as a plain Python value; a list as a tuple."""
    if isinstance(value, list):
        return tuple(plain(each) for each in value)
    for kind in (bool, int, float, str):
        if isinstance(value, kind):
            return kind(value)
    return None
