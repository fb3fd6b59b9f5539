"""`date`: a day in a range, as people type one: `3/11`, `0311`, `3 nov 2026`, `hier`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

from mhealth.ussd.almanacs import make_almanac
from mhealth.ussd.dates import Almanac, Range, read_day
from mhealth.ussd.deeds import TODAY
from mhealth.ussd.fields import HINT, INTO, LABEL_INTO, NEXT, NOT_KNOWN, SENSITIVE, TEXT
from mhealth.ussd.moves import put
from mhealth.ussd.plan import Plan
from mhealth.ussd.question import Question, check_unknown, read_question
from mhealth.ussd.reader import Part, Reader
from mhealth.ussd.sensitivity import Sensitivity
from mhealth.ussd.shape import Field, Shape
from mhealth.ussd.state import State

FARTHEST = 150 * 366
"""Days; a range does not reach farther from today."""
Bound = int | date
"""Days from today, or a day."""
USUAL = Sensitivity.SENSITIVE


def _bound_of(value: Any) -> Bound | None:
    """As written; None for what is no bound."""
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    if isinstance(value, int) and not isinstance(value, bool):
        return int(value) if abs(value) <= FARTHEST else None
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        return None


def _bound(about: str) -> Field:
    written = [
        {"type": "integer", "minimum": -FARTHEST, "maximum": FARTHEST},
        {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$", "format": "date"},
    ]
    return Field(about=about, must="a number of days from today, or a day as 2026-11-24",
                 holds=lambda value: _bound_of(value) is not None, schema={"anyOf": written})  # fmt: skip


SHAPE = Shape(
    required={
        "text": TEXT,
        "earliest": _bound("The first day that is an answer: -280 is 280 days ago; or 2026-01-31."),
        "latest": _bound("The last day that is an answer: 0 is today; or 2026-01-31."),
        "into": INTO,
        "next": NEXT,
    },
    optional={
        "label_into": LABEL_INTO,
        "hint": HINT,
        "unknown": NOT_KNOWN,
        "sensitive": SENSITIVE,
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Date(Question):
    """`into` gets the day as 2026-11-03, `label_into` in words, to read it back."""

    kind: ClassVar[str] = "date"
    earliest: Bound
    latest: Bound
    label_into: str | None
    almanacs: Mapping[str, Almanac]  # by language

    def understood(self, state: State, typed: str) -> date | None:
        """The one day of the range that was meant."""
        today = _today(state)
        if today is None:
            return None
        within = Range(_on(self.earliest, today), _on(self.latest, today))
        return read_day(typed, self.almanacs[state.language], today, within)

    def keep(self, plan: Plan, state: State, value: date) -> None:
        """Also in words."""
        if self.label_into is not None:
            put(plan, state, self.label_into, self.almanacs[state.language].label(value))
        # Question, not super(): a dataclass with slots is a class of its own
        Question.keep(self, plan, state, value.isoformat())


def _today(state: State) -> date | None:
    """The day, as the facts of the call say."""
    try:
        return date.fromisoformat(str(state.facts.get(TODAY))[:10])
    except ValueError:
        return None


def _on(bound: Bound, today: date) -> date:
    if not isinstance(bound, int):
        return bound
    try:
        return today + timedelta(days=bound)
    except OverflowError:
        return date.max if bound > 0 else date.min


def read_date_node(reader: Reader, name: str, part: Part) -> Date:
    """From YAML; a bound that is none has been noted."""
    earliest, latest = _bound_of(part["earliest"]), _bound_of(part["latest"])
    is_empty = (isinstance(earliest, int) and isinstance(latest, int) and earliest > latest) or (
        isinstance(earliest, date) and isinstance(latest, date) and earliest > latest
    )
    if is_empty:
        reader.fault(f"earliest {earliest} is after latest {latest}", part, "earliest",
                     rule="no-answer")  # fmt: skip
    question = Date(
        **read_question(reader, name, part, "hint_date", USUAL),
        earliest=earliest or 0,
        latest=latest or 0,
        label_into=str(part["label_into"]) if "label_into" in part else None,
        almanacs=_almanacs(reader),
    )
    check_unknown(reader, part, question)
    return question


_MADE: WeakKeyDictionary[Reader, Mapping[str, Almanac]] = WeakKeyDictionary()


def _almanacs(reader: Reader) -> Mapping[str, Almanac]:
    """By the caller's language; made once for a flow."""
    if reader not in _MADE:
        _MADE[reader] = {
            code: make_almanac(reader.languages, own) for code, own in reader.spoken.items()
        }
    return _MADE[reader]


def longest(part: Part) -> int:
    """As 2026-11-24."""
    return len("2026-11-24")
