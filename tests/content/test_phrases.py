"""Days, hours and ages as people say them, in each language."""

from datetime import date, datetime

import pytest

from mhealth.content.phrases import load_phrases
from tests.product import LANGUAGES, LIBRARY

PHRASES = load_phrases(LIBRARY, LANGUAGES)
TUESDAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("age_days", "french", "english"),
    [
        (None, "âge inconnu", "age unknown"),
        (0, "0 jour", "0 day"),
        (1, "1 jour", "1 day"),
        (59, "59 jours", "59 days"),
        (60, "2 mois", "2 months"),
        (330, "11 mois", "11 months"),
        (364, "12 mois", "12 months"),
        (365, "1 an", "1 year"),
        (730, "2 ans", "2 years"),
        (1460, "4 ans", "4 years"),
    ],
)
def test_an_age_is_said_as_it_was_typed(age_days: int | None, french: str, english: str) -> None:
    assert PHRASES.age(age_days, "fr") == french
    assert PHRASES.age(age_days, "en") == english


@pytest.mark.parametrize(
    ("day", "french", "english"),
    [
        (date(2026, 11, 24), "aujourd'hui", "today"),
        (date(2026, 11, 25), "demain", "tomorrow"),
        (date(2026, 11, 26), "jeudi 26/11", "Thursday 26/11"),
        (date(2026, 12, 1), "mardi 01/12", "Tuesday 01/12"),
    ],
)
def test_a_day_is_said_as_people_say_it(day: date, french: str, english: str) -> None:
    assert PHRASES.day(day, TUESDAY, "fr") == french
    assert PHRASES.day(day, TUESDAY, "en") == english


def test_an_hour_follows_its_day() -> None:
    at = datetime(2026, 11, 25, 14, 5)

    assert PHRASES.time(at, TUESDAY, "fr") == "demain à 14h05"
    assert PHRASES.time(at, TUESDAY, "en") == "tomorrow at 14:05"


@pytest.mark.parametrize(
    ("age_days", "swahili"),
    [
        (None, "umri ?"),
        (0, "siku 0"),
        (1, "siku 1"),
        (59, "siku 59"),
        (60, "miezi 2"),
        (330, "miezi 11"),
        (365, "mwaka 1"),
        (1460, "miaka 4"),
    ],
)
def test_in_swahili_the_number_follows_and_the_noun_agrees(
    age_days: int | None, swahili: str
) -> None:
    assert PHRASES.age(age_days, "sw") == swahili
    assert len(swahili) <= 12, "an SMS cuts an age at 12"


@pytest.mark.parametrize(
    ("at", "swahili"),
    [
        (datetime(2026, 11, 24, 8, 0), "leo, 08:00"),
        (datetime(2026, 11, 25, 14, 30), "kesho, 14:30"),
        (datetime(2026, 11, 26, 9, 5), "Alhamisi 26/11, 09:05"),
        (datetime(2026, 12, 2, 20, 30), "Jumatano 02/12, 20:30"),
    ],
)
def test_in_swahili_an_hour_is_what_the_phone_shows(at: datetime, swahili: str) -> None:
    """Never `saa 8`, which is two o'clock in the afternoon."""
    assert PHRASES.time(at, TUESDAY, "sw") == swahili
    assert len(swahili) <= 24, "an SMS cuts a time at 24"


def test_an_unknown_language_hears_the_default_one() -> None:
    assert PHRASES.say("when.now", "xx") == "maintenant"
