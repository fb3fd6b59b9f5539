"""Conditions of a form's items as a flow writes them: names mapped, values compared as they are stored."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from mhealth.exchange.forms.form import HAS, Item, ItemKind
from mhealth.exchange.forms.names import picked
from mhealth.ussd.condition import ORDERING, All, AnyOf, Compare, Condition, IsSet, Not, names_in


class CannotDepend(ValueError):
    """The condition names what is not asked; `str()` says it."""


def simplest(condition: Condition) -> Condition:
    """The same with groups of one opened and groups within groups of their kind joined."""
    match condition:
        case All(parts=parts) | AnyOf(parts=parts):
            kind = type(condition)
            inner = [simplest(part) for part in parts]
            flat = [
                p for part in inner for p in (part.parts if isinstance(part, kind) else (part,))
            ]
            return flat[0] if len(flat) == 1 else kind(tuple(flat))
        case Not(part=Not(part=part)):
            return simplest(part)
        case Not(part=IsSet(name=name, wanted=wanted)):
            return IsSet(name, not wanted)
        case Not(part=part):
            return Not(simplest(part))
        case _:
            return condition


def written(
    condition: Condition, items: Mapping[str, Item], names: Mapping[str, str]
) -> dict[str, Any]:
    """As the mapping that stands in a flow. Raises CannotDepend for an item that is not asked."""
    for name in names_in(condition):
        if name not in names:
            raise CannotDepend(f"it depends on `{name}`, which is not asked")
    return _written(simplest(condition), items, names)


def _written(
    condition: Condition, items: Mapping[str, Item], names: Mapping[str, str]
) -> dict[str, Any]:
    match condition:
        case All(parts=parts) | AnyOf(parts=parts):
            word = "all" if isinstance(condition, All) else "any"
            if not parts:
                raise CannotDepend("its condition is always the same")
            return {word: [_written(part, items, names) for part in parts]}
        case Not(part=part):
            return {"not": _written(part, items, names)}
        case IsSet(name=name, wanted=wanted):
            if name in items and items[name].kind is ItemKind.CHOICES:
                return _any_picked(items[name], names, wanted=wanted)
            return {"var": names[name], "is_set": wanted}
        case Compare(name=name, op="has", value=value) if picked(name, value) in names:
            return {"var": names[picked(name, value)], "eq": True}
        case Compare(name=name, op=op, value=value):
            return _comparison(items.get(name), names[name], op, value)


def _any_picked(item: Item, names: Mapping[str, str], *, wanted: bool) -> dict[str, Any]:
    """Whether one of several choices was made: to pick none is no answer, as in a form."""
    picks = [{"var": names[picked(item.name, c.value)], "eq": True} for c in item.choices]
    some = {"any": picks} if len(picks) > 1 else picks[0]
    return some if wanted else {"not": some}


def _comparison(item: Item | None, name: str, op: str, value: Any) -> dict[str, Any]:
    if op == HAS:
        if item is not None and item.kind is ItemKind.CHOICES:
            raise CannotDepend(f"it depends on the choice `{value}`, which there is not")
        return {"var": name, "eq": str(value)}
    if item is not None and item.kind is ItemKind.CHOICES:
        raise CannotDepend("it compares several choices with one value; ask with selected(…)")
    value = stored(item, value)
    if op in ORDERING and (isinstance(value, str | bool)):
        raise CannotDepend(f"it orders by {value!r}, which is no number")
    return {"var": name, op: value}


def stored(item: Item | None, value: Any) -> Any:
    """A value as the flow's variable holds it: words of choices and texts are words, also `'1'`."""
    if isinstance(value, date):
        return value.isoformat()
    if item is None or isinstance(value, bool):
        return value
    if item.kind is ItemKind.NUMBER:
        return _number(value)
    if item.kind is ItemKind.CHOICE and not isinstance(value, str):
        kinds = {type(choice.value) for choice in item.choices}
        return value if type(value) in kinds else str(value)
    return str(value) if item.kind in (ItemKind.CHOICE, ItemKind.TEXT, ItemKind.DATE) else value


def _number(value: Any) -> Any:
    try:
        number = float(value)
    except (TypeError, ValueError) as error:
        raise CannotDepend(f"it compares a number with {value!r}") from error
    return int(number) if number == int(number) else number
