"""Texts with `{variables}`: folded and taken apart once, then filled so that none can overflow."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any

from mhealth.domain.gsm7 import BASIC, EXTENDED, fold, is_gsm7, septets

_ONE_LINE = re.compile(f"[{re.escape(BASIC.replace(chr(10), '').replace(chr(13), ''))}]*")
_NO_ESCAPES = re.compile(f"[{re.escape(BASIC)}]*")
_NAME = re.compile(r"[a-z][a-z0-9_]*")


class BadText(ValueError):
    """A text that cannot be used; `str()` says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a variable and the septets kept for it."""

    name: str
    longest: int


@dataclass(frozen=True, slots=True)
class Template:
    """A text in GSM-7, taken apart. Without slots it is filled at no cost."""

    parts: tuple[str | Slot, ...]
    plain: str | None = None

    def fill(self, values: Mapping[str, Any]) -> str:
        """The text with each value on one line, folded, and cut to the room kept for it."""
        if self.plain is not None:
            return self.plain
        return "".join(
            part if isinstance(part, str) else say(values.get(part.name), part.longest)
            for part in self.parts
        )

    @property
    def names(self) -> frozenset[str]:
        """The variables that it shows."""
        return frozenset(part.name for part in self.parts if isinstance(part, Slot))

    @property
    def longest(self) -> int:
        """Septets with the longest values."""
        return sum(septets(part) if isinstance(part, str) else part.longest for part in self.parts)


Texts = Mapping[str, Template]
"""One text in every declared language, fallbacks taken already."""


def names_in(text: str) -> list[str]:
    """The variables that a text names. Raises BadText."""
    return [name for _, name in _take_apart(text) if name is not None]


def make_template(text: str, longest: Mapping[str, int]) -> Template:
    """Take a text apart; `longest` knows every variable. Raises BadText."""
    parts: list[str | Slot] = []
    for literal, name in _take_apart(text.strip()):
        if literal:
            parts.append(_folded(literal))
        if name is not None:
            if name not in longest:
                raise BadText(f"unknown variable {{{name}}}")
            parts.append(Slot(name, longest[name]))
    if all(isinstance(part, str) for part in parts):
        return Template(tuple(parts), plain="".join(str(part) for part in parts))
    return Template(tuple(parts))


def spelled(template: Template) -> str:
    """A text as it is written, with its variables named."""
    if template.plain is not None:
        return template.plain
    return "".join(p if isinstance(p, str) else f"{{{p.name}}}" for p in template.parts)


def _take_apart(text: str) -> Iterator[tuple[str, str | None]]:
    try:
        pieces = list(Formatter().parse(text))
    except ValueError as error:
        raise BadText(f"braces do not match: {error}") from error
    for literal, name, form, conversion in pieces:
        if name is not None and (form or conversion or not _NAME.fullmatch(name)):
            raise BadText(f"{{{name}}} is no plain variable name")
        yield literal, name


def _folded(literal: str) -> str:
    text = fold(literal)
    if not is_gsm7(text):
        strange = next(c for c in text if c not in BASIC and c not in EXTENDED)
        named = unicodedata.name(strange, f"U+{ord(strange):04X}")
        raise BadText(f"a phone cannot show {strange!r} ({named}) in a screen of 160 characters")
    return text


def say(value: Any, longest: int) -> str:
    """A value as a screen shows it: one line of GSM-7, at most `longest` septets."""
    text = value if type(value) is str else "" if value is None else str(value)
    if not _ONE_LINE.fullmatch(text):
        text = _tidied(text)
        return text if septets(text) <= longest else cut(text, longest)
    return text if len(text) <= longest else cut(text, longest)


def _tidied(text: str) -> str:
    """Fold; line breaks to spaces, invisible marks away, what no phone shows to `?`."""
    return "".join(_tidied_one(c) for c in fold(text))


def _tidied_one(char: str) -> str:
    if char.isspace():
        return " "
    if char in BASIC or char in EXTENDED:
        return char
    return "" if unicodedata.category(char) in ("Cc", "Cf", "Mn") else "?"


def cut(text: str, longest: int) -> str:
    """The beginning of a GSM-7 text, with `...` where it was cut."""
    if septets(text) <= longest:
        return text
    return text[: reach(text, max(longest - 3, 0))].rstrip() + "..."[:longest]


def reach(text: str, room: int) -> int:
    """How many characters of a GSM-7 text fit into so many septets."""
    if len(text) * 2 <= room or _NO_ESCAPES.fullmatch(text):
        return min(len(text), room)
    filled = 0
    for count, char in enumerate(text):
        filled += 2 if char in EXTENDED else 1
        if filled > room:
            return count
    return len(text)
