"""Makes the almanac of each language: months from CLDR, and what `languages.yaml` adds or says otherwise."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_decimal

from mhealth.domain.language import Language, Languages
from mhealth.ussd.dates import Almanac
from mhealth.ussd.finding import plain

MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september",
          "october", "november", "december")  # fmt: skip
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
AWAY = {"today": 0, "tomorrow": 1, "after_tomorrow": 2, "before_yesterday": -2}
"""Meanings of `languages.yaml`, and how many days each lies from today."""
_NUMBERS = "{day}/%d/{year}"


def make_almanac(languages: Languages, code: str) -> Almanac:
    """The words of a language; those of its fallbacks are understood too, where they mean nothing else."""
    chain = [languages.by_code[each] for each in languages.chain(code)]
    own = chain[0]
    return Almanac(
        days=_merged(_days(language) for language in chain),
        ago=tuple(dict.fromkeys(form for language in chain for form in _ago(language))),
        weekdays=_merged(_numbered(language, WEEKDAYS, 0) for language in chain),
        months=_merged({**_cldr(each.code)[0], **_numbered(each, MONTHS, 1)} for each in chain),
        beside=frozenset(plain(w) for each in chain for w in each.words.get("in_a_date", ())),
        labels=tuple(_label(own, month) for month in range(1, 13)),
    )


def _merged(parts: Iterator[Mapping[str, int]]) -> dict[str, int]:
    """The first that says something of a word counts."""
    merged: dict[str, int] = {}
    for part in parts:
        merged = {**part, **merged}
    return merged


def _days(language: Language) -> dict[str, int]:
    """Of `yesterday` the first word alone: the others only say that a day is past."""
    days = {plain(word): -1 for word in language.words.get("yesterday", ())[:1]}
    for meaning, away in AWAY.items():
        days |= {plain(word): away for word in language.words.get(meaning, ())}
    return days


def _ago(language: Language) -> Iterator[tuple[str, ...]]:
    return (tuple(plain(form).split()) for form in language.words.get("days_ago", ()))


def _numbered(language: Language, meanings: tuple[str, ...], first: int) -> dict[str, int]:
    return {
        plain(word): number
        for number, meaning in enumerate(meanings, first)
        for word in language.words.get(meaning, ())
    }


@cache
def _cldr(code: str) -> tuple[Mapping[str, int], tuple[str, ...]]:
    """(name of a month -> its number, how a day of each month is written); empty when CLDR has none."""
    try:
        locale = Locale.parse(code)
    except (UnknownLocaleError, ValueError):
        return {}, ()
    names = {
        plain(name): month
        for width in ("abbreviated", "wide")
        for month, name in locale.months["format"][width].items()
        if any(char.isalpha() for char in name)
    }
    written = (format_date(date(2026, month, 28), "long", locale) for month in range(1, 13))
    return names, tuple(w.replace("28", "{day}").replace("2026", "{year}") for w in written)


def _label(language: Language, month: int) -> str:
    """As CLDR writes it, else with the language's own word, else in numbers."""
    words = language.words.get(MONTHS[month - 1], ())
    if words:
        return f"{{day}} {words[0]} {{year}}"
    written = _cldr(language.code)[1]
    return written[month - 1] if written else _NUMBERS % month


def in_figures(number: float, code: str) -> str:
    """A number as the language writes it: 12,5 in French."""
    if isinstance(number, int):
        return str(number)
    try:
        return str(format_decimal(number, format="0.###", locale=code))
    except (UnknownLocaleError, ValueError):
        return str(number)


@cache
def decimal_point(code: str) -> str:
    """The decimal mark of a language: a comma in French."""
    return in_figures(0.5, code)[1]
