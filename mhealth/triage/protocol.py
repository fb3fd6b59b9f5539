"""What a triage protocol is: the signs asked, the rules over them, and where each rule comes from."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import TypeAlias, Union

from mhealth.content.reading import Reading
from mhealth.content.review import ContentFile
from mhealth.domain.triage import Subject, TriageClass

Texts: TypeAlias = Mapping[str, str]
"""Language code -> text, for every declared language: the fallback is already filled in."""

NOTHING_REPORTED = "nothing"
"""The key of the advice for a caller who was asked everything and reported no sign."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A publication that rules are taken from. `version` is an ISBN or an edition."""

    key: str
    title: str
    publisher: str
    year: int
    version: str
    part: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where one rule stands: the source, the row of it, and how we read it."""

    source: Source
    row: str
    reading: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """A yes/no question: a short label for a keypad menu, and what it means, for those who review."""

    key: str
    labels: Texts
    meaning: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """True when at least so many of its parts are: `any` is 1 of them, `all` is every one.

    There is no `not`, so a further sign can never make a condition false.
    """

    at_least: int
    parts: tuple[Union[str, "Condition"], ...]

    def holds(self, present: Set[str]) -> bool:
        """Whether it is met when exactly these signs are present."""
        return sum(_is_met(part, present) for part in self.parts) >= self.at_least

    def signs(self) -> frozenset[str]:
        """Every sign that it reads, however deep."""
        return frozenset().union(*(_signs_of(part) for part in self.parts))


def _is_met(part: str | Condition, present: Set[str]) -> bool:
    return part in present if isinstance(part, str) else part.holds(present)


def _signs_of(part: str | Condition) -> frozenset[str]:
    return frozenset({part}) if isinstance(part, str) else part.signs()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row of the table: when the condition holds, the class is at least this one."""

    id: str
    condition: Condition
    triage_class: TriageClass
    origin: Origin
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ages:
    """Days since birth, both inclusive; `to_day` None means no upper limit."""

    from_day: int = 0
    to_day: int | None = None

    def __contains__(self, age_days: int) -> bool:
        return self.from_day <= age_days and (self.to_day is None or age_days <= self.to_day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """One table of triage, ready to evaluate.

    `version` is the hash of what is clinical and what is spoken, in every language: signatures
    and comments do not change it. `contents` is what there is to sign: the table, then its
    translations. `groups` is the order of asking, most dangerous first. `if_missing` is the class
    that a missing answer escalates to at least. `untranslated` names, for each language, the
    texts that its fallback speaks.
    """

    name: str
    version: str
    title: Texts
    contents: tuple[ContentFile, ...]
    sources: Mapping[str, Source]
    subjects: frozenset[Subject]
    ages: Ages
    unknown_age_of: frozenset[Subject]
    never_home: bool
    groups: tuple[tuple[str, ...], ...]
    signs: Mapping[str, Sign]
    rules: tuple[Rule, ...]
    otherwise: TriageClass
    if_missing: TriageClass
    advice: Mapping[str, Texts]
    left_out: Mapping[str, str]
    untranslated: Mapping[str, tuple[str, ...]]

    @property
    def asked(self) -> tuple[str, ...]:
        """All sign keys in the order of asking."""
        return tuple(key for group in self.groups for key in group)
