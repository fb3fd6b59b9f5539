"""Why a report got its class: the answers, the rules that decided, and where those rules stand."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext

from mhealth.domain.triage import TriageClass
from mhealth.store.reports import Report
from mhealth.triage.dialogue import speak
from mhealth.triage.evaluate import Reason
from mhealth.triage.protocol import Condition, Origin, Protocol
from mhealth.web.words import READINGS


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One sign as the caller answered it; None: not asked or not answered."""

    label: str
    said_yes: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidingRule:
    """One rule that gave the class; `origin` is None when today's protocol no longer has it."""

    id: str
    words: str
    origin: Origin | None
    reading: str  # French, to translate
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the timeline says of a classification."""

    triage_class: TriageClass
    protocol: str
    answers: list[Answer]
    rules: list[DecidingRule]
    is_draft: bool  # nobody signed the rules that stand today
    has_changed: bool  # the rules were changed since this report
    by_missing: bool  # a missing answer decided

    @property
    def yes(self) -> list[Answer]:
        """What was reported."""
        return [answer for answer in self.answers if answer.said_yes]

    @property
    def no(self) -> list[Answer]:
        """What was denied."""
        return [answer for answer in self.answers if answer.said_yes is False]

    @property
    def unanswered(self) -> list[Answer]:
        """What nobody knows."""
        return [answer for answer in self.answers if answer.said_yes is None]


def verdict_of(protocols: Mapping[str, Protocol], report: Report, language: str) -> Verdict:
    """Explain a report by the protocols of today; ids that they lack are shown as they are."""
    protocol = protocols.get(report.protocol)
    return Verdict(
        triage_class=TriageClass(report.triage_class),
        protocol=speak(protocol.title, language) if protocol else report.protocol,
        answers=_answers(protocol, report, language),
        rules=[_rule(protocol, rule_id, language) for rule_id in report.rules],
        is_draft=protocol is None or not protocol.review.covers(protocol.version),
        has_changed=protocol is None or protocol.version != report.protocol_version,
        by_missing=report.reason == Reason.MISSING,
    )


def _answers(protocol: Protocol | None, report: Report, language: str) -> list[Answer]:
    given: dict[str, bool | None] = json.loads(report.answers)
    asked = protocol.asked if protocol else ()
    keys = [*asked, *(key for key in given if key not in asked)]
    return [Answer(label=_sign(protocol, k, language), said_yes=given.get(k)) for k in keys]


def _rule(protocol: Protocol | None, rule_id: str, language: str) -> DecidingRule:
    rule = next((r for r in protocol.rules if r.id == rule_id), None) if protocol else None
    if protocol is None or rule is None:
        return DecidingRule(id=rule_id, words="", origin=None, reading="", note="")
    return DecidingRule(
        id=rule_id,
        words=_condition(protocol, rule.condition, language),
        origin=rule.origin,
        reading=READINGS[rule.origin.reading],
        note=rule.note,
    )


def _condition(protocol: Protocol, condition: Condition, language: str) -> str:
    """`Fièvre et (Vomit tout ou Ne boit, ne tète plus)`."""
    parts = [_part(protocol, part, language) for part in condition.parts]
    if len(parts) == 1:
        return parts[0]
    if condition.at_least == len(parts):
        return str(gettext(" et ")).join(parts)
    if condition.at_least == 1:
        return str(gettext(" ou ")).join(parts)
    listed = " · ".join(parts)
    return str(gettext("au moins %(n)d de : %(signs)s", n=condition.at_least, signs=listed))


def _part(protocol: Protocol, part: str | Condition, language: str) -> str:
    if isinstance(part, str):
        return _sign(protocol, part, language)
    words = _condition(protocol, part, language)
    return f"({words})" if len(part.parts) > 1 else words


def _sign(protocol: Protocol | None, key: str, language: str) -> str:
    sign = protocol.signs.get(key) if protocol else None
    return speak(sign.labels, language) if sign else key
