"""The alphabet of SMS: our counting is held against the gsm0338 package."""

import gsm0338
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhealth.domain.gsm7 import BASIC, EXTENDED, fold, is_gsm7, measure, septets

_codec = gsm0338.Codec()
gsm_text = st.text(st.sampled_from(BASIC + EXTENDED), max_size=400)


@given(gsm_text)
def test_septets_are_counted_as_gsm0338_encodes_them(text: str) -> None:
    encoded, _ = _codec.encode(text)

    assert septets(text) == len(encoded)


@given(st.text(max_size=50))
def test_what_gsm0338_cannot_encode_is_not_gsm7(text: str) -> None:
    try:
        _codec.encode(text)
        encodes = True
    except UnicodeError:
        encodes = False

    assert is_gsm7(text) == (encodes and "\x1b" not in text)


def reference_segments(text: str) -> int:
    """Cut as 3GPP TS 23.040 does: whole characters into parts of 153 septets, escapes unsplit."""
    if septets(text) <= 160:
        return 1
    parts, room = 1, 153
    for char in text:
        cost = len(_codec.encode(char)[0])
        if cost > room:
            parts, room = parts + 1, 153
        room -= cost
    return parts


@given(gsm_text)
def test_segments_never_split_an_escape(text: str) -> None:
    assert measure(text).segments == reference_segments(text)


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ş" * 70, 1),
        ("ş" * 71, 2),
        ("ş" * 134, 2),
        ("ş" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("😀" * 67, 3),
        ("", 1),
    ],
)
def test_border_lengths(text: str, segments: int) -> None:
    assert measure(text).segments == segments


@pytest.mark.parametrize(
    ("french", "sent"),
    [
        ("hôpital", "hopital"),
        ("contrôle reçu", "controle recu"),
        ("œdème", "oedème"),
        ("Œil, CŒUR, ŒUVRE", "Oeil, COEUR, OEUVRE"),
        ("où êtes-vous ?", "où etes-vous ?"),
        ("fièvre bébé diarrhée à É", "fièvre bébé diarrhée à É"),
        ("« l’eau »", '" l\'eau "'),
        ("À l’Île… – 38°", "A l'Ile... - 38o"),
        ("ça naît jaunâtre", "ca nait jaunatre"),
    ],
)
def test_french_is_folded_and_keeps_what_the_alphabet_has(french: str, sent: str) -> None:
    assert fold(french) == sent
    assert is_gsm7(fold(french))


@given(st.text(max_size=80))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
