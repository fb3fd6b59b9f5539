"""Which protocol asks: by whom the call is about, and by age in days; borders lie in the files.

A month is 365.25 / 12 = 30.4375 days, and an age in whole months begins on the whole day reached:
2 months on day 60 (so a young infant is 0-59 days, as in IMCI), 60 months on day 1826. The child
of 2-59 months is therefore 60..1825 days old.
"""

from collections.abc import Mapping

from mhealth.domain.triage import Subject
from mhealth.triage.protocol import Protocol


def days_from_months(months: int) -> int:
    """The first day of an age in completed months."""
    return months * 1461 // 48


def months_from_days(days: int) -> int:
    """The age in completed months: the last one that has begun on this day."""
    return (days * 48 + 47) // 1461


def choose_protocol(
    protocols: Mapping[str, Protocol], subject: Subject, age_days: int | None
) -> Protocol:
    """The one protocol for this person. An unknown or negative age takes the safest one.

    The loader has proved that there is exactly one for every subject and age.
    """
    known = age_days if age_days is not None and age_days >= 0 else None
    return next(p for p in protocols.values() if _serves(p, subject, known))


def _serves(protocol: Protocol, subject: Subject, age_days: int | None) -> bool:
    if age_days is None:
        return subject in protocol.unknown_age_of
    return subject in protocol.subjects and age_days in protocol.ages
