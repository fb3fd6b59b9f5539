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


def test_an_unknown_language_hears_the_default_one() -> None:
    assert PHRASES.say("when.now", "xx") == "maintenant"
