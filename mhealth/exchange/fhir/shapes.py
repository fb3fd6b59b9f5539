"""That JSON has the shape that R4 gives a Questionnaire, as far as it is read here: looked at first."""

from collections.abc import Iterator
from typing import Any

from mhealth.exchange.forms.form import UnreadableForm

_LISTS = frozenset(
    {
        "item", "extension", "modifierExtension", "enableWhen", "answerOption", "initial",
        "contained", "include", "concept", "contains", "coding",
    }
)  # fmt: skip
_OBJECTS = frozenset({"compose", "expansion"})
_TEXTS = frozenset(
    {
        "resourceType", "url", "version", "name", "title", "linkId", "type", "text", "prefix",
        "question", "operator", "enableBehavior", "answerValueSet", "code", "display", "system",
        "language",
    }
)  # fmt: skip
_FLAGS = frozenset({"required", "repeats", "readOnly", "initialSelected"})
_WHOLES = frozenset({"maxLength"})
_VALUES = {"Boolean": bool, "Integer": int, "Decimal": (int, float), "String": str, "Code": str,
           "Date": str, "Uri": str, "Canonical": str, "DateTime": str, "Time": str, "Coding": dict,
           "CodeableConcept": dict, "Quantity": dict, "Reference": dict, "Expression": dict}  # fmt: skip
_ELSEWHERE = frozenset(["code"])
"""Texts that are lists of codings in some elements: of an item, and of the whole."""
_NAMES = {
    bool: "true or false",
    int: "a whole number",
    (int, float): "a number",
    str: "a text",
    dict: "an object",
}


def check_shapes(resource: Any) -> None:
    """Raises UnreadableForm for the first element that is of another kind than R4's."""
    for problem in _problems(resource, ""):
        raise UnreadableForm(f"not a Questionnaire of FHIR R4: {problem}")


def _problems(part: Any, path: str) -> Iterator[str]:
    if isinstance(part, list):
        for index, each in enumerate(part):
            yield from _problems(each, f"{path}[{index}]")
    elif isinstance(part, dict):
        for key, value in part.items():
            place = f"{path}.{key}" if path else key
            must = _must(key, value)
            if must:
                yield f"{place} must be {must}"
            else:
                yield from _problems(value, place)


def _must(key: str, value: Any) -> str:
    """What a value must be and is not; empty when it is."""
    if key in _LISTS:
        is_right = isinstance(value, list) and all(isinstance(each, dict) for each in value)
        return "" if is_right else "a list of objects"
    if key in _OBJECTS or key.startswith("_"):
        return "" if isinstance(value, dict) else "an object"
    if key in _ELSEWHERE and isinstance(value, list):
        return ""
    if key in _TEXTS:
        is_narrative = key == "text" and isinstance(value, dict)
        return "" if is_narrative else _of(str, value)
    if key in _FLAGS:
        return _of(bool, value)
    if key in _WHOLES:
        return _of(int, value)
    for prefix in ("value", "answer"):
        kind = _VALUES.get(key.removeprefix(prefix)) if key.startswith(prefix) else None
        if kind is not None:
            return _of(kind, value)
    return ""


def _of(kind: Any, value: Any) -> str:
    is_right = isinstance(value, kind) and not (kind is not bool and isinstance(value, bool))
    return "" if is_right else _NAMES[kind]
