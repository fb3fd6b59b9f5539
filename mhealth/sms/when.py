"""Finds a day and an hour in what a nurse typed: `demain 14h`, `mardi`, `12/05 à 8h30`, `2pm`."""

import re
from collections.abc import Container
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum

from mhealth.domain.digits import lenient_digits
from mhealth.domain.language import Languages
from mhealth.sms.clock import DAWN, Clock, is_left_open, read_clock
from mhealth.sms.sheet import WHEN, Sheet, Word, vocabulary

_ALONE = r"(?<![^\Wa])"  # not inside a word; `a14h` is forgiven
_HOUR = r"(?P<hour>[0-9][0-9o]?|l[0-9])"
_MINUTE = r"(?P<minute>[0-9o]{2})"
_HOURS = (
    re.compile(rf"{_ALONE}{_HOUR}(?:[:.h]{_MINUTE})?\s?(?P<half>[ap])\.?m\b\.?(?!\w)"),
    re.compile(
        rf"{_ALONE}{_HOUR}\s?(?P<sign>h|heures?|hours?|hrs?)\s?(?:{_MINUTE})?(?:mn|min)?(?!\w)"
    ),
    re.compile(rf"{_ALONE}{_HOUR}:{_MINUTE}(?!\w)"),
)
_SLASHED = re.compile(
    r"(?<![\w/])(?P<day>\d{1,2})\s?/\s?(?P<month>\d{1,2})(?:\s?/\s?(?P<year>\d{4}|\d\d))?(?![\w/])"
)
_DOTTED = re.compile(
    r"(?<!\w)(?<!\d[.\-])(?P<day>[0-2]?\d|3[01])(?P<by>[.\-])(?P<month>0?[1-9]|1[0-2])"
    r"(?:(?P=by)(?P<year>\d{4}|\d\d))?(?!\w|[.\-]\d)"
)
"""A day before a month only: else it may be a code typed with dots."""
_NUMBER = re.compile(rf"{_ALONE}\d+(?:[ .,:/\-]{{1,3}}\d+)*")
_MOST_CLOCK_DIGITS = 4
"""`14`, `1430` or `14 30` may be an hour; more digits are a number to ring."""
_MOST_BEFORE = 40
_LAST_WORD = re.compile(r"[^\W\d_]+(?=[\s.,;:!'\-]*\Z)")
_SURE_AFTER_SHORT = re.compile(rf"[\s.,;:!?\-]*(?:(?:a|at)\s*)?(?:$|\d|{WHEN})")
_SHORT = 3

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DISTANCE = {"yesterday": -1, "today": 0, "tomorrow": 1, "after_tomorrow": 2}
_PARTS_OF_DAY = ("noon", "morning", "afternoon")
MEANINGS = (*_DISTANCE, *WEEKDAYS, *_PARTS_OF_DAY, DAWN, "within", "vague")
"""What words of a day or an hour may mean."""
_EARLIEST = 6
"""Before this hour nobody is expected by appointment: `2h` is 14h, or in two hours. `02h` is 2 h."""
_NOON = 12
_MOST_AHEAD = timedelta(days=366)
_LONG_PAST = timedelta(days=183)


class WhenProblem(StrEnum):
    """Why a day or hour that somebody wrote was not taken."""

    UNCLEAR = "unclear"
    PAST = "past"


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A day and an hour, each None when not said; both None when there is a problem."""

    day: date | None = None
    hour: time | None = None
    problem: WhenProblem | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Hours and dates written in figures; None stands for one that does not exist or may be two."""

    hours: frozenset[time | None]
    dates: frozenset[date | None]


def find_figures(sheet: Sheet, languages: Languages, today: date) -> Figures:
    """Look for hours and dates and cross them out, so that nobody reads a code from them."""
    clock = read_clock(sheet, languages)
    hours = frozenset(_time(found, clock) for form in _HOURS for found in _take(sheet, form))
    dates = frozenset(
        _date(found, today) for form in (_SLASHED, _DOTTED) for found in _take(sheet, form)
    )
    return Figures(hours=hours, dates=dates)


def settle(sheet: Sheet, figures: Figures, languages: Languages, today: date) -> When:
    """The one day and hour that the figures and the words say together."""
    days = _day_words(sheet, languages)
    hours, is_doubtful = _hours(sheet, figures, languages, has_day=bool(days or figures.dates))
    dates = figures.dates | {today + timedelta(days=_DISTANCE[w]) for w in days & set(_DISTANCE)}
    weekdays = {WEEKDAYS.index(word) for word in days & set(WEEKDAYS)}
    unclear = When(problem=WhenProblem.UNCLEAR)
    if len(hours) > 1 or len(dates) > 1 or len(weekdays) > 1 or is_doubtful:
        return unclear
    if None in hours or None in dates or _says_more(sheet, languages):
        return unclear
    day = next(iter(dates), None) or _next_such(weekdays, today)
    if day is not None and day < today:
        return When(problem=WhenProblem.PAST)
    if day is not None and (
        (weekdays and day.weekday() not in weekdays) or day > today + _MOST_AHEAD
    ):
        return unclear
    return When(day=day, hour=next(iter(hours), None))


