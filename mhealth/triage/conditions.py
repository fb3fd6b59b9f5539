"""Reads the condition of a rule: `any`, `all`, or `at_least` a number `of`, nested as one likes."""

from collections.abc import Container, Mapping
from typing import Any

from mhealth.content.yaml_file import YamlFile
from mhealth.triage import fields
from mhealth.triage.protocol import Condition

KEYS = ("any", "all", "at_least", "of", "not")
_FORMS = "write any: [...], all: [...] or at_least: 2 with of: [...]"


def read_condition(file: YamlFile, part: fields.Part, signs: Container[str]) -> Condition:
    """The condition that stands in a mapping, beside other keys. Raises ContentError."""
    if "not" in part:
        hint = "a sign more must never lower the class; write the rule for the signs that are there"
        raise file.error("`not:` is refused", part, "not", hint)
    match [key for key in KEYS if key in part]:
        case ["any"]:
            return Condition(at_least=1, parts=_parts(file, part, "any", signs))
        case ["all"]:
            parts = _parts(file, part, "all", signs)
            return Condition(at_least=len(parts), parts=parts)
        case ["at_least", "of"]:
            return _counted(file, part, signs)
    raise file.error("a condition has exactly one form", part, None, _FORMS)


def _counted(file: YamlFile, part: fields.Part, signs: Container[str]) -> Condition:
    parts = _parts(file, part, "of", signs)
    at_least = fields.number(file, part, "at_least")
    if not 1 <= at_least <= len(parts):
        raise file.error(f"at_least is 1 to {len(parts)} here", part, "at_least")
    return Condition(at_least=at_least, parts=parts)


def _parts(
    file: YamlFile, part: fields.Part, key: str, signs: Container[str]
) -> tuple[str | Condition, ...]:
    listed = fields.items(file, part, key)
    for index, item in enumerate(listed):
        if item in listed[:index]:
            raise file.error(f"{item!r} stands here twice", listed, index)
    return tuple(_part(file, listed, index, signs) for index in range(len(listed)))


def _part(file: YamlFile, listed: Any, index: int, signs: Container[str]) -> str | Condition:
    item = listed[index]
    if isinstance(item, Mapping):
        fields.known_keys(file, item, "", " ".join(KEYS))
        return read_condition(file, item, signs)
    if not isinstance(item, str) or item not in signs:
        raise file.error(f"unknown sign {item!r}", listed, index, "signs stand under `signs:`")
    return str(item)
