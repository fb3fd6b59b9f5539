"""How an age is told: the number that was typed, or else the bracket of the table that was asked.

Who does not know a child's months still says that it is under five: the protocol keeps that much.
"""

from collections.abc import Mapping

from mhealth.content.phrases import Phrases
from mhealth.domain.triage import Subject
from mhealth.triage.choose import months_from_days
from mhealth.triage.protocol import Ages, Protocol


def told_age(
    phrases: Phrases,
    protocols: Mapping[str, Protocol],
    language: str,
    *,
    age_days: int | None,
    protocol: str | None,
    subject: str | None,
) -> str:
    """`8 mois`, `2-59 mois`, `12 ans et +` or `âge inconnu`; at most twelve septets, as an SMS allows.

    Nobody was asked the bracket who said "me", and a woman around a birth has none.
    """
    asked = protocols.get(protocol or "")
    if age_days is not None or asked is None or subject == Subject.SELF:
        return phrases.age(age_days, language)
    return _bracket(phrases, asked.ages, language) or phrases.age(None, language)


def _bracket(phrases: Phrases, ages: Ages, language: str) -> str:
    first = months_from_days(ages.from_day)
    if ages.to_day is None:
        return phrases.say("age.from_years", language, n=first // 12) if first else ""
    past = months_from_days(ages.to_day + 1)  # the first month that is too old
    if not first:
        return phrases.say("age.under_months", language, n=past)
    if first % 12 or past % 12 or first < 60:  # small children are told in months
        return phrases.say("age.to_months", language, first=first, last=past - 1)
    return phrases.say("age.to_years", language, first=first // 12, last=past // 12 - 1)
