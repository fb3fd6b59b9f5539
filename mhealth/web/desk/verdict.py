"""Why a report got its class: the answers, the rules that decided, and where those rules stand."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext, ngettext

from mhealth.domain.triage import TriageClass
from mhealth.store.reports import Report
from mhealth.triage.dialogue import speak
from mhealth.triage.evaluate import Reason
from mhealth.triage.protocol import Condition, Origin, Protocol
from mhealth.web.words import READINGS

_LONGEST_LIST = 4
"""An any-of rule with more signs than these names only the ones that were reported."""


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


def verdict_of(
    protocols: Mapping[str, Protocol], report: Report, language: str, *, is_draft: bool
) -> Verdict:
    """Explain a report by the protocols of today; ids that they lack are shown as they are."""
    protocol = protocols.get(report.protocol)
    given: dict[str, bool | None] = json.loads(report.answers)
    present = frozenset(key for key, said_yes in given.items() if said_yes)
    return Verdict(
        triage_class=TriageClass(report.triage_class),
        protocol=speak(protocol.title, language) if protocol else report.protocol,
        answers=_answers(protocol, given, language),
        rules=[_rule(protocol, rule_id, language, present) for rule_id in report.rules],
        is_draft=is_draft,
        has_changed=protocol is None or protocol.version != report.protocol_version,
        by_missing=report.reason == Reason.MISSING,
    )


def _answers(
    protocol: Protocol | None, given: dict[str, bool | None], language: str
) -> list[Answer]:
    asked = protocol.asked if protocol else ()
    keys = [*asked, *(key for key in given if key not in asked)]
    return [Answer(label=_sign(protocol, k, language), said_yes=given.get(k)) for k in keys]


def _rule(
    protocol: Protocol | None, rule_id: str, language: str, present: frozenset[str]
) -> DecidingRule:
    rule = next((r for r in protocol.rules if r.id == rule_id), None) if protocol else None
    if protocol is None or rule is None:
        return DecidingRule(id=rule_id, words="", origin=None, reading="")
    return DecidingRule(
        id=rule_id,
        words=_condition(protocol, rule.condition, language, present),
        origin=rule.origin,
        reading=READINGS[rule.origin.reading],
    )


def _condition(
    protocol: Protocol, condition: Condition, language: str, present: frozenset[str]
) -> str:
    """`Fièvre et (Vomit tout ou Ne boit, ne tète plus)`; of a long list only what was reported."""
    words = {part: _part(protocol, part, language, present) for part in condition.parts}
    if condition.at_least == len(words):
        return str(gettext(" et ")).join(words.values())
    if condition.at_least > 1:
        listed = " · ".join(words.values())
        return str(gettext("au moins %(n)d de : %(signs)s", n=condition.at_least, signs=listed))
    if len(words) <= _LONGEST_LIST:
        return str(gettext(" ou ")).join(words.values())
    met = [text for part, text in words.items() if _is_met(part, present)]
    others = len(words) - len(met)
    rest = ngettext("ou %(num)d autre signe", "ou %(num)d autres signes", others)
    return f"{str(gettext(' ou ')).join(met)} ({rest})"


def _part(protocol: Protocol, part: str | Condition, language: str, present: frozenset[str]) -> str:
    if isinstance(part, str):
        return _sign(protocol, part, language)
    words = _condition(protocol, part, language, present)
    return f"({words})" if len(part.parts) > 1 else words


def _is_met(part: str | Condition, present: frozenset[str]) -> bool:
    return part in present if isinstance(part, str) else part.holds(present)


def _sign(protocol: Protocol | None, key: str, language: str) -> str:
    sign = protocol.signs.get(key) if protocol else None
    return speak(sign.labels, language) if sign else key
