"""Formulas as `enableWhen`: flat where they are flat, else over hidden items that stand for their parts."""

from collections.abc import Callable
from typing import Any

from mhealth.exchange.fhir import elements as fhir
from mhealth.exchange.fhir.elements import Json
from mhealth.exchange.fhir.formulas import (
    ALWAYS,
    EXISTS,
    NEVER,
    Answer,
    Every,
    Formula,
    No,
    Reached,
    Some,
    exists,
)

_PART = ".if"
_REACHED = ".reached"


class Enabling:
    """Makes `enableWhen` of formulas. `types` tells an item's type; `hidden` are items to stand before."""

    def __init__(self, types: Callable[[str], str], reached: Callable[[str], Formula]) -> None:
        self._types, self._reached = types, reached
        self._links: dict[Formula, str] = {}
        self._counts: dict[str, int] = {}
        self.hidden: list[Json] = []

    def enable(self, item: Json, formula: Formula) -> Json:
        """The item with its condition, hidden items that it needs noted."""
        if formula == ALWAYS:
            return item
        kind = Some if isinstance(formula, Some) else Every
        parts = formula.parts if isinstance(formula, Every | Some) else (formula,)
        own = str(item["linkId"])
        entries = [self._entry(self._atom(part, own)) for part in parts]
        enabled: Json = {}
        for key, value in item.items():
            if key in (
                "required",
                "repeats",
                "readOnly",
                "maxLength",
                "answerOption",
                "initial",
                "item",
            ):
                self._put(enabled, entries, kind)
            enabled[key] = value
        self._put(enabled, entries, kind)
        return enabled

    def _put(self, enabled: Json, entries: list[Json], kind: type) -> None:
        if "enableWhen" not in enabled:
            enabled["enableWhen"] = entries
            if len(entries) > 1:
                enabled["enableBehavior"] = "any" if kind is Some else "all"

    def _atom(self, part: Formula, own: str) -> Answer:
        """A part as one comparison."""
        match part:
            case Answer():
                return part
            case No(part=inner):
                return exists(self._link(inner, own), False)
            case _:
                return exists(self._link(part, own))

    def _link(self, formula: Formula, own: str) -> str:
        """The hidden item that has an answer just when the formula holds."""
        if formula in self._links:
            return self._links[formula]
        if isinstance(formula, Reached):
            link, holds = f"{formula.node}{_REACHED}", self._reached(formula.node)
        else:
            base = own.split(_PART)[0]
            self._counts[base] = self._counts.get(base, 0) + 1
            link, holds = f"{base}{_PART}{self._counts[base]}", formula
        self._links[formula] = link
        item: Json = {
            "linkId": link,
            "extension": [{"url": fhir.HIDDEN, "valueBoolean": True}],
            "text": f"{link} holds",
            "type": "boolean",
            "readOnly": True,
            "initial": [{"valueBoolean": True}],
        }
        made = self.enable(item, holds)
        self.hidden.append(made)
        return link

    def _entry(self, answer: Answer) -> Json:
        entry: Json = {"question": answer.link, "operator": answer.op}
        if answer.op == EXISTS:
            return {**entry, "answerBoolean": answer.value}
        return {**entry, **self._value(answer.link, answer.value)}

    def _value(self, link: str, value: Any) -> Json:
        type_ = self._types(link)
        if type_ in ("choice", "open-choice"):
            return {"answerCoding": {"code": str(value)}}
        if isinstance(value, bool):
            return {"answerBoolean": value}
        if type_ == "decimal":
            return {"answerDecimal": value}
        if isinstance(value, int):
            return {"answerInteger": value}
        if type_ == "date":
            return {"answerDate": str(value)}
        return {"answerString": str(value)}


def can_hold(formula: Formula) -> bool:
    """False for what no answers can bring about."""
    return formula != NEVER
