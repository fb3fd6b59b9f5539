"""`saa 3` is nine in the morning, three at night or fifteen o'clock: no hour of two clocks is booked."""

from datetime import date, time
from itertools import product

import pytest

from mhealth.content.languages import load_languages
from mhealth.content.library import open_library
from mhealth.domain.language import Languages
from mhealth.sms.answers import Answer, read_answer
from mhealth.sms.templates import Templates
from mhealth.sms.when import WhenProblem

TUESDAY = date(2026, 11, 24)
LANGUAGES = load_languages(open_library())
COUNTED = (
    *("moja", "mbili", "tatu", "nne", "tano", "sita", "saba", "nane", "tisa", "kumi"),
    *("kumi na moja", "kumi na mbili"),
)
PARTS_OF_DAY = ("", "asubuhi", "mchana", "alasiri", "jioni", "usiku")
DAYS = ("", "leo", "kesho", "Ijumaa", "demain", "tomorrow")


def _hour(typed: str, languages: Languages = LANGUAGES) -> time | None:
    read = read_answer(typed, languages, TUESDAY)
    assert isinstance(read, Answer), typed
    assert read.says_yes, typed
    assert read.hour is None or read.when_problem is None
    return read.hour


@pytest.mark.parametrize("part", PARTS_OF_DAY)
def test_an_hour_of_saa_is_never_booked(part: str) -> None:
    figures = [form.format(n) for n in range(1, 13) for form in ("{}", "{}:00", "{:02d}:30", "{}h")]
    for day, hour in product(DAYS, (*COUNTED, *figures)):
        typed = f"NDIYO 482 1935 {day} saa {hour} {part}"
        read = read_answer(typed, LANGUAGES, TUESDAY)
        assert isinstance(read, Answer), typed
        assert (read.day, read.hour) == (None, None), typed
        assert read.when_problem is WhenProblem.UNCLEAR, typed


def test_an_hour_past_twelve_has_one_clock() -> None:
    for hour in range(13, 24):
        assert _hour(f"NDIYO 482 1935 kesho saa {hour}:30") == time(hour, 30)
        assert _hour(f"NDIYO 482 1935 kesho {hour}h") == time(hour)


def test_an_hour_as_a_phone_shows_it_is_taken() -> None:
    for hour in range(6, 13):
        assert _hour(f"NDIYO 482 1935 kesho {hour}h") == time(hour)
    assert _hour("NDIYO 482 1935 kesho 08:30") == time(8, 30)
    assert _hour("NDIYO 482 1935 kesho 8:30") is None


def test_who_writes_no_word_of_that_clock_is_read_as_before() -> None:
    assert _hour("OUI 482 1935 demain 9:00") == time(9)
    assert _hour("YES 482 1935 tomorrow 9:00") == time(9)


def test_where_nobody_counts_from_dawn_saa_is_a_word_like_another() -> None:
    languages = Languages({code: LANGUAGES.by_code[code] for code in ("fr", "en")})
    assert _hour("OUI 482 1935 demain 9:00 saa", languages) == time(9)


def test_the_question_back_shows_a_way_that_is_understood(templates: Templates) -> None:
    told = templates.render("answer_time_unclear", "sw", {"code": "482 1935"}).text
    example = told[told.index("NDIYO 482 1935") :]
    assert _hour(example) == time(14)
