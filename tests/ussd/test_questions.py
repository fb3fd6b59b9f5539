"""Phones, words, codes and decimals as people type them; the key for not knowing; own hints."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mhealth.domain.check_digits import CHECKS, is_right
from mhealth.domain.codes import new_code
from mhealth.ussd.book import build_book
from mhealth.ussd.engine import Outcome
from mhealth.ussd.kinds.end import End
from mhealth.ussd.typed import read_decimal, read_words
from tests.ussd.asking import asking, phone_at, said
from tests.ussd.walking import Phone, french_and_english, library_of

KG: dict[str, Any] = {"kind": "number", "min": 0.5, "max": 25, "decimals": 1, "unit": "kg kilos"}


@pytest.mark.parametrize(
    "typed",
    ["12,5", "12.5", "12*5", "12٫5", "12,5 kg", "12,5kg", "kg 12,5", "12,5 kilos", "12.50", "12,5#",
     " 12 , 5 ", "#12,5", "١٢,٥", "１２.５", "l2,5", "12,5 kg.", "12,5 Kilo"],
)  # fmt: skip
def test_twelve_and_a_half(tmp_path: Path, typed: str) -> None:
    assert said(tmp_path, KG, typed) == 12.5


@pytest.mark.parametrize(
    ("typed", "number"), [("12", 12), ("12,0", 12), ("0,5", 0.5), ("25", 25), ("O,5", 0.5)]
)
def test_a_whole_number_stays_whole(tmp_path: Path, typed: str, number: float) -> None:
    stored = said(tmp_path, KG, typed)
    assert stored == number
    assert isinstance(stored, int) is (number == int(number))


@pytest.mark.parametrize(
    "typed", ["", "0,4", "25,1", "12,55", "12,555", "1.000", "1 2 5", "12,", ",5", "-3", "1e1", "12,5 g",
              "douze", "12,5,1", "kg", "kg 12,5 kg", "12 5", "1/2"],
)  # fmt: skip
def test_no_weight(tmp_path: Path, typed: str) -> None:
    assert said(tmp_path, KG, typed) is None


def test_a_factor_is_exact(tmp_path: Path) -> None:
    assert said(tmp_path, {**KG, "times": 1000}, "12,3") == 12300
    assert said(tmp_path, {**KG, "max": 99.9, "times": 0.1}, "12,3") == 1.23


def test_three_decimals_may_be_asked_for(tmp_path: Path) -> None:
    node = {"kind": "number", "min": 0, "max": 5, "decimals": 3}
    assert said(tmp_path, node, "1,250") == 1.25


def test_the_hint_writes_the_range_as_the_language_does(tmp_path: Path) -> None:
    for language, hint in (("fr", "Tapez 0,5 à 25."), ("en", "Type 0.5 to 25.")):
        show = phone_at(tmp_path, KG, language=language).type("30")
        assert show.text == f"{hint}\n?"


def test_a_decimal_is_shown_as_the_language_writes_it(tmp_path: Path) -> None:
    flow = asking({**KG, "text": "Poids ?"}).replace("text: Merci.", "text: '{said} kg.'")
    english = (
        "review: draft\nnodes: {ask: {text: 'Weight?', unit: kg}, done: {text: '{said} kg.'}}\n"
    )
    library = library_of(tmp_path, main=flow, lang_en_main=english)
    book = build_book(library, french_and_english(), {})
    assert Phone(book).type("12.5").text == "12,5 kg."
    assert Phone(book, language="en").type("12,5").text == "12.5 kg."
    assert Phone(book).type("12").text == "12 kg."


@given(st.text(max_size=40), st.integers(1, 3))
def test_no_text_breaks_the_reading_of_decimals(typed: str, decimals: int) -> None:
    figure = read_decimal(typed, "kg", decimals)
    assert figure is None or figure >= 0


@pytest.mark.parametrize(
    "typed",
    ["0197000012", "01 97 00 00 12", "01.97.00.00.12", "01-97-00-00-12", "+229 01 97 00 00 12",
     "0022901970000 12", "22901 97000012", "01/97/00/00/12", "٠١٩٧٠٠٠٠١٢", "O197OOOO12",
     "01 97 00 00 12 #", "(01) 97000012",
     "0l97000012"],
)  # fmt: skip
def test_one_phone_number(tmp_path: Path, typed: str) -> None:
    assert said(tmp_path, {"kind": "phone"}, typed) == "+2290197000012"


@pytest.mark.parametrize(
    "typed",
    ["", "97", "01 97 00", "mama", "01 97 00 00 12 ou 13", "0" * 31, "+1", "01 97 00 00 12 34 56"],
)
def test_no_phone_number(tmp_path: Path, typed: str) -> None:
    assert said(tmp_path, {"kind": "phone"}, typed) is None


def test_a_number_of_another_country_keeps_it(tmp_path: Path) -> None:
    assert said(tmp_path, {"kind": "phone"}, "+254 712 345 678") == "+254712345678"
    assert said(tmp_path, {"kind": "phone"}, "0712 345 678", region="KE") == "+254712345678"


@pytest.mark.parametrize("region", ["", None, 7])
def test_without_a_country_only_international_numbers_are_read(tmp_path: Path, region: Any) -> None:
    assert said(tmp_path, {"kind": "phone"}, "0197000012", region=region) is None
    assert said(tmp_path, {"kind": "phone"}, "+2290197000012", region=region) == "+2290197000012"


@pytest.mark.parametrize(
    ("check", "right", "slips"),
    [("luhn", "79927398713", ["79927398710", "97927398713"]),
     ("verhoeff", "2363", ["2364", "3263", "2633"]),
     ("damm", "5724", ["5723", "7524", "5742"]),
     ("mod97", "08686001256515001121751", ["08686001256515001121752", "80686001256515001121751"]),
     ("mod97", "5493000IBP32UQZ0KL24", ["5493000IBP32UQZ0KL42", "S493000IBP32UQZ0KL24"])],
)  # fmt: skip
def test_a_slip_of_a_finger_is_told_at_once(
    tmp_path: Path, check: str, right: str, slips: list[str]
) -> None:
    node = {"kind": "code", "check": check}
    assert said(tmp_path, node, right) == right
    for slip in slips:
        show = phone_at(tmp_path, node).type(slip)
        assert show.outcome is Outcome.INVALID
        assert show.text == "Code faux: relisez-le.\n?"


@pytest.mark.parametrize("typed", ["572 4", "57-24", "572.4#", " 5724 ", "５７２４", "57_24"])
def test_a_checked_code_as_it_is_copied(tmp_path: Path, typed: str) -> None:
    assert said(tmp_path, {"kind": "code", "check": "damm"}, typed) == "5724"


def test_letters_that_stand_for_digits_are_read_as_them_where_only_digits_can_be(
    tmp_path: Path,
) -> None:
    digits = next(code for code in iter(new_code, "") if "0" in code and "1" in code)
    typed = digits.replace("0", "O").replace("1", "l")
    node = {"kind": "code", "check": "damm", "length": 7}
    assert said(tmp_path, node, typed) == digits
    assert said(tmp_path, {"kind": "code"}, "O7-L") == "O7-L"


@pytest.mark.parametrize("typed", ["0", "00", "000", "18", "AB12", "48219355", "482193"])
def test_what_is_no_referral_code(tmp_path: Path, typed: str) -> None:
    assert said(tmp_path, {"kind": "code", "check": "damm", "length": 7}, typed) is None


@given(st.integers(100, 10**9), st.sampled_from(["verhoeff", "damm"]), st.data())
def test_no_single_wrong_digit_and_no_swap_of_neighbours_passes(
    body: int, check: str, data: st.DataObject
) -> None:
    right = next(f"{body}{digit}" for digit in range(10) if is_right(check, f"{body}{digit}"))
    at = data.draw(st.integers(0, len(right) - 1))
    wrong = right[:at] + str((int(right[at]) + data.draw(st.integers(1, 9))) % 10) + right[at + 1 :]
    assert not is_right(check, wrong)
    swapped = right[:at] + right[at : at + 2][::-1] + right[at + 2 :]
    assert is_right(check, swapped) is (swapped == right)


@given(st.text(max_size=30), st.sampled_from(sorted(CHECKS)))
def test_no_text_breaks_a_check(text: str, check: str) -> None:
    is_right(check, text)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("Awa Dossou", "Awa Dossou"), ("  Awa   Dossou ", "Awa Dossou"), ("Awa\nDossou\t", "Awa Dossou"),
     ("Awa\u200bDossou", "AwaDossou"),
     ("N'Dali", "N'Dali"), ("Zoe\u0301", "Zoé"), ("O", "O"), ("l", "l"), ("#", "#"), ("x" * 20, "x" * 20)],
)  # fmt: skip
def test_words_are_kept_as_they_were_typed_but_tidy(
    tmp_path: Path, typed: str, stored: str
) -> None:
    assert said(tmp_path, {"kind": "text", "max": 20}, typed) == stored


@pytest.mark.parametrize("typed", ["", "   ", "\u200b", "a", "x" * 21, "y " * 400])
def test_words_too_few_or_too_many(tmp_path: Path, typed: str) -> None:
    show = phone_at(tmp_path, {"kind": "text", "min": 2, "max": 20}).type(typed)
    assert show.text == "Tapez 2 à 20 lettres.\n?"


def test_words_are_shown_in_the_alphabet_of_phones_and_never_overflow(tmp_path: Path) -> None:
    flow = asking({"kind": "text", "max": 20}).replace("text: Merci.", "text: '{said}.'")
    phone = Phone(build_book(library_of(tmp_path, main=flow), french_and_english(), {}))
    assert phone.type("Ẹniọla €€€€€€€€€€€€").text == "Eniola €€€€€...."
    assert phone.vars["said"] == "Ẹniọla €€€€€€€€€€€€"


def test_a_pattern_is_for_the_whole_answer(tmp_path: Path) -> None:
    node = {"kind": "text", "pattern": "[0-9]{4}", "hint": "Quatre chiffres."}
    assert said(tmp_path, node, "1234") == "1234"
    show = phone_at(tmp_path, node).type("12345")
    assert show.text == "Quatre chiffres.\n?"


@pytest.mark.parametrize(
    ("typed", "text"),
    [("stop", "Ailleurs."), ("STOP!", "Ailleurs."), ("Arrêt", "Ailleurs."), ("arret", "Ailleurs."),
     ("AB1234", "Ailleurs."), ("AB12345", "Merci."), ("stopper", "Merci."), ("Awa", "Merci.")],
)  # fmt: skip
def test_answers_lead_where_they_say(tmp_path: Path, typed: str, text: str) -> None:
    node = {"kind": "text", "next": None, "otherwise": "done", "answers": {
        "stop": {"is": ["stop", "arrêt"], "next": "elsewhere"},
        "badge": {"pattern": "[A-Z]{2}[0-9]{4}", "next": "elsewhere", "set": {"badge": True}}}}  # fmt: skip
    phone = phone_at(tmp_path, node)
    assert phone.type(typed).text == text
    assert phone.vars["said"] == typed
    assert phone.vars.get("badge") is (True if typed == "AB1234" else None)


def test_without_otherwise_what_fits_no_answer_is_not_valid(tmp_path: Path) -> None:
    node = {"kind": "text", "next": None, "answers": {"stop": {"is": "stop", "next": "elsewhere"},
                                                      "two": {"is": 22, "next": "done"}}}  # fmt: skip
    assert phone_at(tmp_path, node).type("Awa").outcome is Outcome.INVALID
    assert phone_at(tmp_path, node).type("22").text == "Merci."


@pytest.mark.parametrize(
    "node",
    [{"kind": "date", "earliest": -9, "latest": 0}, {"kind": "phone"}, {"kind": "text", "min": 3},
     {"kind": "code", "check": "luhn"}, {"kind": "code", "length": 5}, {**KG}],
    ids=lambda node: f"{node['kind']}",
)  # fmt: skip
def test_who_does_not_know_says_so(tmp_path: Path, node: dict[str, Any]) -> None:
    unknown = {
        "key": 99,
        "text": "Je ne sais pas",
        "next": "elsewhere",
        "set": {"is_unknown": True},
    }
    phone = phone_at(tmp_path, {**node, "unknown": unknown})
    assert phone.show.text == "?\n99 Je ne sais pas"
    assert phone.type("99").text == "Ailleurs."
    assert "said" not in phone.vars
    assert phone.vars["is_unknown"] is True


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(typed=st.text(max_size=200))
def test_no_text_breaks_a_question(tmp_path: Path, typed: str) -> None:
    for node in (
        {"kind": "phone"},
        {"kind": "text", "pattern": "[a-z ]+"},
        {"kind": "code", "check": "mod97"},
        KG,
    ):
        show = phone_at(tmp_path, node).type(typed)
        assert show.outcome in (Outcome.INVALID, Outcome.ENDED)


@given(st.text(max_size=60), st.integers(1, 30))
def test_words_are_one_line_of_at_most_so_many_characters(typed: str, most: int) -> None:
    words = read_words(typed, most)
    assert words is None or (0 < len(words) <= most and words == " ".join(words.split()))


@pytest.mark.parametrize(
    ("node", "room"),
    [({"kind": "phone"}, 16), ({"kind": "date", "earliest": -9, "latest": 0}, 10), ({"kind": "code"}, 24),
     ({"kind": "code", "length": 7}, 7), ({"kind": "text"}, 40), ({"kind": "text", "max": 20}, 20),
     (KG, 4), ({**KG, "times": 0.01}, 5), ({"kind": "number", "min": 1, "max": 36, "times": 30}, 4)],
)  # fmt: skip
def test_a_screen_keeps_room_for_the_longest_answer(
    tmp_path: Path, node: dict[str, Any], room: int
) -> None:
    flow = asking(node).replace("text: Merci.", "text: '{said}'")
    book = build_book(library_of(tmp_path, main=flow), french_and_english(), {})
    done = book.plan_of("main").nodes["main.done"]
    assert isinstance(done, End)
    assert done.text["fr"].longest == room
