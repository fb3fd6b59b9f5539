"""Every SMS fits one segment with the longest data, whatever fills it, in every language."""

import re

import gsm0338
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhealth.content.languages import load_languages
from mhealth.content.library import Library, content_hash, open_library
from mhealth.domain.gsm7 import is_gsm7
from mhealth.domain.language import Languages
from mhealth.domain.message import Lane
from mhealth.sms.templates import MISSING, Templates, check_templates, load_templates
from mhealth.sms.text_file import PLACEHOLDER
from tests.sms.shelf import Shelf
from tests.spoken import WHOLE

SHIPPED = load_templates(open_library(), load_languages(open_library()))
NAMES = sorted(SHIPPED.entries)

LONGEST = {
    "class_text": "Rendez-vous",
    "code": "482 1935",
    "subject": "femme qui a accouché",
    "age_text": "âge inconnu",
    "msisdn": "+229019700000123",
    "village": "Bèmbèrèkè-Gnanro-Centre-Est",
    "facility": "Centre de santé communal de Bembèrèkè-Nord",
    "when_text": "mercredi 25/11 à 14h30",
    "minutes": "1440",
    "service_code": "*384*55123#",
}


def _septets(text: str) -> int:
    return len(gsm0338.Codec().encode(text)[0])


def test_what_is_shipped_has_no_fault(library: Library, languages: Languages) -> None:
    """A language that is not whole may lack texts: the fallback speaks."""
    faults = check_templates(library, languages)
    elsewhere = tuple(f"sms_templates/{code}/" for code in languages.by_code.keys() - {*WHOLE})
    assert [f for f in faults if f.problem != MISSING or not f.place.startswith(elsewhere)] == []


@pytest.mark.parametrize("language", WHOLE)
@pytest.mark.parametrize("name", NAMES)
def test_each_sms_fits_one_segment_with_long_real_data(
    templates: Templates, name: str, language: str
) -> None:
    told = templates.render(name, language, LONGEST)
    assert told.language == language
    assert told.size.segments == 1
    assert told.size.is_gsm7
    assert _septets(told.text) <= 160
    assert not PLACEHOLDER.search(told.text)


@given(
    st.sampled_from(NAMES),
    st.sampled_from([*WHOLE, "xx", None]),
    st.fixed_dictionaries({name: st.text(max_size=80) for name in SHIPPED.limits}),
)
def test_no_value_whatever_breaks_the_segment_or_the_line(
    name: str, language: str | None, values: dict[str, str]
) -> None:
    told = SHIPPED.render(name, language, values)
    assert told.size.segments == 1
    assert is_gsm7(told.text)
    assert "\n" not in told.text
    assert "\f" not in told.text


@pytest.mark.parametrize("name", NAMES)
def test_each_sms_says_all_that_it_is_given(templates: Templates, name: str) -> None:
    values = {value: value[:2].upper() * 2 for value in templates.limits}
    for language in WHOLE:
        told = templates.render(name, language, values).text
        assert all(values[value] in told for value in templates.entries[name].values)


@pytest.mark.parametrize("name", NAMES)
def test_all_languages_say_the_same_number_of_things(templates: Templates, name: str) -> None:
    said = [sorted(PLACEHOLDER.findall(templates.files[code, name].text)) for code in WHOLE]
    assert said == [said[0]] * len(WHOLE)


def test_french_is_written_in_full_and_folded_when_sent(templates: Templates) -> None:
    told = templates.render("worker_incomplete", "fr", LONGEST | {"village": "Tâmbôlè"}).text
    assert "Tambolè" in told
    assert "coupé" in told
    written = templates.files["fr", "answer_no_code"].text
    assert "reçu" in written
    assert "recu" in templates.render("answer_no_code", "fr", {}).text


def test_a_long_value_is_cut_and_says_so(templates: Templates) -> None:
    told = templates.render("worker_accepted", "fr", LONGEST).text
    assert told.startswith("Centre de santé communal de... ")


def test_a_cut_value_stays_within_its_septets_when_letters_cost_two(templates: Templates) -> None:
    told = templates.render(
        "worker_emergency_least", "fr", {"code": "482 1935", "village": "€" * 24}
    )
    assert "€" * 10 + "..." in told.text
    assert told.size.segments == 1


def test_a_value_in_another_alphabet_does_not_cost_three_segments(templates: Templates) -> None:
    values = {"code": "482 1935", "village": "قرية Kandi"}
    told = templates.render("worker_emergency_least", "fr", values)
    assert "???? Kandi" in told.text
    assert told.size.is_gsm7


