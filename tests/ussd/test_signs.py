"""Several signs at once by their numbers: understood where it can only mean one thing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhealth.ussd.engine import Outcome
from mhealth.ussd.picking import lay_out
from mhealth.ussd.typed import read_picks
from tests.ussd.walking import Phone, shipped_book

PAGE = {"1", "2", "3", "4"}
JOINING = ("and", "et")


def at_the_signs(language: str = "fr") -> Phone:
    phone = Phone(shipped_book(), language=language)
    for typed in ("1", "2", "2", "8"):
        phone.type(typed)
    return phone


@pytest.mark.parametrize(
    "typed",
    ["13", "31", "1 3", "1,3", "1, 3", "1*3", "1.3", "1;3", "1+3", "1-3", "1 et 3", "1 ET 3", "1et3",
     "1 and 3", "#13", "13#", " 1  3 ", "113", "1 3 3", "١٣", "１３", "۱ ۳", "l3", "I3", "1/3", "1،3"],
)  # fmt: skip
def test_one_and_three(typed: str) -> None:
    assert read_picks(typed, PAGE, JOINING) == {"1", "3"}


@pytest.mark.parametrize("typed", ["0", "O", "o", " 0 ", "0#", "٠", "0 0"])
def test_none_of_these(typed: str) -> None:
    assert read_picks(typed, PAGE, JOINING) == set()


@pytest.mark.parametrize(
    "typed",
    ["", " ", "5", "15", "10", "01", "1 0 3", "un", "1 ou 3", "1 sauf 3", "pas 1", "non", "-", "1a3", "½",
     "²", "#"],
)  # fmt: skip
def test_what_could_mean_something_else_is_refused_as_a_whole(typed: str) -> None:
    assert read_picks(typed, PAGE, JOINING) is None


@given(
    st.sets(st.sampled_from(sorted(PAGE)), min_size=1), st.sampled_from(["", " ", ",", "*", " et "])
)
def test_any_set_of_signs_in_any_manner(picks: set[str], between: str) -> None:
    assert read_picks(between.join(sorted(picks)), PAGE, JOINING) == picks


def test_a_page_records_yes_and_no_for_each_of_its_signs() -> None:
    phone = at_the_signs()
    phone.type("0")
    phone.type("13")
    assert phone.vars["signs"] == {
        "convulsions": False, "sleepy": False, "cannot_drink": False,
        "fever": True, "cough": False, "diarrhoea": True,
    }  # fmt: skip


def test_a_sign_that_stops_ends_the_questions_with_all_picks_of_its_page() -> None:
    phone = at_the_signs()
    phone.type("31")
    sent = dict(phone.platform.asked)["send_report"]
    assert sent["signs"] == {"convulsions": True, "sleepy": False, "cannot_drink": True}
    assert phone.show.node == "report.emergency_told"
    assert not phone.show.ends


def test_a_refused_answer_takes_nothing() -> None:
    phone = at_the_signs()
    assert phone.type("1 7").outcome is Outcome.INVALID
    assert phone.vars["signs"] == {}
    assert phone.platform.effects == []


def test_going_back_a_page_forgets_its_answers() -> None:
    phone = at_the_signs()
    phone.type("0")
    assert phone.type("00").text.startswith("Signes")
    assert phone.vars["signs"] == {}
    phone.type("0")
    assert list(phone.vars["signs"]) == ["convulsions", "sleepy", "cannot_drink"]


def test_another_protocol_begins_a_fresh_sheet() -> None:
    phone = at_the_signs()
    for typed in ("0", "00", "00", "0", "0", "1", "70"):  # back to who is ill: me
        phone.type(typed)
    phone.type("0")
    assert phone.vars["signs"] == {"bleeding": False}


def test_groups_begin_new_pages_and_no_page_has_more_than_nine() -> None:
    groups = [[(f"a{n}", "x", False) for n in range(11)], [("b", "y", True)]]
    pages = lay_out(groups, 120)
    assert [len(page.shown) for page in pages] == [9, 2, 1]
    assert [sign for page in pages for sign in page.shown.values()] == [
        *(f"a{n}" for n in range(11)), "b"
    ]  # fmt: skip
    assert [set(page.stops) for page in pages] == [set(), set(), {"b"}]


def test_a_protocol_that_nobody_knows_asks_nothing_and_goes_on() -> None:
    phone = Phone(shipped_book())
    phone.platform.choose_protocol = lambda args: {"protocol": "gone"}  # type: ignore[method-assign]
    for typed in ("1", "1", "70"):
        phone.type(typed)
    sent = dict(phone.platform.asked)["send_report"]
    assert sent["signs"] == {}
