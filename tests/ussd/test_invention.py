"""Invented names and numbers: of the same length and kind, the same for the same, and no letter stays."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mhealth.domain.alphabet import Alphabet
from mhealth.domain.codes import is_code, new_code, show_code
from mhealth.ussd.deeds import DEEDS, FACTS
from mhealth.ussd.finding import found, plain, read_letters
from mhealth.ussd.rehearsal.invention import KEPT, Inventor

NAMES = ["Agbodji", "Agbodjèdo", "Boko-Zoumé", "N'Dali", "Ouèssè Plateau", "Agnavo", "قرية النور"]
LETTERS = "abcdefghijklmnopqrstuvwxyzéèàçABCDEFGZ"


def inventor(*known: str) -> Inventor:
    return Inventor(frozenset(known))


@pytest.mark.parametrize("name", NAMES)
def test_no_letter_of_a_name_stays_where_it_was(name: str) -> None:
    made = inventor().text(name)
    assert len(made) == len(name)
    assert all(a != b for a, b in zip(plain(made), plain(name), strict=True) if a.isalpha())
    assert [sign.isalpha() for sign in made] == [sign.isalpha() for sign in name]
    assert [sign.isupper() for sign in made] == [sign.isupper() for sign in name]


@given(st.text(LETTERS + " -'", max_size=30))
@settings(max_examples=200, deadline=None)
def test_a_text_keeps_its_size_on_the_screen(text: str) -> None:
    made = inventor().text(text)
    assert Alphabet.GSM7.holds(made)
    assert len(made) == len(text)
    assert made == made.strip() or text != text.strip()


def test_the_same_name_is_the_same_everywhere_and_another_elsewhere() -> None:
    one = inventor()
    assert one.text("Agbodji") in one.text("Poste de Agbodji")
    assert len({inventor().text("Agbodji") for _ in range(20)}) > 10


def test_known_words_and_short_numbers_stay() -> None:
    made = inventor("accepte").text("482 1935 accepté, 3 km")
    assert made.endswith(f"accepté, 3 {made[-2:]}")
    assert is_code(made[:8].replace(" ", ""))
    assert made[:8] != "482 1935"


@given(st.integers(0, 5), st.integers(1, 7))
@settings(max_examples=60, deadline=None)
def test_what_finds_a_name_finds_the_invented_one(at: int, length: int) -> None:
    one, names = inventor(), NAMES[:-1]
    typed = names[at][:length]
    if read_letters(typed) is None:
        return
    rows = [(str(n), name) for n, name in enumerate(names)]
    invented = [(key, one.text(name)) for key, name in rows]
    made = read_letters(one.beginning(typed, names))
    assert made is not None
    before = [key for key, _ in found(rows, read_letters(typed) or "")]
    assert [key for key, _ in found(invented, made)] == before


def test_a_code_keeps_its_check_and_a_wrong_one_stays_wrong() -> None:
    for _ in range(50):
        code = new_code()
        made = inventor().code(show_code(code)).replace(" ", "")
        assert is_code(made)
        assert made != code
    assert not is_code(inventor().code("4821936"))


def test_a_number_keeps_its_country_and_its_form() -> None:
    made = inventor().phone("+229 01 91 00 00 01")
    assert made.startswith("+229 01 91")
    assert [sign == " " for sign in made] == [sign == " " for sign in "+229 01 91 00 00 01"]
    assert made != "+229 01 91 00 00 01"


def test_keys_are_small_numbers_the_same_for_the_same() -> None:
    one = inventor()
    result = one.result({"options": [{"key": "a" * 32, "label": "Agbodji"}], "count": 1})
    assert result["options"][0]["key"] == "1"
    assert result["count"] == 1
    assert one.value("village", "17") == "2"
    assert one.value("village", "a" * 32) == "1"
    assert one.value("village", "") == ""


def test_whatever_is_not_known_to_be_ours_is_invented() -> None:
    declared = {*FACTS, *(name for deed in DEEDS.values() for name in deed.gives)}
    assert declared >= KEPT
    assert inventor().value("never_heard_of", "Kossi") != "Kossi"
    assert inventor().value("today", "2026-11-24") == "2026-11-24"
    assert inventor().value("region", "BJ") == "BJ"
    assert inventor().value("advice", "Partez. Appelez le +229 01 91 00 00 01") != (
        "Partez. Appelez le +229 01 91 00 00 01"
    )
