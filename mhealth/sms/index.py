"""The list of all SMS: reads `sms_templates/templates.yaml`, what each is for and what may fill it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from mhealth.content.library import Library
from mhealth.content.yaml_file import YamlFile, read_yaml
from mhealth.domain.alphabet import Alphabet
from mhealth.domain.errors import ContentError
from mhealth.domain.message import Lane

_INDEX = "sms_templates/templates.yaml"
_ENTRY = {"lane", "repeat_safe", "least_data", "max_segments", "max_segments_ucs2", "values"}
_LEAST_MAX = len("...") + 1  # a cut value still shows a character


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One SMS whatever its language: how it is sent and the values that fill it."""

    name: str
    lane: Lane
    repeat_safe: bool
    values: tuple[str, ...]
    least_data: bool = False
    max_segments: int = 1
    max_segments_ucs2: int = 1

    def most_segments(self, alphabet: Alphabet) -> int:
        """What the SMS may cost in a language of that alphabet."""
        return self.max_segments if alphabet is Alphabet.GSM7 else self.max_segments_ucs2


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """All entries; `limits` gives the most septets of each value, `never_say` words by language."""

    entries: Mapping[str, Entry]
    limits: Mapping[str, int]
    never_say: Mapping[str, tuple[str, ...]]


def read_index(library: Library) -> Index:
    """Raises ContentError at the first fault, with file, line and column."""
    try:
        file = read_yaml(library.find(_INDEX))
    except FileNotFoundError:
        raise ContentError(f"{_INDEX}:1:1", "the list of all SMS is missing") from None
    _refuse_unknown(file, file.data, {"values", "templates", "never_say"})
    values = _mapping(file, file.data, "values")
    limits = {name: _limit(file, values, name) for name in values}
    private = {name for name, row in values.items() if row.get("consent_only") is True}
    rows = _mapping(file, file.data, "templates")
    entries = {name: _entry(file, rows, name, limits, private) for name in rows}
    words = file.data.get("never_say", {})
    never_say = {code: tuple(str(word) for word in words[code]) for code in words}
    return Index(entries=entries, limits=limits, never_say=never_say)


def _limit(file: YamlFile, values: Mapping[str, Any], name: str) -> int:
    row = _mapping(file, values, name)
    _refuse_unknown(file, row, {"max", "consent_only"})
    most = row.get("max")
    if not _is_count(most, least=_LEAST_MAX):
        raise file.error(f"{name} needs max, a number from {_LEAST_MAX} on", values, name)
    return most


def _entry(
    file: YamlFile,
    rows: Mapping[str, Any],
    name: str,
    limits: Mapping[str, int],
    private: set[str],
) -> Entry:
    row = _mapping(file, rows, name)
    _refuse_unknown(file, row, _ENTRY)
    if row.get("lane") not in list(Lane):
        raise file.error(f"{name} needs a lane", row, "lane", hint=", ".join(Lane))
    if not isinstance(row.get("repeat_safe"), bool):
        raise file.error(f"{name} needs repeat_safe, true or false", row, "repeat_safe")
    segments = _segments(file, row, "max_segments", 1)
    least_data = row.get("least_data") is True
    return Entry(
        name=name,
        lane=Lane(row["lane"]),
        repeat_safe=row["repeat_safe"],
        values=_values(file, row, limits, private if least_data else set()),
        least_data=least_data,
        max_segments=segments,
        max_segments_ucs2=_segments(file, row, "max_segments_ucs2", segments),
    )


def _segments(file: YamlFile, row: Mapping[str, Any], key: str, unsaid: int) -> int:
    segments = row.get(key, unsaid)
    if not _is_count(segments):
        raise file.error(f"{key} is a number from 1 on", row, key)
    return segments


def _values(
    file: YamlFile, row: Mapping[str, Any], limits: Mapping[str, int], left_out: set[str]
) -> tuple[str, ...]:
    values = row.get("values")
    if not isinstance(values, list):
        raise file.error("needs values, a list (perhaps empty)", row, "values")
    for value in values:
        if value not in limits:
            raise file.error(f"unknown value {value!r}", row, "values")
        if value in left_out:
            raise file.error(f"{value} needs consent: not in a least-data text", row, "values")
    return tuple(str(value) for value in values)


def _mapping(file: YamlFile, part: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = part.get(key)
    if not isinstance(found, Mapping):
        raise file.error(f"{key} must be a mapping", part, key)
    return found


def _refuse_unknown(file: YamlFile, part: Mapping[str, Any], known: set[str]) -> None:
    for key in part:
        if key not in known:
            raise file.error(f"unknown key {key!r}", part, key, hint=", ".join(sorted(known)))


def _is_count(value: object, least: int = 1) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least
