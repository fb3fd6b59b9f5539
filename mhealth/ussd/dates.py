"""Reads a day as people type it on a phone: `3/11`, `0311`, `3 nov`, `hier`; what could be two is none.

The day stands before the month, as in all of our languages; a year may stand before both. Without a
year, or with two digits of one, a day is understood when it lies in the range once.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from mhealth.domain.digits import lenient_digits, western_digits
from mhealth.ussd.finding import plain

MOST = 40
"""So much of what was typed is looked at."""
FEWEST_LETTERS = 3
"""A month may be cut or misspelt behind so many letters."""
_DIGITS_ALONE = re.compile(r"[0-9\s/.,:;*+#()-]+")
_TOKEN = re.compile(r"[0-9]+|[^\W\d_]+")
_YEARS = (1900, 2000)
_LAST_YEAR = 2199
_LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class Almanac:
    """The words of one language for days, all of them `plain`; months count from 1, Monday is 0."""

    days: Mapping[str, int]  # hier -> -1
    ago: Sequence[tuple[str, ...]]  # ("il", "y", "a", "n", "jours")
    weekdays: Mapping[str, int]
    months: Mapping[str, int]
    beside: frozenset[str]  # words that say nothing: le, du
    labels: Sequence[str]  # by month: "{day} novembre {year}"

    def label(self, day: date) -> str:
        """The day in words."""
        form = self.labels[day.month - 1]
        return form.replace("{day}", str(day.day)).replace("{year}", str(day.year))


@dataclass(frozen=True, slots=True)
class Range:
    """The days that are an answer, both ends among them."""

    earliest: date
    latest: date

    def holds(self, day: date | None) -> bool:
        """True for a day within."""
        return day is not None and self.earliest <= day <= self.latest


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to understand the parts of a date; `year` as it was typed, perhaps empty."""

    day: int
    month: int
    year: str

    @property
    def is_real(self) -> bool:
        return 1 <= self.month <= 12 and 1 <= self.day <= _LONGEST_MONTHS[self.month - 1]


def read_day(typed: str, almanac: Almanac, today: date, within: Range) -> date | None:
    """The one day that was meant; None when it is none, not in the range, or when it could be two."""
    text = western_digits(typed[:MOST])
    digits = lenient_digits(text)
    if _DIGITS_ALONE.fullmatch(digits):
        return _only(_of_numbers(_TOKEN.findall(digits)), within)
    spoken = plain(text)[: 2 * MOST]
    tokens = _TOKEN.findall(spoken)
    away = almanac.days.get(spoken, _days_ago(tokens, almanac))
    if away is not None:
        day = _moved(today, away)
        return day if within.holds(day) else None
    named = [t for t in tokens if t in almanac.weekdays]
    found = _only(_of_words([t for t in tokens if t not in named], almanac), within)
    is_right = found is None or all(almanac.weekdays[w] == found.weekday() for w in named)
    return found if is_right else None


def _days_ago(tokens: Sequence[str], almanac: Almanac) -> int | None:
    numbers = [token for token in tokens if token.isdecimal()]
    said = tuple("n" if token.isdecimal() else token for token in tokens)
    return -int(numbers[0][:5]) if len(numbers) == 1 and said in almanac.ago else None


def _moved(today: date, days: int) -> date | None:
    try:
        return today + timedelta(days=days)
    except OverflowError:
        return None


def _of_words(tokens: Sequence[str], almanac: Almanac) -> Iterator[_Reading]:
    """A month by its name, with a day and perhaps a year; or numbers among words that say nothing."""
    telling = [t for t in tokens if t.isdecimal() or t not in almanac.beside]
    numbers = [token for token in telling if token.isdecimal()]
    said = [token for token in telling if not token.isdecimal()]
    if not said:
        yield from _of_numbers(numbers)
        return
    month = _month(said[0], almanac.months) if len(said) == 1 else None
    if month is None or len(numbers) not in (1, 2):
        return
    day, year = (*numbers, "") if len(numbers) == 1 else numbers
    if len(day) == 4:
        day, year = year, day
    if len(day) <= 2 and len(year) in (0, 2, 4):
        yield _Reading(int(day or 0), month, year)


def _month(word: str, months: Mapping[str, int]) -> int | None:
    """By its whole name, else by as much of the word as begins names of one month alone."""
    if word in months:
        return months[word]
    for length in range(len(word), FEWEST_LETTERS - 1, -1):
        begun = {month for name, month in months.items() if name.startswith(word[:length])}
        if begun:
            return begun.pop() if len(begun) == 1 else None
    return None


def _of_numbers(parts: Sequence[str]) -> Iterator[_Reading]:
    """`3 11`, `3 11 2026`, `2026 11 3`, or all in one."""
    if len(parts) == 1:
        yield from _of_one(parts[0])
    elif len(parts) == 3 and len(parts[0]) == 4:
        if len(parts[1]) <= 2 and len(parts[2]) <= 2:
            yield _Reading(int(parts[2]), int(parts[1]), parts[0])
    elif len(parts) in (2, 3) and len(parts[0]) <= 2 and len(parts[1]) <= 2:
        year = parts[2] if len(parts) == 3 else ""
        if len(year) in (0, 2, 4):
            yield _Reading(int(parts[0]), int(parts[1]), year)


def _of_one(digits: str) -> Iterator[_Reading]:
    """`311` can be cut in two places, `20261103` read from both ends."""
    cuts = {3: ((1, 2), (2, 1)), 4: ((2, 2),), 6: ((2, 2),), 8: ((2, 2),)}
    for day, month in cuts.get(len(digits), ()):
        yield _Reading(int(digits[:day]), int(digits[day : day + month]), digits[day + month :])
    if len(digits) == 8:
        yield _Reading(int(digits[6:]), int(digits[4:6]), digits[:4])


def _only(readings: Iterator[_Reading], within: Range) -> date | None:
    """The one day that the readings mean. Whether there are two readings does not hang on the range."""
    real = {r for r in readings if r.is_real and _is_year(r.year)}
    if len(real) != 1:
        return None
    days = [day for day in _days(real.pop(), within) if within.holds(day)]
    return days[0] if len(days) == 1 else None


def _is_year(year: str) -> bool:
    return len(year) < 4 or _YEARS[0] <= int(year) <= _LAST_YEAR


def _days(reading: _Reading, within: Range) -> Iterator[date]:
    if len(reading.year) == 4:
        years: Sequence[int] = (int(reading.year),)
    elif reading.year:
        years = [century + int(reading.year) for century in _YEARS]
    else:
        years = range(within.earliest.year, within.latest.year + 1)
    for year in years:
        try:
            yield date(year, reading.month, reading.day)
        except ValueError:  # 29 February of most years
            continue
