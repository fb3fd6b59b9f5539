"""`enableWhen` as a condition: the same meaning, a comparison with what is not answered being false."""

from collections.abc import Mapping
from typing import Any

from mhealth.exchange.fhir.elements import Json, value_of
from mhealth.exchange.forms.form import HAS
from mhealth.ussd.condition import All, AnyOf, Compare, Condition, IsSet

_OPERATORS = {"=": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}


class CannotEnable(ValueError):
    """A flow's conditions cannot say this; `str()` names it."""


def condition_of(item: Json, by_link: Mapping[str, Json]) -> Condition | None:
    """When an item is enabled; None: always. Raises CannotEnable."""
    written = item.get("enableWhen") or ()
    parts = tuple(_part(each, by_link) for each in written)
    if not parts:
        return None
    behavior = item.get("enableBehavior", "all")
    if len(parts) > 1 and "enableBehavior" not in item:
        raise CannotEnable("several enableWhen without enableBehavior")
    if behavior not in ("all", "any"):
        raise CannotEnable(f"enableBehavior {behavior!r}")
    if len(parts) == 1:
        return parts[0]
    return All(parts) if behavior == "all" else AnyOf(parts)


def _part(each: Any, by_link: Mapping[str, Json]) -> Condition:
    link, operator = str(each.get("question")), str(each.get("operator"))
    asked = by_link.get(link)
    if asked is None:
        raise CannotEnable(f"a condition on {link!r}, which is no linkId")
    value = value_of(each, "answer")
    if operator == "exists":
        if not isinstance(value, bool):
            raise CannotEnable("`exists` without answerBoolean")
        return IsSet(link, value)
    op = _OPERATORS.get(operator)
    if op is None:
        raise CannotEnable(f"the operator {operator!r}")
    if any(
        key in each for key in ("answerQuantity", "answerReference", "answerTime", "answerDateTime")
    ):
        raise CannotEnable("a comparison with a quantity, a reference or an hour")
    if isinstance(value, dict):
        value = value.get("code") or value.get("display")
    if value is None:
        raise CannotEnable(f"`{operator}` without an answer")
    if asked.get("repeats") is True and asked.get("type") != "group":
        if op != "eq":
            raise CannotEnable(f"`{operator}` of several choices")
        return Compare(link, HAS, str(value))
    return Compare(link, op, value)
