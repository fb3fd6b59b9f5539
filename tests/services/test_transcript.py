"""What a cumulative call adds: input, retry or a new start, whatever stars people type."""

import hashlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhealth.services.transcript import Kind, hear, read_transcript


def digest(text: str) -> bytes:
    return hashlib.sha256(text.encode(errors="surrogatepass")).digest()


@pytest.mark.parametrize(
    ("stored", "text", "kind", "typed"),
    [
        ("", "", Kind.RETRY, ""),
        ("", "1", Kind.INPUT, "1"),
        ("1", "1*1", Kind.INPUT, "1"),
        ("1*1", "1*1", Kind.RETRY, ""),
        ("7*a*b", "7*a*b*****", Kind.INPUT, "****"),
        ("2", "2*1*3", Kind.INPUT, "1*3"),
        ("1*2", "1", Kind.RESTART, ""),
        ("1*2", "1*3", Kind.RESTART, ""),
        ("1*2", "", Kind.RESTART, ""),
        ("1", "12", Kind.RESTART, ""),
    ],
)
def test_a_call_is_compared_with_what_is_stored(
    stored: str, text: str, kind: Kind, typed: str
) -> None:
    reading = read_transcript(hear(stored, digest), text, digest, is_cumulative=True)

    assert (reading.kind, reading.typed) == (kind, typed)


@given(st.lists(st.text(max_size=6), min_size=1, max_size=6))
def test_a_call_of_inputs_is_read_back_one_by_one(inputs: list[str]) -> None:
    heard, text = hear("", digest), ""
    for number, typed in enumerate(inputs):
        text = typed if number == 0 else f"{text}*{typed}"
        reading = read_transcript(heard, text, digest, is_cumulative=True)
        if not heard.length and text == "":
            assert reading.kind is Kind.RETRY  # an empty first answer cannot be told from a retry
        else:
            assert (reading.kind, reading.typed) == (Kind.INPUT, typed if heard.length else text)
        heard = reading.heard


def test_what_is_remembered_of_a_call_holds_nothing_that_was_typed() -> None:
    heard = read_transcript(
        hear("2*482910", digest), "2*482910*1", digest, is_cumulative=True
    ).heard

    assert b"482910" not in msgspec.msgpack.encode(heard)
    assert heard == hear("2*482910*1", digest)


def test_a_carrier_of_single_inputs_is_always_heard_anew() -> None:
    first = read_transcript(hear("", digest), "1", digest, is_cumulative=False)
    again = read_transcript(first.heard, "1", digest, is_cumulative=False)

    assert [first.kind, again.kind] == [Kind.INPUT, Kind.INPUT]
    assert first.heard != again.heard
