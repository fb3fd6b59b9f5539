"""Texts with `{variables}`: folded and taken apart once, then filled so that none can overflow."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any

from mhealth.domain.alphabet import Alphabet
from mhealth.domain.bidi import RLM, ordered
from mhealth.domain.gsm7 import BASIC, EXTENDED
from mhealth.ussd.almanacs import decimal_point

_ONE_LINE = re.compile(f"[{re.escape(BASIC.replace(chr(10), '').replace(chr(13), ''))}]*")
_NAME = re.compile(r"[a-z][a-z0-9_]*")


class BadText(ValueError):
    """A text that cannot be used; `str()` says what is wrong with it, `rule` which fault that is."""

    def __init__(self, problem: str, rule: str = "syntax") -> None:
        super().__init__(problem)
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a variable and the septets or units kept for it."""

    name: str
    longest: int
    alphabet: Alphabet = Alphabet.GSM7
    rtl: bool = False
    language: str = "en"  # whose decimal mark is shown, looked up when a decimal is: CLDR is large

    def say(self, value: Any) -> str:
        """The value as it stands there; from right to left with its numbers in their order."""
        if type(value) is float:
            value = str(value).replace(".", decimal_point(self.language))
        said = say(value, self.longest, self.alphabet)
        if not self.rtl:
            return said
        marked = ordered(said)
        is_over = self.alphabet.size(marked) > self.longest
        return ordered(say(value, self.longest - 1, self.alphabet)) if is_over else marked


@dataclass(frozen=True, slots=True)
class Template:
    """A text in its alphabet, taken apart. Without slots it is filled at no cost."""

    parts: tuple[str | Slot, ...]
    plain: str | None = None
    alphabet: Alphabet = Alphabet.GSM7
    rtl: bool = False

    def fill(self, values: Mapping[str, Any]) -> str:
        """The text with each value on one line, folded, and cut to the room kept for it."""
        if self.plain is not None:
            return self.plain
        return "".join(
            part if isinstance(part, str) else part.say(values.get(part.name))
            for part in self.parts
        )

    @property
    def names(self) -> frozenset[str]:
        """The variables that it shows."""
        return frozenset(part.name for part in self.parts if isinstance(part, Slot))

    @property
    def longest(self) -> int:
        """Septets or units with the longest values."""
        size = self.alphabet.size
        return sum(size(part) if isinstance(part, str) else part.longest for part in self.parts)


Texts = Mapping[str, Template]
"""One text in every declared language, fallbacks taken already."""


def names_in(text: str) -> list[str]:
    """The variables that a text names. Raises BadText."""
    return [name for _, name in _take_apart(text) if name is not None]


def make_template(
    text: str,
    longest: Mapping[str, int],
    alphabet: Alphabet = Alphabet.GSM7,
    *,
    rtl: bool = False,
    language: str = "en",
) -> Template:
    """Take a text apart; `longest` knows every variable. Raises BadText.

    From right to left, a line that begins with a value gets a mark: the value may be a Latin name.
    """
    parts: list[str | Slot] = []
    for literal, name in _take_apart(text.strip()):
        if literal:
            parts.append(_folded(literal, alphabet))
        if name is not None:
            if name not in longest:
                raise BadText(f"unknown variable {{{name}}}", "unknown-variable")
            if rtl and (not literal if not parts else literal.endswith("\n")):
                parts.append(RLM)
            parts.append(Slot(name, longest[name], alphabet, rtl, language))
    if all(isinstance(part, str) for part in parts):
        plain = "".join(str(part) for part in parts)
        return Template(tuple(parts), plain, alphabet, rtl)
    return Template(tuple(parts), None, alphabet, rtl)


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


def _folded(literal: str, alphabet: Alphabet) -> str:
    text = alphabet.fold(literal)
    if not alphabet.holds(text):
        strange = next(c for c in text if c not in BASIC and c not in EXTENDED)
        named = unicodedata.name(strange, f"U+{ord(strange):04X}")
        raise BadText(f"a phone cannot show {strange!r} ({named}) in a screen of 160 characters",
                      "unshowable")  # fmt: skip
    return text


def say(value: Any, longest: int, alphabet: Alphabet = Alphabet.GSM7) -> str:
    """A value as a screen shows it: one line in the alphabet, at most `longest` septets or units."""
    text = value if type(value) is str else "" if value is None else str(value)
    if not _ONE_LINE.fullmatch(text):
        text = _tidied(text, alphabet)
        return text if alphabet.size(text) <= longest else cut(text, longest, alphabet)
    return text if len(text) <= longest else cut(text, longest, alphabet)


def _tidied(text: str, alphabet: Alphabet) -> str:
    """Fold; line breaks to spaces, invisible marks away, what no phone shows to `?`."""
    return "".join(_tidied_one(c, alphabet) for c in alphabet.fold(text))


def _tidied_one(char: str, alphabet: Alphabet) -> str:
    if char.isspace():
        return " "
    if char in BASIC or char in EXTENDED:
        return char
    if alphabet is Alphabet.UCS2 and char.isprintable():
        return char
    return "" if unicodedata.category(char) in ("Cc", "Cf", "Mn") else "?"


def cut(text: str, longest: int, alphabet: Alphabet = Alphabet.GSM7) -> str:
    """The beginning of a text, with `...` where it was cut."""
    if alphabet.size(text) <= longest:
        return text
    return text[: alphabet.reach(text, max(longest - 3, 0))].rstrip() + "..."[:longest]
