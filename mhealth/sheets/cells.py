"""Reads what one cell means, also where a spreadsheet has changed it: numbers, dates, lost zeros.

Each reader takes the cell and gives the value, or raises `BadCell` with the problem's name.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from zoneinfo import available_timezones

from mhealth.domain.digits import western_digits
from mhealth.domain.gsm7 import fold, is_gsm7, septets
from mhealth.domain.msisdn import Msisdn, NotAMsisdn, read_msisdn
from mhealth.sheets.columns import Cell, Column
from mhealth.sheets.headings import plain

LARGEST_DISTANCE = 500
"""Kilometres; a village farther from its centre is a slip of the pen."""
_SHORTENED = re.compile(r"\d+([.,]\d+)?[eE]\+?\d+")
_WEEKDAYS = {
    plain(word): number
    for number, words in enumerate(
        (
            ("lundi", "lun", "monday", "mon"),
            ("mardi", "mar", "tuesday", "tue"),
            ("mercredi", "mer", "wednesday", "wed"),
            ("jeudi", "jeu", "thursday", "thu"),
            ("vendredi", "ven", "friday", "fri"),
            ("samedi", "sam", "saturday", "sat"),
            ("dimanche", "dim", "sunday", "sun"),
        ),
        start=1,
    )
    for word in words
}
_EVERY_DAY = frozenset({"tous", "tous les jours", "every day", "all", "daily"})
_TO = frozenset({"a", "au", "to"})
_AND = frozenset({"et", "and", "le", "les", "the"})
_YES = frozenset({"oui", "o", "yes", "y", "x", "1", "true", "vrai", "ferme", "fermee", "closed"})
_NO = frozenset({"non", "n", "no", "0", "false", "faux", "ouvert", "ouverte", "open"})


class BadCell(Exception):
    """The cell cannot be read; `problem` and `values` are those of a finding."""

    def __init__(self, problem: str, **values: str) -> None:
        self.problem, self.values = problem, values
        super().__init__(problem)


@dataclass(frozen=True, slots=True, kw_only=True)
class Customs:
    """What reading depends on beside the cell."""

    region: str  # country by which local numbers are read
    languages: frozenset[str]  # codes that the platform speaks


def read_cell(column: Column, value: object, customs: Customs) -> object:
    """The value of a cell that is not empty. Raises BadCell."""
    return _READERS[column.cell](column, value, customs)


def _text(value: object) -> str:
    """As somebody typed it: a whole number without its `.0`, one space between words."""
    if isinstance(value, datetime | date):
        raise BadCell("is_a_date", value=value.strftime("%d/%m/%Y"))
    if isinstance(value, time):
        raise BadCell("is_an_hour", value=value.strftime("%H:%M"))
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = unicodedata.normalize("NFC", str(value))
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text[1:] if re.match(r"'[=+@-]", text) else text  # as `writing.py` keeps formulas away


def _code(column: Column, value: object, _customs: Customs) -> str:
    if isinstance(value, float) and not value.is_integer():
        raise BadCell("bad_code", value=str(value))
    text = _text(value)
    if text.startswith("#") and not re.fullmatch(r"#\d+", text):
        raise BadCell("is_an_error", value=text)  # #REF!, #N/A of a spreadsheet
    if len(text) > 24:
        raise BadCell("too_long", value=text, most="24")
    return text


def _name(column: Column, value: object, _customs: Customs) -> str:
    text = _text(value)
    if len(text) > column.longest:
        raise BadCell("too_long", value=text, most=str(column.longest))
    if column.shown and not is_gsm7(fold(text)):
        strange = next(char for char in fold(text) if not is_gsm7(char))
        raise BadCell("no_phone_shows", value=text, char=strange)
    return text


def is_cut(column: Column, value: object) -> bool:
    """True for a name that a phone shows cut."""
    if not column.shown or not isinstance(value, str):
        return False
    return septets(fold(value)) > column.shown


def _phone(_column: Column, value: object, customs: Customs) -> Msisdn:
    text = _text(value)
    if _SHORTENED.fullmatch(text):
        raise BadCell("shortened_number", value=text)
    for candidate in _with_lost_zero(value, text):
        try:
            return read_msisdn(candidate, customs.region)
        except NotAMsisdn:
            continue
    raise BadCell("bad_phone", value=text)


def _with_lost_zero(value: object, text: str) -> tuple[str, ...]:
    """A cell that holds a number lost the zero with which a local number begins."""
    return (text, f"0{text}") if isinstance(value, int | float) else (text,)


def _language(_column: Column, value: object, customs: Customs) -> str:
    text = _text(value).casefold()
    if text not in customs.languages:
        raise BadCell("bad_language", value=text, known=", ".join(sorted(customs.languages)))
    return text


@cache
def _timezones() -> Mapping[str, str]:
    return {name.casefold(): name for name in available_timezones()}


def _timezone(_column: Column, value: object, _customs: Customs) -> str:
    text = _text(value)
    if text.casefold() not in _timezones():
        raise BadCell("bad_timezone", value=text)
    return _timezones()[text.casefold()]


def _days(_column: Column, value: object, _customs: Customs) -> str:
    """ISO weekdays `1,3`; `1.3` and `13` are what spreadsheets make of `1,3`."""
    text = plain(western_digits(_text(value)))
    days = set(range(1, 8)) if text in _EVERY_DAY else _spelled_days(text, str(value))
    if not days:
        raise BadCell("bad_days", value=str(value))
    return ",".join(str(day) for day in sorted(days))


def _spelled_days(text: str, typed: str) -> set[int]:
    words = [word for word in text.split() if word not in _AND]
    if len(words) == 1 and re.fullmatch(r"[1-7]{1,7}", words[0]):
        return {int(digit) for digit in words[0]}
    numbers = [_weekday(word) for word in words]
    if len(words) == 3 and words[1] in _TO and numbers[0] and numbers[2]:
        return _span(numbers[0], numbers[2])
    if None in numbers:
        return set()
    found = [number for number in numbers if number is not None]
    if len(found) == 2 and re.fullmatch(r"\s*\w+\s*[-–]\s*\w+\s*", typed):
        return _span(*found)
    return set(found)


def _weekday(word: str) -> int | None:
    if re.fullmatch(r"[1-7]", word):
        return int(word)
    return _WEEKDAYS.get(word)


def _span(first: int, last: int) -> set[int]:
    return {(first - 1 + step) % 7 + 1 for step in range((last - first) % 7 + 1)}


def _hour(_column: Column, value: object, _customs: Customs) -> int:
    """Minutes after midnight: `08:00`, `8h30`, `8`, a spreadsheet's hour or part of a day."""
    if isinstance(value, datetime):
        raise BadCell("is_a_date", value=value.strftime("%d/%m/%Y"))
    if isinstance(value, time):
        return value.hour * 60 + value.minute
    if isinstance(value, float) and 0 <= value < 1:
        return round(value * 1440) % 1440
    found = re.fullmatch(r"(\d{1,2})(?:\s*[h:.]\s*(\d{2})?(?:\s*min)?)?(?::00)?", _text(value))
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (99, 0)
    if (hour, minute) == (24, 0):
        return 0
    if hour > 23 or minute > 59:
        raise BadCell("bad_hour", value=_text(value))
    return hour * 60 + minute


