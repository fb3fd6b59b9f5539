"""Reads single fields of a protocol file; each mistake is a ContentError at its line and column."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from mhealth.content.yaml_file import YamlFile

Word = TypeVar("Word", bound=StrEnum)
Part = Mapping[str, Any]


def known_keys(file: YamlFile, part: Part, needed: str, optional: str = "") -> None:
    """Refuse keys that are none, and say which are missing. Both lists are words with spaces."""
    allowed = needed.split() + optional.split()
    for key in part:
        if key not in allowed:
            raise file.error(f"unknown key {key!r}", part, key, "known: " + ", ".join(allowed))
    for key in needed.split():
        if key not in part:
            raise file.error(f"`{key}:` is missing", part)


def mapping(file: YamlFile, part: Any, key: Any) -> Part:
    """The mapping under a key or index. Raises ContentError when it is none or empty."""
    value = part[key]
    if not isinstance(value, Mapping) or not value:
        raise file.error(f"{_named(key)} must be a mapping with something in it", part, key)
    return value


def items(file: YamlFile, part: Any, key: Any) -> Sequence[Any]:
    """The list under a key or index. Raises ContentError when it is none or empty."""
    value = part[key]
    if not isinstance(value, list) or not value:
        raise file.error(f"{_named(key)} must be a list with something in it", part, key)
    return value


def text(file: YamlFile, part: Any, key: Any) -> str:
    """The text under a key or index, trimmed. Raises ContentError when it is none or empty."""
    value = part[key]
    if not isinstance(value, str) or not value.strip():
        raise file.error(f"{_named(key)} must be a text that is not empty", part, key)
    return " ".join(value.split())


def optional_text(file: YamlFile, part: Part, key: str) -> str:
    """As `text`, and an absent key is an empty text."""
    return text(file, part, key) if key in part else ""


def flag(file: YamlFile, part: Part, key: str) -> bool:
    """True or false under a key."""
    if not isinstance(part[key], bool):
        raise file.error(f"`{key}:` is true or false", part, key)
    return bool(part[key])


def number(file: YamlFile, part: Part, key: str) -> int:
    """A whole number of at least 0 under a key."""
    value = part[key]
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise file.error(f"`{key}:` is a whole number, not less than 0", part, key)
    return int(value)


def word(file: YamlFile, part: Any, key: Any, words: type[Word]) -> Word:
    """One of a closed list of words under a key or index."""
    try:
        return words(part[key])
    except ValueError:
        hint = "one of " + ", ".join(words)
        raise file.error(f"unknown word {part[key]!r}", part, key, hint) from None


def _named(key: Any) -> str:
    return f"`{key}:`" if isinstance(key, str) else f"item {key + 1}"
