"""SMS of a language in UCS-2: measured in 70 and 67, within the segments that each may cost."""

import re
import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mhealth.content.languages import declared_languages
from mhealth.content.library import open_library
from mhealth.domain.alphabet import Alphabet
from mhealth.domain.gsm7 import is_gsm7, measure
from mhealth.domain.language import Language, Languages
from mhealth.sms.templates import MISSING, check_templates, load_templates
from mhealth.sms.text_file import PLACEHOLDER, longest_size
from tests.sms.shelf import Shelf
from tests.sms.test_templates import LONGEST

DECLARED = declared_languages(open_library())
ALL = load_templates(open_library(), DECLARED)
ARABIC = DECLARED.by_code["ar"]
PARTIAL = ("pt", "ha", "ar")
OF_THE_PATIENT = {name for name in ALL.entries if name.startswith("caller_")} | {
    "stop_confirmed",
    "resume_confirmed",
    "help_anyone",
    "not_understood_anyone",
}
WORST = {
    **LONGEST,
    "facility": "Centre de santé communal de Bembèrèkè-Nord",
    "when_text": "الأربعاء 25/11، 14:30",
}


def arabic() -> list[str]:
    return sorted(name for code, name in ALL.files if code == "ar")


def test_every_declared_language_is_sound_and_may_only_lack_texts() -> None:
    faults = check_templates(open_library(), DECLARED)
    assert {fault.problem for fault in faults} == {MISSING}
    assert {fault.place.split("/")[1] for fault in faults} == set(PARTIAL)


@pytest.mark.parametrize("code", PARTIAL)
def test_what_a_patient_gets_about_a_referral_is_whole(code: str) -> None:
    assert {name for language, name in ALL.files if language == code} >= OF_THE_PATIENT


def test_only_an_appointment_may_take_two_segments_in_arabic_and_an_emergency_takes_one() -> None:
    sizes = {n: longest_size(ALL.files["ar", n], ALL.limits, ARABIC).segments for n in arabic()}
    assert {name for name, segments in sizes.items() if segments > 1} == {
        "caller_accepted",
        "caller_routine",
        "caller_urgent",
    }
    assert max(sizes.values()) == 2


@pytest.mark.parametrize("name", arabic())
def test_arabic_with_long_latin_names_is_what_was_measured(name: str) -> None:
    told = ALL.render(name, "ar", WORST)
    assert told.language == "ar"
    assert not told.size.is_gsm7
    assert told.size == measure(told.text)
    assert told.size.segments <= ALL.entries[name].most_segments(Alphabet.UCS2)
    first = next(
        unicodedata.bidirectional(c) for c in told.text if unicodedata.bidirectional(c) in "LRAL"
    )
    assert first in ("AL", "R")
    assert not PLACEHOLDER.search(told.text)


def test_an_everyday_appointment_in_arabic_is_one_segment() -> None:
    values = {"code": "482 1935", "facility": "CS Kpéla", "when_text": "غدا، 14:30"}
    told = ALL.render("caller_accepted", "ar", values)
    assert (told.size.segments, told.size.length) == (1, len(told.text))
    assert told.text == "ينتظرك CS Kpéla غدا، 14:30. رمز 482\u00a01935. أرهم هذه الرسالة."


@settings(max_examples=50)
@given(
    st.sampled_from(arabic()),
    st.fixed_dictionaries({name: st.text(max_size=60) for name in ALL.limits}),
)
def test_no_value_whatever_breaks_the_segments_of_an_arabic_sms(
    name: str, values: dict[str, str]
) -> None:
    told = ALL.render(name, "ar", values)
    assert told.size.segments <= ALL.entries[name].most_segments(Alphabet.UCS2)
    assert "\n" not in told.text


@settings(max_examples=50)
@given(
    st.sampled_from(sorted(OF_THE_PATIENT)),
    st.sampled_from(["fr", "en", "sw", "pt", "ha"]),
    st.fixed_dictionaries({name: st.text(max_size=60) for name in ALL.limits}),
)
def test_no_value_turns_an_sms_in_gsm7_into_ucs2(
    name: str, language: str, values: dict[str, str]
) -> None:
    told = ALL.render(name, language, values)
    assert told.size.is_gsm7
    assert told.size.segments == 1


def test_hooked_letters_are_folded_in_either_case() -> None:
    told = ALL.render("caller_accepted", "ha", {**LONGEST, "facility": "Ƙauyen Ɓaure Ɗan-Ƴar"})
    assert "Kauyen Baure Dan-Yar na jiran ku" in told.text
    assert is_gsm7(told.text)


def test_a_name_in_arabic_letters_stays_in_an_arabic_sms_only() -> None:
    values = {**WORST, "facility": "مركز ندجامينا"}
    assert "مركز ندجامينا" in ALL.render("caller_emergency", "ar", values).text
    assert "???? " in ALL.render("caller_emergency", "fr", values).text


def arabic_shelf(languages: Languages) -> Languages:
    spoken = {
        "fr": languages.by_code["fr"],
        "ar": Language(code="ar", name="العربية", alphabet=Alphabet.UCS2, direction="rtl"),
    }
    return Languages(spoken, silent=frozenset({"en"}))


def problems(shelf: Shelf, languages: Languages) -> Iterator[str]:
    for fault in check_templates(shelf.library, arabic_shelf(languages)):
        if fault.problem != MISSING:
            yield f"{fault.place} {fault.problem} ({fault.hint})"


def test_a_text_over_its_segments_says_how_many_it_takes_and_which_key_allows_more(
    languages: Languages, shelf: Shelf
) -> None:
    shelf.write("ar/hello", "# review: draft\n" + "كلمة " * 13 + "{code}\n")
    (said,) = problems(shelf, languages)
    assert said.startswith("sms_templates/ar/hello.txt:2:1 2 segments with the longest values: 73")
    assert "UTF-16 units (at most 1: shorten it, or raise its `max_segments_ucs2`)" in said
    shelf.index(INDEX.format("max_segments_ucs2: 2, "))
    assert list(problems(shelf, languages)) == []
    shelf.index(INDEX.format("max_segments: 2, "))
    assert list(problems(shelf, languages)) == [], "as many as in GSM-7 when not said"


@pytest.mark.parametrize("bad", ["0", "yes", "two", "-1"])
def test_a_number_of_segments_that_is_none_is_refused(
    languages: Languages, shelf: Shelf, bad: str
) -> None:
    shelf.index(INDEX.format(f"max_segments_ucs2: {bad}, "))
    (said,) = problems(shelf, languages)
    assert re.search(r"max_segments_ucs2 is a number from 1 on", said)


INDEX = """\
values:
  code: {{max: 8}}
  village: {{max: 24}}
templates:
  hello: {{lane: reply, repeat_safe: false, {}values: [code]}}
  least: {{lane: emergency, repeat_safe: true, values: [village]}}
"""
