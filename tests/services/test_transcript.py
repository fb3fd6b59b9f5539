"""What a cumulative call adds: input, retry or a new start, whatever stars people type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhealth.services.transcript import Kind, read_transcript


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
    reading = read_transcript(stored, text, is_cumulative=True)

    assert (reading.kind, reading.typed) == (kind, typed)


@given(st.lists(st.text(max_size=6), min_size=1, max_size=6))
def test_a_call_of_inputs_is_read_back_one_by_one(inputs: list[str]) -> None:
    stored, text = "", ""
    for number, typed in enumerate(inputs):
        text = typed if number == 0 else f"{text}*{typed}"
        reading = read_transcript(stored, text, is_cumulative=True)
        if stored == "" and text == "":
            assert reading.kind is Kind.RETRY  # an empty first answer cannot be told from a retry
        else:
            assert (reading.kind, reading.typed) == (Kind.INPUT, typed if stored else text)
        stored = reading.transcript
