"""A form as both kinds of source are read into: items in order, each with the place that it stands at."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from mhealth.ussd.condition import Condition

Said = Mapping[str, str]
"""A text by language code. The empty code is a text whose language nobody says."""
REF_OPEN, REF_CLOSE = "\ufdd0", "\ufdd1"
"""Stand around the name of an item whose answer a text shows; no file can hold these characters."""
HAS = "has"
"""The comparison of a question of several choices: that one of them was chosen."""


class Verdict(StrEnum):
    """What became of a part that a phone with keys cannot take as it is."""

    REFUSED = "refused"  # left out, with all that depends on it
    CHANGED = "changed"  # taken, and not quite as it was


@dataclass(frozen=True, slots=True)
class Finding:
    """One such part: where it stands, what is wrong with it, what to do."""

    verdict: Verdict
    where: str
    problem: str
    mend: str = ""

    def __str__(self) -> str:
        mend = f" ({self.mend})" if self.mend else ""
        return f"{self.where}: {self.problem}{mend}"


class ItemKind(StrEnum):
    """What an item asks for."""

    GROUP = "group"
    NOTE = "note"
    CHOICE = "choice"
    CHOICES = "choices"
    NUMBER = "number"
    TEXT = "text"
    DATE = "date"
    GIVEN = "given"  # asked of nobody: `gives` says its value
    KNOWN = "known"  # the platform knows it: `about` is the variable


@dataclass(frozen=True, slots=True)
class Choice:
    """A line to choose, and what a condition compares with: a word, or true or false."""

    value: Any
    label: Said


@dataclass(frozen=True, slots=True)
class Gift:
    """A value that is given when a condition holds; `source` names another item whose value it is."""

    when: Condition | None
    value: Any = None
    source: str | None = None


Bound = int | float | date


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One row, or one linkId. Conditions name other items by `name`, as the form does.

    `where` is how its author finds it; `about` is what stands there, for a comment in the flow.
    """

    where: str
    name: str
    kind: ItemKind
    about: str = ""
    label: Said = field(default_factory=dict)
    hint: Said = field(default_factory=dict)
    wrong: Said = field(default_factory=dict)  # what is said after an answer that is none
    relevant: Condition | None = None
    required: bool = False
    least: Bound | None = None
    most: Bound | None = None
    from_today: bool = False  # of a date: the bounds that are whole numbers are days from today
    decimals: int = 0
    pattern: str = ""
    unit: Said = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    initial: Any = None
    skip: Said = field(default_factory=dict)  # the form's own words for "I do not know"
    gives: tuple[Gift, ...] = ()
    items: "tuple[Item, ...]" = ()

    def walk(self) -> "Iterator[Item]":
        """Itself and all below it, in order."""
        yield self
        for item in self.items:
            yield from item.walk()


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """All of it. `languages` are the codes that its texts are in; `findings` what reading it found."""

    title: str
    origin: str  # what kind of file, and what it calls itself
    languages: tuple[str, ...]
    items: tuple[Item, ...]
    findings: tuple[Finding, ...]

    def walk(self) -> Iterator[Item]:
        """All items, in order."""
        for item in self.items:
            yield from item.walk()


class UnreadableForm(ValueError):
    """The file is no such form at all; `str()` says why."""