def _words(sheet: Sheet, languages: Languages, meanings: set[str]) -> list[Word]:
    """The words with one of these meanings; `morning` is none in `good morning`."""
    known = vocabulary(languages, (*MEANINGS, "polite"))
    return [word for word in sheet.words(known) if word.means & meanings]


def _take(sheet: Sheet, form: re.Pattern[str]) -> list[re.Match[str]]:
    found = list(form.finditer(sheet.open))
    for one in found:
        sheet.cross_out(*one.span(), WHEN)
    return found


def _time(found: re.Match[str], clock: Clock) -> time | None:
    part = found.groupdict()
    if clock.is_doubtful(part["hour"], is_signed=bool(part.get("half") or part.get("sign"))):
        return None
    hour = int(lenient_digits(part["hour"]))
    minute = int(lenient_digits(part["minute"] or "0"))
    if part.get("half"):
        hour = hour % 12 + (12 if part["half"] == "p" else 0) if hour <= 12 else hour
    elif hour < _EARLIEST and len(part["hour"]) == 1:
        return None
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _date(found: re.Match[str], today: date) -> date | None:
    day, month, year = int(found["day"]), int(found["month"]), found["year"]
    if year is not None:
        return _day(int(year) + (2000 if len(year) == 2 else 0), month, day)
    this_year = _day(today.year, month, day)
    if this_year is None or this_year < today - _LONG_PAST:
        return _day(today.year + 1, month, day)
    return this_year


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _day_words(sheet: Sheet, languages: Languages) -> frozenset[str]:
    """What the day words mean, crossed out. Short ones (`mon`, `mar`) only before an hour or the end."""
    found: frozenset[str] = frozenset()
    for word in reversed(_words(sheet, languages, {*_DISTANCE, *WEEKDAYS})):
        is_sure = len(word.text) > _SHORT or _SURE_AFTER_SHORT.match(sheet.open, word.end)
        if is_sure:
            sheet.cross_out(word.start, word.end, WHEN)
            found |= word.means
    return found


def _hours(
    sheet: Sheet, figures: Figures, languages: Languages, *, has_day: bool
) -> tuple[frozenset[time | None], bool]:
    """The hours, `midi` among them; in doubt when `soir` stands beside an hour of the morning, or
    alone."""
    words = _words(sheet, languages, set(_PARTS_OF_DAY))
    parts = frozenset[str]().union(*(word.means for word in words))
    hours = figures.hours | ({time(_NOON)} if "noon" in parts else frozenset())
    for word in words:
        if "noon" in word.means:
            sheet.cross_out(word.start, word.end, WHEN)
    clear = [hour.hour for hour in hours if hour is not None]
    is_early, is_late = any(h < _NOON for h in clear), any(h > _NOON for h in clear)
    is_at_odds = ("afternoon" in parts and is_early) or ("morning" in parts and is_late)
    return hours, is_at_odds or bool(parts and not hours and not has_day)


def _next_such(weekdays: set[int], today: date) -> date | None:
    """The next such weekday after today."""
    if not weekdays:
        return None
    return today + timedelta(days=(min(weekdays) - today.weekday() - 1) % 7 + 1)


def _says_more(sheet: Sheet, languages: Languages) -> bool:
    """True when something about a time is left that was not taken: `dans 2 h`, `3 jours`, `vers 14`."""
    if _words(sheet, languages, {"vague"}):
        return True
    if any(is_left_open(sheet, word) for word in _words(sheet, languages, {DAWN})):
        return True
    if any(_comes_number(sheet, word) for word in _words(sheet, languages, {"within"})):
        return True
    linking = vocabulary(languages, ("around",))
    not_times = vocabulary(languages, ("number",))
    return any(
        _is_where_an_hour_stands(
            sheet.open[max(0, found.start() - _MOST_BEFORE) : found.start()], linking, not_times
        )
        for found in _NUMBER.finditer(sheet.open)
        if sum(char.isdigit() for char in found.group()) <= _MOST_CLOCK_DIGITS
    )


def _comes_number(sheet: Sheet, word: Word) -> bool:
    after = sheet.open[word.end :].lstrip()
    return after.startswith(WHEN) or after[:1].isdigit()


def _is_where_an_hour_stands(
    before: str, linking: Container[str], not_times: Container[str]
) -> bool:
    """True after the code, a day, `vers` or `le`; false after a word of the note: `2 couvertures`."""
    last = _LAST_WORD.search(before)
    if last is None or last.group() in linking:
        return True
    return len(last.group()) < _SHORT and last.group() not in not_times