def _distance(_column: Column, value: object, _customs: Customs) -> float:
    text = _text(value)
    bare = text.casefold().removesuffix("km").strip().replace(",", ".")
    try:
        distance = float(western_digits(bare))
    except ValueError:
        distance = math.nan
    if not 0 <= distance <= LARGEST_DISTANCE:
        raise BadCell("bad_distance", value=text, most=str(LARGEST_DISTANCE))
    return round(distance, 1)


def _rank(_column: Column, value: object, _customs: Customs) -> int:
    text = western_digits(_text(value))
    if not re.fullmatch(r"[1-9]\d?", text):
        raise BadCell("bad_rank", value=text)
    return int(text)


def _yes_no(_column: Column, value: object, _customs: Customs) -> bool:
    if isinstance(value, bool):
        return value
    word = plain(_text(value))
    if word not in _YES | _NO:
        raise BadCell("bad_yes_no", value=_text(value))
    return word in _YES


_READERS: Mapping[Cell, Callable[[Column, object, Customs], object]] = {
    Cell.CODE: _code,
    Cell.NAME: _name,
    Cell.PHONE: _phone,
    Cell.LANGUAGE: _language,
    Cell.TIMEZONE: _timezone,
    Cell.DAYS: _days,
    Cell.HOUR: _hour,
    Cell.DISTANCE: _distance,
    Cell.RANK: _rank,
    Cell.YES_NO: _yes_no,
}
