"""A day as people type it: understood where it can only be one, refused where it could be two."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mhealth.ussd import offering
from mhealth.ussd.almanacs import make_almanac
from mhealth.ussd.book import build_book
from mhealth.ussd.dates import Range, read_day
from mhealth.ussd.deeds import NAME
from mhealth.ussd.engine import Outcome
from tests.ussd.asking import TODAY, asking, phone_at, said
from tests.ussd.walking import Phone, french_and_english, library_of, shipped_languages

TUESDAY = date(2026, 11, 24)
PAST = Range(TUESDAY - timedelta(280), TUESDAY)
ALMANACS = {code: make_almanac(shipped_languages(), code) for code in shipped_languages().by_code}
NODE: dict[str, Any] = {"kind": "date", "earliest": -280, "latest": 0, "label_into": "in_words"}


def read(typed: str, language: str = "fr", within: Range = PAST) -> str:
    day = read_day(typed, ALMANACS[language], TUESDAY, within)
    return day.isoformat() if day else ""


@pytest.mark.parametrize(
    "typed",
    ["3/11", "03/11", "3-11", "3.11", "3 11", "3,11", "3*11", "3:11", "0311", "3/11/26", "3/11/2026",
     "03-11-2026", "03.11.2026", "03112026", "031126", "20261103", "2026-11-03", "2026/11/3", "3 nov",
     "3 nov.", "3nov",
     "3 Novembre", "3 NOVEMBRE 2026", "le 3 novembre", "3 nov 26", "nov 3", "novembre 3 2026", "3 novenbre",
     "mardi 3 novembre", "mardi 3/11", "mar 3/11", "٣/١١", "３／１１", "O3/11", "O3l1", " 3/11# ", "(3/11)",
     "le 3 du 11", "3 novembre 2026.", "il y a 21 jours"],
)  # fmt: skip
def test_the_third_of_november(typed: str) -> None:
    assert read(typed) == "2026-11-03"


@pytest.mark.parametrize(
    ("typed", "day"),
    [("hier", "2026-11-23"), ("Hier", "2026-11-23"), ("aujourd'hui", "2026-11-24"),
     ("AUJOURD’HUI", "2026-11-24"), ("aujourdhui", "2026-11-24"), ("auj", "2026-11-24"), ("avant-hier",
     "2026-11-22"),
     ("avant hier", "2026-11-22"),
     ("il y a 1 jour", "2026-11-23"), ("1er mai", "2026-05-01"), ("1 er mai", "2026-05-01"),
     ("15 fév", ""), ("15 mars", "2026-03-15"), ("29 juil", "2026-07-29"), ("24/11", "2026-11-24"),
     ("12 aout", "2026-08-12"), ("12 août", "2026-08-12")],
)  # fmt: skip
def test_days_in_french(typed: str, day: str) -> None:
    within = Range(date(2026, 3, 1), TUESDAY)
    assert read(typed, within=within) == day


@pytest.mark.parametrize(
    ("language", "typed", "day"),
    [("en", "yesterday", "2026-11-23"), ("en", "3rd of November", "2026-11-03"),
     ("en", "Nov 3", "2026-11-03"), ("en", "the day before yesterday", "2026-11-22"), ("en",
     "3 days ago", "2026-11-21"),
     ("en", "hier", "2026-11-23"), ("en", "3 août", "2026-08-03"),
     ("sw", "jana", "2026-11-23"), ("sw", "juzi", "2026-11-22"), ("sw", "leo", "2026-11-24"),
     ("sw", "tarehe 3 mwezi wa 11", "2026-11-03"), ("sw", "3 Novemba", "2026-11-03"),
     ("sw", "siku 3 zilizopita", "2026-11-21"), ("sw", "3 Agosti", "2026-08-03"),
     ("fr", "jana", ""), ("fr", "3 Agosti", "")],
)  # fmt: skip
def test_days_in_the_language_and_in_its_fallbacks(language: str, typed: str, day: str) -> None:
    assert read(typed, language) == day


@pytest.mark.parametrize(
    "typed",
    ["", " ", "3", "nov", "32/11", "31/6", "0/11", "3/13", "11/25", "3/11/1850", "3/11/026", "demain",
     "25/11",
     "x", "3 nov 4 dec", "3/11 ou 4/11", "lundi 3/11", "3 jui", "3 ma", "99", "00", "0000",
     "3/11/2026/7", "12345",
     "1234567", "123456789", "3 mar", "mardi", "mardi 24", "-", "½", "29/2", "9" * 200, "il y a jours",
     "il y a 300 jours", "il y a 3 4 jours", "3.11.2026 10:30"],
)  # fmt: skip
def test_what_is_no_day_of_the_range_or_could_be_two(typed: str) -> None:
    assert read(typed) == ""


@pytest.mark.parametrize("typed", ["311", "111", "112"])
def test_three_digits_that_can_be_cut_in_two_places_are_refused_whatever_the_range(
    typed: str,
) -> None:
    for within in (PAST, Range(date(2026, 11, 1), date(2026, 11, 30))):
        assert read(typed, within=within) == ""


def test_three_digits_that_can_be_cut_in_one_place_are_a_day() -> None:
    whole_year = Range(date(2026, 1, 1), date(2026, 12, 31))
    assert read("410", within=whole_year) == "2026-10-04"
    assert read("315", within=whole_year) == "2026-05-31"


def test_a_day_without_a_year_is_taken_when_it_lies_in_the_range_once() -> None:
    two_years = Range(TUESDAY - timedelta(730), TUESDAY)
    assert read("3/11", within=two_years) == ""
    assert read("3/11/2025", within=two_years) == "2025-11-03"
    assert read("3/12", within=two_years) == ""  # 2024 and 2025
    hundred_years = Range(date(1930, 1, 1), TUESDAY)
    assert read("3/11/26", within=hundred_years) == "2026-11-03"
    assert read("3/11/31", within=hundred_years) == "1931-11-03"
    assert read("3/11/30", within=Range(date(1930, 1, 1), date(2031, 1, 1))) == ""


def test_the_29th_of_february_is_a_day_of_leap_years() -> None:
    assert read("29/2/2024", within=Range(date(2020, 1, 1), TUESDAY)) == "2024-02-29"
    assert read("29/2/2023", within=Range(date(2020, 1, 1), TUESDAY)) == ""
    assert read("29/2", within=Range(date(2023, 1, 1), TUESDAY)) == "2024-02-29"


@settings(max_examples=300, deadline=None)
@given(
    st.dates(PAST.earliest, PAST.latest),
    st.sampled_from(["{0}/{1}", "{0:02}{1:02}", "{0}-{1}-{2}", "{2}-{1:02}-{0:02}", "{0:02}{1:02}{2}"]),
)  # fmt: skip
def test_every_day_of_the_range_in_any_manner(day: date, form: str) -> None:
    for language in ALMANACS:
        assert read(form.format(day.day, day.month, day.year), language) == day.isoformat()


@settings(max_examples=200, deadline=None)
@given(st.dates(date(1990, 1, 1), date(2030, 12, 31)), st.sampled_from(sorted(ALMANACS)))
def test_what_is_read_back_can_be_typed(day: date, language: str) -> None:
    label = ALMANACS[language].label(day)
    assert read(label, language, Range(date(1990, 1, 1), date(2030, 12, 31))) == day.isoformat()


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=120), st.sampled_from(sorted(ALMANACS)))
def test_whatever_is_typed_is_a_day_of_the_range_or_none(typed: str, language: str) -> None:
    day = read_day(typed, ALMANACS[language], TUESDAY, PAST)
    assert day is None or PAST.holds(day)


def test_an_answer_is_stored_as_iso_and_in_words(tmp_path: Path) -> None:
    phone = phone_at(tmp_path, NODE)
    phone.type("3 nov")
    assert (phone.vars["said"], phone.vars["in_words"]) == ("2026-11-03", "3 novembre 2026")


def test_a_wrong_answer_hears_how_a_day_is_typed(tmp_path: Path) -> None:
    show = phone_at(tmp_path, NODE).type("311")
    assert show.outcome is Outcome.INVALID
    assert show.text == "Tapez le jour: 3/11 ou 3/11/2026.\n?"


def test_a_range_may_be_written_in_days_of_the_calendar(tmp_path: Path) -> None:
    node = {"kind": "date", "earliest": date(2026, 12, 1), "latest": "2026-12-24"}
    assert said(tmp_path, node, "24/12") == "2026-12-24"
    assert said(tmp_path, node, "25/12") is None


@pytest.mark.parametrize("today", ["", "now", None, "9999-12-32"])
def test_without_knowing_the_day_no_day_is_taken(tmp_path: Path, today: str | None) -> None:
    assert said(tmp_path, NODE, "3/11", today=today) is None


def test_a_range_beyond_the_calendar_ends_with_it(tmp_path: Path) -> None:
    node = {"kind": "date", "earliest": 0, "latest": 400}
    assert said(tmp_path, node, "31/12", today="9999-12-31") == "9999-12-31"


def test_a_call_that_goes_on_after_midnight_knows_the_new_day(tmp_path: Path) -> None:
    flow = asking({**NODE, "text": "Quel jour ?"}, resume={"minutes": 30}).replace(
        "start: ask", "start: first"
    )
    flow += "  first: {kind: message, text: Bonjour, next: ask}\n"
    book = build_book(library_of(tmp_path, main=flow), french_and_english(), {})
    phone = Phone(book, today=TODAY, region="BJ")
    phone.type("1")
    offered = offering.offer(book, phone.show.state, "2026-11-25")
    phone.show = offered
    assert phone.type("1").text.startswith("Quel jour ?")
    phone.type("hier")
    assert phone.vars["said"] == "2026-11-24"


def test_every_day_in_words_fits_the_room_that_screens_keep_for_it() -> None:
    for code, almanac in ALMANACS.items():
        size = shipped_languages().by_code[code].alphabet
        days = (date(2026, month, 28) for month in range(1, 13))
        assert max(size.size(size.fold(almanac.label(day))) for day in days) <= NAME, code
