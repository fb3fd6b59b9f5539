"""Phone numbers as carriers and people write them."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhealth.domain.msisdn import Msisdn, NotAMsisdn, mask, read_msisdn


@pytest.mark.parametrize(
    ("written", "region", "read"),
    [
        ("+2290197000001", "BJ", "+2290197000001"),
        (" 2290197000001", "BJ", "+2290197000001"),  # a form turned + into a space
        ("2290197000001", "BJ", "+2290197000001"),
        ("002290197000001", "BJ", "+2290197000001"),
        ("tel:+2290197000001", "BJ", "+2290197000001"),
        ("0197000001", "BJ", "+2290197000001"),
        ("01 97 00 00 01", "BJ", "+2290197000001"),
        ("٠١٩٧٠٠٠٠٠١", "BJ", "+2290197000001"),
        ("254711082903", None, "+254711082903"),
        ("0711082903", "KE", "+254711082903"),
        ("+254 711-082-903", "BJ", "+254711082903"),
    ],
)
def test_a_number_is_read(written: str, region: str | None, read: str) -> None:
    assert read_msisdn(written, region) == Msisdn(read)


@pytest.mark.parametrize("written", ["", "MTN", "+", "12", "+25470", "38455", "1" * 40, "+229abc"])
def test_what_is_no_number_is_refused_and_masked(written: str) -> None:
    with pytest.raises(NotAMsisdn) as refused:
        read_msisdn(written, "BJ")

    assert len(written) < 5 or written not in str(refused.value)


@given(st.text(max_size=60))
def test_any_text_gives_a_number_or_a_refusal(text: str) -> None:
    with contextlib.suppress(NotAMsisdn):
        assert read_msisdn(text, "BJ").e164.startswith("+")


def test_a_number_never_prints_itself_whole() -> None:
    number = Msisdn("+2290197000001")

    assert repr(number) == "Msisdn(+229********01)"
    assert mask("123456") == "******"
