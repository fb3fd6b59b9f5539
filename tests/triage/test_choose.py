"""The right table for each person, at every border of age."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhealth.domain.triage import Subject
from mhealth.triage.choose import choose_protocol, days_from_months
from mhealth.triage.protocol import Protocol

BORDERS = [
    (0, "infant"),
    (1, "infant"),
    (58, "infant"),
    (59, "infant"),
    (60, "child"),
    (61, "child"),
    (365, "child"),
    (1824, "child"),
    (1825, "child"),
    (1826, "older_child"),
    (1827, "older_child"),
    (4382, "older_child"),
    (4383, "adult"),
    (36_500, "adult"),
]


@pytest.mark.parametrize("subject", [Subject.CHILD, Subject.OTHER, Subject.SELF])
@pytest.mark.parametrize(("age_days", "name"), BORDERS)
def test_age_chooses_the_table(
    protocols: dict[str, Protocol], subject: Subject, age_days: int, name: str
) -> None:
    assert choose_protocol(protocols, subject, age_days).name == name


@pytest.mark.parametrize("age_days", [None, -1])
def test_a_child_of_unknown_age_is_asked_as_a_young_infant(
    protocols: dict[str, Protocol], age_days: int | None
) -> None:
    assert choose_protocol(protocols, Subject.CHILD, age_days).name == "infant"


@pytest.mark.parametrize("age_days", [None, -1])
@pytest.mark.parametrize("subject", [Subject.OTHER, Subject.SELF])
def test_another_person_of_unknown_age_is_not_kept_at_home(
    protocols: dict[str, Protocol], subject: Subject, age_days: int | None
) -> None:
    chosen = choose_protocol(protocols, subject, age_days)
    assert chosen.name == "adult"
    assert chosen.never_home


@pytest.mark.parametrize("age_days", [None, -1, 0, 59, 60, 5000, 9000, 20_000])
def test_a_woman_around_birth_is_asked_as_one_at_any_age(
    protocols: dict[str, Protocol], age_days: int | None
) -> None:
    assert choose_protocol(protocols, Subject.PREGNANT, age_days).name == "pregnancy"
    assert choose_protocol(protocols, Subject.POSTPARTUM, age_days).name == "postpartum"


@given(subject=st.sampled_from(Subject), age_days=st.integers(0, 50_000))
def test_there_is_exactly_one_table_for_everybody(
    protocols: dict[str, Protocol], subject: Subject, age_days: int
) -> None:
    fitting = [p for p in protocols.values() if subject in p.subjects and age_days in p.ages]
    assert fitting == [choose_protocol(protocols, subject, age_days)]


@pytest.mark.parametrize(
    ("months", "days"), [(0, 0), (1, 30), (2, 60), (6, 182), (12, 365), (24, 730), (59, 1795)]
)
def test_months_become_days(months: int, days: int) -> None:
    assert days_from_months(months) == days


@pytest.mark.parametrize(
    ("months", "name"),
    [
        (0, "infant"),
        (1, "infant"),
        (2, "child"),
        (59, "child"),
        (60, "older_child"),
        (143, "older_child"),
        (144, "adult"),
    ],
)
def test_an_age_in_months_keeps_the_borders_of_the_sources(
    protocols: dict[str, Protocol], months: int, name: str
) -> None:
    assert choose_protocol(protocols, Subject.CHILD, days_from_months(months)).name == name


@given(st.integers(0, 1200), st.dates(date(1900, 1, 1), date(2020, 1, 1)))
def test_months_in_days_follow_the_calendar_within_three_days(months: int, born: date) -> None:
    year, month = divmod(born.year * 12 + born.month - 1 + months, 12)
    then = date(year, month + 1, min(born.day, 28))
    assert abs((then - born.replace(day=min(born.day, 28))).days - days_from_months(months)) <= 3
    assert days_from_months(months + 1) - days_from_months(months) in (30, 31)


def test_the_last_day_before_the_fifth_birthday_is_still_a_child(
    protocols: dict[str, Protocol],
) -> None:
    one_leap_day = (date(2025, 3, 1) - date(2020, 3, 2)).days
    assert choose_protocol(protocols, Subject.CHILD, one_leap_day).name == "child"
    fifth_birthday = (date(2025, 3, 2) - date(2020, 3, 2)).days
    assert choose_protocol(protocols, Subject.CHILD, fifth_birthday).name == "older_child"
