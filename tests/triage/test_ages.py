"""How an age is told where the number is not known: by the bracket of the table that was asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhealth.content.phrases import load_phrases
from mhealth.domain.gsm7 import fold, septets
from mhealth.triage.ages import told_age
from mhealth.triage.choose import days_from_months, months_from_days
from mhealth.triage.protocol import Protocol
from tests.product import LANGUAGES, LIBRARY

PHRASES = load_phrases(LIBRARY, LANGUAGES)
Protocols = dict[str, Protocol]


@pytest.mark.parametrize(
    ("protocol", "french", "english"),
    [
        ("infant", "< 2 mois", "< 2 months"),
        ("child", "2-59 mois", "2-59 months"),
        ("older_child", "5-11 ans", "5-11 years"),
        ("adult", "12 ans et +", "12 years +"),
        ("pregnancy", "âge inconnu", "age unknown"),
        ("a table that is gone", "âge inconnu", "age unknown"),
        (None, "âge inconnu", "age unknown"),
    ],
)
def test_an_unknown_age_is_told_by_its_bracket(
    protocols: Protocols, protocol: str | None, french: str, english: str
) -> None:
    for language, expected in (("fr", french), ("en", english)):
        told = told_age(
            PHRASES, protocols, language, age_days=None, protocol=protocol, subject="child"
        )
        assert told == expected


def test_a_number_is_told_as_it_was_typed(protocols: Protocols) -> None:
    told = told_age(PHRASES, protocols, "fr", age_days=240, protocol="child", subject="child")
    assert told == "8 mois"


def test_who_says_me_was_asked_no_bracket(protocols: Protocols) -> None:
    told = told_age(PHRASES, protocols, "fr", age_days=None, protocol="adult", subject="self")
    assert told == "âge inconnu"


def test_every_bracket_in_every_language_fits_the_sms(protocols: Protocols) -> None:
    for language in LANGUAGES.by_code:
        for name in protocols:
            told = told_age(
                PHRASES, protocols, language, age_days=None, protocol=name, subject="other"
            )
            assert septets(fold(told)) <= 12


@given(st.integers(0, 1500))
def test_a_month_begins_on_its_first_day_and_ends_before_the_next(months: int) -> None:
    assert months_from_days(days_from_months(months)) == months
    assert months_from_days(days_from_months(months + 1) - 1) == months
