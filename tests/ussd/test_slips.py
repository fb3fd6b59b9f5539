"""Digits of any script and slips of the thumb are read wherever something is typed."""

from collections.abc import Callable
from datetime import date

import pytest

from mhealth.content.languages import declared_languages
from mhealth.content.library import open_library
from mhealth.domain.codes import read_code as read_referral_code
from mhealth.domain.digits import western_digits
from mhealth.domain.msisdn import read_msisdn
from mhealth.sms.answers import Answer, read_answer
from mhealth.ussd.typed import (
    read_checked_code,
    read_code,
    read_decimal,
    read_key,
    read_number,
    read_picks,
    read_pin,
    without_padding,
)
from tests.ussd.walking import Phone, shipped_book

LANGUAGES = declared_languages(open_library())
SCRIPTS = {
    "Arabic-Indic": "٠١٢٣٤٥٦٧٨٩",
    "eastern Arabic-Indic": "۰۱۲۳۴۵۶۷۸۹",
    "full-width": "０１２３４５６７８９",
    "Devanagari": "०१२३४५६७८९",
    "N'Ko": "߀߁߂߃߄߅߆߇߈߉",
    "Bengali": "০১২৩৪৫৬৭৮৯",
    "Tamil": "௦௧௨௩௪௫௬௭௮௯",
    "Osmanya": "𐒠𐒡𐒢𐒣𐒤𐒥𐒦𐒧𐒨𐒩",
    "Adlam": "𞥐𞥑𞥒𞥓𞥔𞥕𞥖𞥗𞥘𞥙",
}


def answered(text: str) -> str | None:
    read = read_answer(text, LANGUAGES, date(2026, 11, 24))
    return read.code if isinstance(read, Answer) else None


READERS: dict[str, tuple[Callable[[str], object], str, object]] = {
    "key": (read_key, "10", "10"),
    "signs": (lambda typed: read_picks(typed, "123", ["et", "و"]), "13", {"1", "3"}),
    "PIN": (read_pin, "482193", "482193"),
    "register code": (read_code, "AG/042", "AG/042"),
    "checked code": (lambda typed: read_checked_code(typed, letters=False), "4821935", "4821935"),
    "number": (lambda typed: read_number(typed, "mois"), "11", 11),
    "decimal": (lambda typed: str(read_decimal(typed, "kg", 1)), "10,5", "10.5"),
    "referral code": (read_referral_code, "482 1935", "4821935"),
    "phone": (lambda typed: read_msisdn(typed, "BJ").e164, "0197000001", "+2290197000001"),
    "SMS answer": (answered, "OUI 482 1935", "4821935"),
}


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("reader", READERS)
def test_each_reader_reads_the_digits_of_each_script(reader: str, script: str) -> None:
    read, typed, meant = READERS[reader]
    assert read(typed.translate(str.maketrans("0123456789", SCRIPTS[script]))) == meant


@pytest.mark.parametrize(
    "slip", [" {} ", "{}#", "{} #", "\u200f{}", "{}\u200e", "\ufeff{}", "{}\r\n"]
)
@pytest.mark.parametrize("reader", READERS)
def test_each_reader_forgives_what_stands_around(reader: str, slip: str) -> None:
    read, typed, meant = READERS[reader]
    if reader == "phone" and slip.startswith(" "):
        typed, meant = "2290197000001", "+2290197000001"  # a `+` that a form turned into a space
    assert read(slip.format(typed)) == meant


@pytest.mark.parametrize(
    "reader", ["key", "checked code", "number", "phone", "referral code", "SMS answer"]
)
def test_o_and_l_are_the_digits_that_they_look_like(reader: str) -> None:
    read, typed, meant = READERS[reader]
    assert read(typed.replace("1", "l").replace("0", "O")) == meant
    assert read(typed.replace("1", "I").replace("0", "o")) == meant


def test_a_letter_beside_the_digits_of_a_decimal_is_one() -> None:
    assert (
        read_decimal("1O,5", "", 1) == read_decimal("l0,5 ", "", 1) == read_decimal("10,5", "", 1)
    )


def test_a_pin_with_gaps_and_letters_that_look_like_digits() -> None:
    assert read_pin("48 21 93") == read_pin("482-193") == read_pin("482.193#") == "482193"
    assert read_pin("48Ol93") == "480193"
    assert read_pin("48219") is None


def test_arabic_joins_signs_with_its_own_words_and_comma() -> None:
    for typed in ("١ و ٣", "١و٣", "١، ٣", "1 3", "３＋１"):
        assert read_picks(typed, "123", ["et", "و"]) == {"1", "3"}


@pytest.mark.parametrize("padding", ["@", "\r", "\x00", "@\r"])
def test_what_a_carrier_reads_behind_seven_characters_is_no_answer(padding: str) -> None:
    assert without_padding(f"4821935{padding}") == "4821935"
    phone = Phone(shipped_book())
    first = phone.type(f"4{padding}").text
    assert first == Phone(shipped_book()).type("4").text
    assert phone.show.state.misses == 0


def test_full_width_signs_and_spaces_are_the_narrow_ones() -> None:
    assert western_digits("＊３８４＊５５＃　Ｏｕｉ") == "*384*55# Oui"


@pytest.mark.parametrize("script", SCRIPTS)
def test_the_phone_understands_a_key_in_each_script(script: str) -> None:
    phone = Phone(shipped_book(), language="fr")
    asked = phone.type("4".translate(str.maketrans("0123456789", SCRIPTS[script])))
    assert asked.text == Phone(shipped_book(), language="fr").type("4").text
