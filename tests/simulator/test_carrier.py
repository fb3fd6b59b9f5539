"""The carrier's forms and its reading of our answers, without a network."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhealth.domain.msisdn import Msisdn
from mhealth.simulator.carrier import (
    Answer,
    Breakdown,
    Outcome,
    Screen,
    end_fields,
    open_session,
    read_answer,
    read_dialled,
    sms_fields,
    ussd_fields,
)
from mhealth.simulator.operators import OPERATORS

CODE = "*384*55#"

CALLER = Msisdn("+2290197000011")
NOON = datetime(2026, 11, 24, 12, 0, 0, tzinfo=UTC)


def test_the_first_call_carries_no_text_and_later_ones_all_input_so_far() -> None:
    session = open_session(CALLER, CODE)

    first = ussd_fields(session)
    third = ussd_fields(session.typed("1").typed("13"))

    assert first == {
        "sessionId": session.id,
        "serviceCode": CODE,
        "phoneNumber": "+2290197000011",
        "networkCode": "99901",
        "text": "",
    }
    assert third["text"] == "1*13"


@given(st.lists(st.text(max_size=20), max_size=8))
def test_the_text_only_ever_grows_by_a_star_and_what_was_typed(typed: list[str]) -> None:
    session = open_session(CALLER, CODE, ("0",))
    for text in typed:
        before = ussd_fields(session)["text"]
        session = session.typed(text)
        assert ussd_fields(session)["text"] == f"{before}*{text}"


@given(st.text(min_size=1, max_size=200))
def test_an_answer_is_at_most_what_a_handset_lets_a_person_type(text: str) -> None:
    assert len(open_session(CALLER, CODE).typed(text).inputs[0]) <= 160


@pytest.mark.parametrize(
    ("dialled", "behind"),
    [
        ("*384*55#", ()),
        ("*384*55", ()),
        (" *384*55# ", ()),
        ("*384*55*1#", ("1",)),
        ("*384*55*1*13#", ("1", "13")),
        ("*384*551#", None),
        ("*123#", None),
        ("", None),
    ],
)
def test_what_is_dialled_behind_the_code_is_the_first_input(
    dialled: str, behind: tuple[str, ...] | None
) -> None:
    assert read_dialled(dialled, CODE) == behind


def test_the_end_of_a_session_is_told_with_its_length_and_last_screen() -> None:
    session = open_session(CALLER, CODE).answered("CON Menu").typed("1").answered("END Merci")

    fields = end_fields(session, Outcome.SUCCESS, NOON)

    assert fields["status"] == "Success"
    assert fields["date"] == "2026-11-24 12:00:00"
    assert fields["hopsCount"] == "2"
    assert fields["input"] == "1"
    assert fields["lastAppResponse"] == "END Merci"
    assert int(fields["durationInMillis"]) < 10_000
    assert "errorMessage" not in fields


def test_a_plus_and_a_star_survive_the_form() -> None:
    body = urlencode(sms_fields(CALLER, "38455", "OUI 4821935 * 14h", NOON))

    assert parse_qs(body)["from"] == ["+2290197000011"]
    assert parse_qs(body)["text"] == ["OUI 4821935 * 14h"]


@pytest.mark.parametrize(
    ("body", "read"),
    [
        (b"CON Menu\n1 Oui", Screen("Menu\n1 Oui", goes_on=True)),
        (b"END Merci", Screen("Merci", goes_on=False)),
        ("END Santé".encode(), Screen("Santé", goes_on=False)),
        (b"CON", Screen("", goes_on=True)),
        (b" CON Menu", Breakdown("not_con_end")),
        (b"\nEND Menu", Breakdown("not_con_end")),
        ("\ufeffCON Menu".encode(), Breakdown("not_con_end")),
        (b"con Menu", Breakdown("not_con_end")),
        (b"<html>", Breakdown("not_con_end")),
        (b"", Breakdown("empty")),
        (b"  \n", Breakdown("empty")),
        (b"CON \xff", Breakdown("not_utf8")),
    ],
)
def test_only_a_body_that_begins_with_con_or_end_is_shown(
    body: bytes, read: Screen | Breakdown
) -> None:
    assert read_answer(Answer(200, body)) == read


@pytest.mark.parametrize("status", [301, 400, 403, 404, 500, 503])
def test_an_error_status_ends_the_session_whatever_the_body_says(status: int) -> None:
    assert read_answer(Answer(status, b"CON Menu")) == Breakdown("http_status")


def test_the_room_left_counts_two_septets_for_a_bracket_and_falls_to_70_outside_gsm7() -> None:
    narrow, wide = OPERATORS["99901"], OPERATORS["99902"]
    assert (narrow.left("a" * 160), wide.left("a" * 160)) == (0, 22)
    assert narrow.left("[]") == 156
    assert (narrow.left("ê"), wide.left("ê")) == (69, 79)
    assert narrow.left("a" * 161) == -1


def test_one_network_cuts_a_screen_that_is_too_long_and_the_other_refuses_it() -> None:
    narrow, wide = OPERATORS["99901"], OPERATORS["99902"]
    long = Screen("a" * 159 + "€€", goes_on=True)
    assert narrow.fit(long) == Screen("a" * 159, goes_on=True, cut=3)
    assert wide.fit(long) == long
    assert wide.fit(Screen("a" * 183, goes_on=True)) == Breakdown("too_long")
    arabic = Screen("قرية " * 15, goes_on=False)
    assert narrow.fit(arabic) == Screen(("قرية " * 15)[:70], goes_on=False, cut=5)
    assert wide.fit(arabic) == arabic


def test_a_call_says_in_which_network_it_is() -> None:
    session = open_session(CALLER, CODE, network="99902")
    assert ussd_fields(session)["networkCode"] == "99902"
    assert end_fields(session, Outcome.SUCCESS, NOON)["networkCode"] == "99902"
