"""Conditions in words: of a protocol's rule by the labels of its signs, of a flow by its variables."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mhealth.triage import protocol as triage
from mhealth.ussd.condition import AnyOf, Compare, IsSet, Not
from mhealth.ussd.condition import Condition as FlowCondition

_SIGNS = {"eq": "=", "ne": "≠", "lt": "<", "le": "≤", "gt": ">", "ge": "≥", "in": "∈"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Joiners:
    """The small words of a reader's language; the command line speaks English."""

    both: str = "and"
    either: str = "or"
    at_least: str = "at least {n} of"
    denied: str = "not"
    known: str = "{name} is known"
    unknown: str = "{name} is not known"
    yes: str = "yes"
    no: str = "no"


def rule_words(condition: triage.Condition, labels: Mapping[str, str], say: Joiners) -> str:
    """`Fièvre and (Vomit tout or Ne boit, ne tète plus)`: every sign, however many."""
    parts = [_part(part, labels, say) for part in condition.parts]
    if condition.at_least == len(parts):
        return f" {say.both} ".join(parts)
    if condition.at_least == 1:
        return f" {say.either} ".join(parts)
    return f"{say.at_least.format(n=condition.at_least)}: {' · '.join(parts)}"


def _part(part: str | triage.Condition, labels: Mapping[str, str], say: Joiners) -> str:
    if isinstance(part, str):
        return labels[part]
    words = rule_words(part, labels, say)
    return f"({words})" if len(part.parts) > 1 else words


def flow_words(condition: FlowCondition, say: Joiners) -> str:
    """`is_worker = yes and village is known`."""
    match condition:
        case Compare(name=name, op=op, value=value):
            return f"{name} {_SIGNS[op]} {_value(value, say)}"
        case IsSet(name=name, wanted=wanted):
            return (say.known if wanted else say.unknown).format(name=name)
        case Not(part=part):
            return f"{say.denied} ({flow_words(part, say)})"
    joiner = say.either if isinstance(condition, AnyOf) else say.both
    parts = [flow_words(part, say) for part in condition.parts]
    return f" {joiner} ".join(f"({p})" if len(parts) > 1 and " " in p else p for p in parts)


def _value(value: Any, say: Joiners) -> str:
    if isinstance(value, bool):
        return say.yes if value else say.no
    if isinstance(value, list | tuple):
        return ", ".join(_value(each, say) for each in value)
    return str(value)
