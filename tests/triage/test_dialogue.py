"""What the caller sees: the signs in order, short enough for a keypad, and the words at the end."""

import pytest

from mhealth.domain.gsm7 import fold, is_gsm7, septets
from mhealth.triage.dialogue import advice_text, sign_groups
from mhealth.triage.evaluate import assess, danger_signs
from mhealth.triage.protocol import Protocol
from mhealth.triage.translations import MAX_ADVICE, MAX_LABEL
from tests.spoken import WHOLE
from tests.triage.naive import NAMES

Protocols = dict[str, Protocol]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", WHOLE)
def test_every_group_fits_one_screen_with_its_question(
    protocols: Protocols, name: str, language: str
) -> None:
    for group in sign_groups(protocols[name], language):
        assert 1 <= len(group) <= 9
        lines = [f"{n}.{option.label}" for n, option in enumerate(group, 1)]
        assert septets(fold("\n".join(lines))) <= 132
        assert all(septets(fold(option.label)) <= MAX_LABEL for option in group)


@pytest.mark.parametrize("name", NAMES)
def test_signs_that_stop_the_questions_are_asked_first(protocols: Protocols, name: str) -> None:
    groups = sign_groups(protocols[name], "fr")
    holds_danger = [any(option.stops for option in group) for group in groups]
    assert holds_danger == sorted(holds_danger, reverse=True)
    assert holds_danger[0]
    stopping = {option.key for group in groups for option in group if option.stops}
    assert stopping == danger_signs(protocols[name])


@pytest.mark.parametrize("name", NAMES)
def test_every_sign_is_asked_exactly_once(protocols: Protocols, name: str) -> None:
    keys = [option.key for group in sign_groups(protocols[name], "fr") for option in group]
    assert sorted(keys) == sorted(protocols[name].signs)


def test_the_labels_speak_the_language_of_the_caller(protocols: Protocols) -> None:
    first = {code: sign_groups(protocols["child"], code)[0][2].label for code in ("fr", "en", "xx")}
    assert first == {
        "fr": "Ne boit, ne tète plus",
        "en": "Cannot drink or suck",
        "xx": "Ne boit, ne tète plus",
    }


@pytest.mark.parametrize("name", NAMES)
def test_every_text_is_translated(protocols: Protocols, name: str) -> None:
    assert [protocols[name].untranslated[code] for code in WHOLE] == [()] * len(WHOLE)


@pytest.mark.parametrize("name", NAMES)
def test_every_advice_is_short_and_can_be_sent_to_every_phone(
    protocols: Protocols, name: str
) -> None:
    for texts in protocols[name].advice.values():
        for text in texts.values():
            assert is_gsm7(fold(text))
            assert septets(fold(text)) <= MAX_ADVICE


@pytest.mark.parametrize("name", NAMES)
def test_no_advice_names_a_drug_or_a_dose(protocols: Protocols, name: str) -> None:
    words = (
        "mg",
        "ml",
        "comprim",
        "tablet",
        "amox",
        "artes",
        "paracet",
        "antibio",
        "sirop",
        "syrup",
    )
    for texts in protocols[name].advice.values():
        for text in texts.values():
            assert not any(word in text.casefold() for word in words)


@pytest.mark.parametrize("name", NAMES)
def test_there_is_advice_for_whatever_comes_out(protocols: Protocols, name: str) -> None:
    protocol = protocols[name]
    none = dict.fromkeys(protocol.signs, False)
    outcomes = [assess(protocol, {}), assess(protocol, none)]
    outcomes += [assess(protocol, {**none, sign: True}) for sign in protocol.signs]
    for outcome in outcomes:
        assert all(advice_text(protocol, outcome, code) for code in WHOLE)


def test_a_caller_who_reports_nothing_hears_when_to_come_back(protocols: Protocols) -> None:
    child = protocols["child"]
    nothing = assess(child, dict.fromkeys(child.signs, False))
    assert advice_text(child, nothing, "en").startswith("No sign reported.")
    cough = assess(child, {**dict.fromkeys(child.signs, False), "cough": True})
    assert advice_text(child, cough, "en") == child.advice["home"]["en"]
