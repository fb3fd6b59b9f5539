"""From answers to a class of care: the most severe rule wins, and a missing answer escalates.

Adding a sign never lowers the class, and neither does leaving an answer out: conditions know no
`not`, and both the default and the class for missing answers are floors.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from mhealth.domain.triage import TriageClass, most_severe
from mhealth.triage.protocol import Protocol


class Reason(StrEnum):
    """What decided the class."""

    RULE = "rule"
    MISSING = "missing"  # a question was not answered, and no rule is as severe as that
    OTHERWISE = "otherwise"  # all was answered and no rule matched


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """The outcome. `rule_ids` decided; `matched_ids` also holds the lesser ones, deciders first.

    `reported` are the signs answered yes, `missing` those without an answer, in the order of
    asking. A sign reported that this version of the protocol does not know counts as missing:
    nobody has weighed it.
    """

    triage_class: TriageClass
    reason: Reason
    rule_ids: tuple[str, ...]
    matched_ids: tuple[str, ...]
    reported: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        """True when every sign was answered."""
        return not self.missing

    @property
    def is_empty(self) -> bool:
        """True when every sign was answered with no."""
        return not self.missing and not self.reported


def assess(protocol: Protocol, answers: Mapping[str, bool | None]) -> Assessment:
    """Classify. A sign that is absent from `answers`, or None, was not answered. Never raises."""
    reported = tuple(key for key in protocol.asked if answers.get(key))
    matched = [rule for rule in protocol.rules if rule.condition.holds(set(reported))]
    missing = _missing(protocol, answers)
    floor = protocol.if_missing if missing else protocol.otherwise
    decided = most_severe([floor, protocol.otherwise, *(rule.triage_class for rule in matched)])
    deciding = tuple(rule.id for rule in matched if rule.triage_class is decided)
    lesser = tuple(rule.id for rule in matched if rule.triage_class is not decided)
    return Assessment(
        triage_class=decided,
        reason=_reason(deciding, missing),
        rule_ids=deciding,
        matched_ids=deciding + lesser,
        reported=reported,
        missing=missing,
    )


def danger_signs(protocol: Protocol) -> frozenset[str]:
    """The signs that alone make an emergency: on one of these the questions stop at once."""
    emergencies = [r for r in protocol.rules if r.triage_class is TriageClass.EMERGENCY]
    return frozenset(
        key for key in protocol.signs if any(rule.condition.holds({key}) for rule in emergencies)
    )


def _missing(protocol: Protocol, answers: Mapping[str, bool | None]) -> tuple[str, ...]:
    unanswered = (key for key in protocol.asked if answers.get(key) is None)
    unknown = (key for key, answer in answers.items() if answer and key not in protocol.signs)
    return (*unanswered, *unknown)


def _reason(deciding: tuple[str, ...], missing: tuple[str, ...]) -> Reason:
    if deciding:
        return Reason.RULE
    return Reason.MISSING if missing else Reason.OTHERWISE