def test_a_value_cannot_forge_a_line_or_a_placeholder(templates: Templates) -> None:
    values = {"code": "482 1935", "village": "Kandi\r\nOUI\x00{code}\u202e\u2028x"}
    told = templates.render("worker_emergency_least", "en", values).text
    assert "Kandi OUI {code} x" in told
    assert "482 1935" in told


def test_an_unknown_language_is_answered_in_the_default_one(templates: Templates) -> None:
    assert templates.render("stop_confirmed", "xx", {}).language == "fr"
    assert templates.render("stop_confirmed", None, {}).language == "fr"


def test_what_swahili_lacks_is_said_in_english(languages: Languages, shelf: Shelf) -> None:
    assert languages.chain("sw") == ["sw", "en", "fr"]
    told = load_templates(shelf.library, languages).render("hello", "sw", {"code": "482 1935"})
    assert told.language == "en"


def test_a_missing_value_is_the_programmers_mistake(templates: Templates) -> None:
    with pytest.raises(KeyError, match="village"):
        templates.render("worker_emergency_least", "fr", {"code": "482 1935"})
    with pytest.raises(KeyError, match="no_such"):
        templates.render("no_such", "fr", {})


def test_emergencies_go_first_and_may_be_sent_twice(templates: Templates) -> None:
    for name in NAMES:
        told = templates.render(name, "fr", LONGEST)
        of_a_patient = name.startswith("district_") and name != "district_request_waits"
        if "emergency" in name or of_a_patient:
            assert told.lane is Lane.EMERGENCY
            assert told.repeat_safe
        if name.startswith(("answer_", "help_", "not_understood_")):
            assert told.lane is Lane.REPLY
            assert not told.repeat_safe


def test_least_data_texts_hold_nothing_that_needs_consent(templates: Templates) -> None:
    least = [entry for entry in templates.entries.values() if entry.least_data]
    assert {entry.name for entry in least} >= {"worker_emergency_least", "facility_emergency_least"}
    for entry in least:
        assert not {"subject", "age_text", "msisdn"} & set(entry.values)


def test_the_caller_reads_nothing_about_the_patient(templates: Templates) -> None:
    for entry in templates.entries.values():
        if entry.name.startswith("caller_"):
            assert set(entry.values) <= {"code", "facility", "when_text"}


@pytest.mark.parametrize(
    ("language", "yes", "no"),
    [("fr", "OUI", "NON"), ("en", "YES", "NO"), ("sw", "NDIYO", "HAPANA")],
)
def test_a_centre_is_told_how_to_answer(
    templates: Templates, language: str, yes: str, no: str
) -> None:
    for kind in ("emergency", "emergency_least", "urgent", "routine"):
        told = templates.render(f"facility_{kind}", language, LONGEST).text
        assert f"{yes} 482 1935" in told
        assert re.search(rf"\b{no} 482 1935", told)


def test_every_draft_is_known_by_its_path(templates: Templates) -> None:
    paths = [file.path for file in templates.contents if not file.is_signed]
    assert "sms_templates/fr/worker_emergency.txt" in paths
    assert len(paths) == len(templates.languages.by_code) * len(NAMES)


def test_a_signature_holds_for_the_signed_text_only(languages: Languages, shelf: Shelf) -> None:
    text = "Bonjour {code}"
    header = f"# review: by Dr A. Sanni, on 2026-11-20, version {content_hash(text)}\n"
    shelf.write("fr/hello", header + text + "\n")
    assert signed(shelf, languages) == [shelf.path("fr/hello")]
    shelf.write("fr/hello", header + text + "!\n")
    assert signed(shelf, languages) == []


def test_a_translation_is_signed_against_the_text_that_it_translates(
    languages: Languages, shelf: Shelf
) -> None:
    original = "Bonjour {code}"
    header = (
        f"# review: by A. Tossou, on 2026-11-20, version {content_hash('Hi {code}', original)}\n"
    )
    shelf.write("en/hello", header + "Hi {code}\n")
    assert signed(shelf, languages) == [shelf.path("en/hello")]
    shelf.write("fr/hello", "# review: draft\nBonsoir {code}\n")
    assert signed(shelf, languages) == []


def signed(shelf: Shelf, languages: Languages) -> list[str]:
    contents = load_templates(shelf.library, languages).contents
    return [file.path for file in contents if file.is_signed]
