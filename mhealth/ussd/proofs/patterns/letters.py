"""Which letters an element of a pattern takes, out of an alphabet that stands for all that a phone can type.

The alphabet: every letter of the Latin scripts of West Africa and Europe, of Arabic with its digits, the
signs of GSM-7, and the neighbours of each letter and range that the patterns name. Two letters that every
element treats alike are one class, so that a proof walks a few classes and not a thousand letters.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from re import _constants as sre  # type: ignore[attr-defined]
from typing import Any

from mhealth.domain.gsm7 import BASIC, EXTENDED

_BLOCKS = ((0x20, 0x24F), (0x250, 0x2AF), (0x600, 0x6FF), (0xFF10, 0xFF19))
_TYPICAL = "a1 z0Z9-_é*#"
"""Letters that stand for their class in an example, the first that fits."""

_CATEGORIES: Mapping[Any, re.Pattern[str]] = {
    sre.CATEGORY_DIGIT: re.compile(r"\d"),
    sre.CATEGORY_NOT_DIGIT: re.compile(r"\D"),
    sre.CATEGORY_SPACE: re.compile(r"\s"),
    sre.CATEGORY_NOT_SPACE: re.compile(r"\S"),
    sre.CATEGORY_WORD: re.compile(r"\w"),
    sre.CATEGORY_NOT_WORD: re.compile(r"\W"),
}
Element = tuple[Any, Any]


def alphabet_of(elements: Iterable[Element]) -> str:
    """All letters that a proof on these elements looks at, typical ones first."""
    fixed = (chr(code) for low, high in _BLOCKS for code in range(low, high + 1))
    named = (
        chr(near)
        for element in elements
        for code in _codes(element)
        for near in (code - 1, code, code + 1)
        if 0 < near <= 0x10FFFF
    )
    return "".join(dict.fromkeys([*_TYPICAL, *BASIC, *EXTENDED, *fixed, *named, "\U0001f600"]))


def _codes(element: Element) -> Iterator[int]:
    op, value = element
    if op in (sre.LITERAL, sre.NOT_LITERAL):
        yield value
    elif op is sre.RANGE:
        yield from value
    elif op is sre.IN:
        for part in value:
            yield from _codes(part)


def takes(element: Element, letter: str, flags: int) -> bool:
    """Whether an element of a parsed pattern takes a letter."""
    if flags & re.IGNORECASE:
        return any(_takes(element, each, flags) for each in (letter, *_other_case(letter)))
    return _takes(element, letter, flags)


def _other_case(letter: str) -> Iterator[str]:
    return (each for each in (letter.lower(), letter.upper()) if len(each) == 1)


def _takes(element: Element, letter: str, flags: int) -> bool:
    op, value = element
    if op is sre.IN:
        is_negated = value[0][0] is sre.NEGATE
        return is_negated is not any(
            _takes(p, letter, flags) for p in value if p[0] is not sre.NEGATE
        )
    if op is sre.ANY:
        return letter != "\n" or bool(flags & re.DOTALL)
    if op is sre.LITERAL:
        return bool(ord(letter) == value)
    if op is sre.NOT_LITERAL:
        return bool(ord(letter) != value)
    if op is sre.RANGE:
        return bool(value[0] <= ord(letter) <= value[1])
    return _CATEGORIES[value].fullmatch(letter) is not None


def classes_of(elements: Iterable[Element], flags: int) -> dict[frozenset[int], str]:
    """Each class, as the numbers of the elements that take it -> the letter that stands for it."""
    alike: dict[str, list[int]] = {}  # many elements of a pattern that is written out are the same
    some: dict[str, Element] = {}
    for number, element in enumerate(elements):
        alike.setdefault(repr(element), []).append(number)
        some[repr(element)] = element
    found: dict[frozenset[str], str] = {}
    for letter in alphabet_of(some.values()):
        taking = frozenset(name for name, each in some.items() if takes(each, letter, flags))
        found.setdefault(taking, letter)
    return {
        frozenset(number for name in taking for number in alike[name]): letter
        for taking, letter in found.items()
    }
