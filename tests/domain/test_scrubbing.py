"""What may not leave the house is not in a scrubbed text, however it was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhealth.domain.msisdn import Msisdn
from mhealth.domain.scrubbing import hide_typed, scrub, scrub_value


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("from +2290197000001", "from +229********01"),
        ("loc 97000001", "loc ******01"),
        ("97 00 00 01", "*********01"),
        ("+229 97-00-00-01", "+229**********01"),
        ("(229) 97.00.00.01", "(229)**********01"),
        ("msisdn=%2B22997000001", "msisdn=%2B2299*****01"),
        ("x22997000001y", "x2299*****01y"),
        ("POST /hooks/africastalking/SECRET/ussd?x=1", "POST /hooks/africastalking/***/ussd?x=1"),
        (
            "next=%2Fhooks%2Fafricastalking%2FSECRET%2Fsms",
            "next=%2Fhooks%2Fafricastalking%2F***%2Fsms",
        ),
        ("/hooks/africastalking/SECRET", "/hooks/africastalking/***"),
        ("redis://:secret@host:6379/0", "redis://***@host:6379/0"),
        ("a\nb\x1b[31m", "a b [31m"),
    ],
)
def test_numbers_tokens_and_passwords_are_hidden(raw: str, shown: str) -> None:
    assert scrub(raw) == shown


@pytest.mark.parametrize(
    "text",
    [
        "Référence 482 1937",
        "on 2026-11-24 at 07:23:02",
        "127.0.0.1:8000 answered 200 in 12 ms",
        "sms accepted",
        "+229********01",
    ],
)
def test_codes_dates_and_our_own_sentences_stay_readable(text: str) -> None:
    assert scrub(text) == text


def test_what_lists_maps_and_objects_hold_is_scrubbed_too() -> None:
    class Thing:
        def __str__(self) -> str:
            return "Thing of 22997000001"

    class Broken:
        def __str__(self) -> str:
            raise RuntimeError

    value = {
        "22997000001": [b"22997000001", (Msisdn("+22997000001"),), {"a": {"b": 22997000001}}],
        "rest": [Thing(), Broken(), 9.7e7, 42, 0.5, True, None],
    }

    assert scrub_value(value) == {
        "2299*****01": ["2299*****01", ["+229******01"], {"a": {"b": "2299*****01"}}],
        "rest": ["Thing of 2299*****01", "<unprintable>", "********.0", 42, 0.5, True, None],
    }


def test_a_value_that_holds_itself_ends_somewhere() -> None:
    ring: list[object] = ["22997000001"]
    ring.append(ring)
    assert "22997000001" not in str(scrub_value(ring))


@given(st.text(), st.from_regex(r"\+?[0-9]{8,15}", fullmatch=True), st.text())
def test_no_number_survives_whatever_stands_around_it(before: str, number: str, after: str) -> None:
    text = f"{before}|{number}|{after}"
    assert number not in scrub(text)
    assert scrub(scrub(text)) == scrub(text)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("sessionId=1&text=2*739164*1&x=y", "sessionId=1&text=***&x=y"),
        ("text=2%2A739164", "text=***"),
        ("status=Failed&input=2*73 91 64", "status=Failed&input=***"),
        ('{"text": "2*739164"}', '{"text": "2*******"}'),
        (
            '--b\r\nContent-Disposition: form-data; name="text"\r\n\r\n2*739164\r\n--b--',
            '--b\r\nContent-Disposition: form-data; name="text"\r\n\r\n***\r\n--b--',
        ),
        ("code 4821935 for 482 1935 and 2026", "code 4821935 for 482 1935 and 2026"),
    ],
)
def test_what_was_typed_is_hidden_in_a_call_that_could_not_be_read(raw: str, shown: str) -> None:
    assert hide_typed(raw) == shown
