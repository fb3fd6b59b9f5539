"""`number`: a number in a range, perhaps with decimals, times a factor, or with "I do not know"."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from mhealth.ussd.deeds import KEY
from mhealth.ussd.fields import HINT, INTO, NEXT, NOT_KNOWN, SENSITIVE, TEXT
from mhealth.ussd.question import Question, check_unknown, read_question
from mhealth.ussd.reader import Part, Reader
from mhealth.ussd.shape import Shape, decimal, text, whole
from mhealth.ussd.state import State
from mhealth.ussd.typed import MOST_FIGURE, read_decimal, read_number

MOST_DECIMALS = 3
Figure = int | float

SHAPE = Shape(
    required={
        "text": TEXT,
        "min": decimal("The smallest answer; a whole number unless `decimals` is given."),
        "max": decimal("The largest answer; a whole number unless `decimals` is given."),
        "into": INTO,
        "next": NEXT,
    },
    optional={
        "decimals": whole("How many decimals may be typed: 1 takes 12,5.", 0),
        "times": decimal("What the answer is multiplied by before it is stored."),
        "unit": text("The unit that may be typed beside it, all its forms: mois, or miezi mwezi."),
        "hint": HINT,
        "unknown": NOT_KNOWN,
        "sensitive": SENSITIVE,
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Question):
    """`into` gets the number times `times`; `unknown` is a key beside the range."""

    kind: ClassVar[str] = "number"
    unit: Mapping[str, str]
    least: Figure
    most: Figure
    decimals: int
    times: Figure

    def understood(self, state: State, typed: str) -> Figure | None:
        """A number within the range, with or without its unit; as it is stored."""
        unit = self.unit.get(state.language, "")
        if not self.decimals:
            number = read_number(typed, unit)
            fits = number is not None and self.least <= number <= self.most
            return number * self.times if number is not None and fits else None
        figure = read_decimal(typed, unit, self.decimals)
        if figure is None or not _exact(self.least) <= figure <= _exact(self.most):
            return None
        return _stored(figure * _exact(self.times))


def _exact(figure: Figure) -> Decimal:
    return Decimal(str(figure))


def _stored(figure: Decimal) -> Figure:
    """Whole where it is whole: 12 and not 12.0."""
    return int(figure) if figure == int(figure) else float(figure)


def read_number_node(reader: Reader, name: str, part: Part) -> Number:
    """From YAML. Where 0 is an answer, the keys are those that leave 0 free."""
    decimals = _decimals(reader, part)
    least, most = (_figure(reader, part, key, decimals) for key in ("min", "max"))
    if least > most:
        reader.fault(f"min {least} is over max {most}", part, "min",
                     hint="let `min` be the smaller one", rule="no-answer")  # fmt: skip
    for key, end in (("min", least), ("max", most)):
        if not 0 <= end <= MOST_FIGURE:
            reader.fault(f"`{key}` is {end}, which nobody can type", part, key,
                         hint=f"from 0 to {MOST_FIGURE}: phones have no key for a minus",
                         rule="no-answer")  # fmt: skip
    keys = reader.zero_keys if least <= 0 <= most else reader.keys
    for key in sorted(keys.own):
        if key == str(int(key)) and least <= int(key) <= most:
            reader.fault(f"key {key} is a number within {least}-{most}", part, "max",
                         hint="give the flow other `keys:`", rule="key-clash")  # fmt: skip
    common = read_question(reader, name, part, "hint_number")
    hint = common["hint"] if "hint" in part else reader.hint("hint_number", min=least, max=most)
    question = Number(
        **{**common, "keys": keys, "hint": hint},
        unit=reader.plain_texts(part, "unit", (name, "unit")) if "unit" in part else {},
        least=least,
        most=most,
        decimals=decimals,
        times=_times(part, decimals),
    )
    check_unknown(reader, part, question)
    return question


def _decimals(reader: Reader, part: Part) -> int:
    decimals = reader.whole(part, "decimals") if "decimals" in part else 0
    if decimals > MOST_DECIMALS:
        reader.fault(f"`decimals` goes to {MOST_DECIMALS}", part, "decimals")
    return min(max(decimals, 0), MOST_DECIMALS)


def _figure(reader: Reader, part: Part, key: str, decimals: int) -> Figure:
    """An end of the range, with no more decimals than an answer has; 0 for what is no number."""
    value = part[key]
    if not isinstance(value, int | float) or isinstance(value, bool):
        return 0
    if _exact(value) != round(_exact(value), decimals):
        reader.fault(f"`{key}` has more decimals than an answer", part, key,
                     hint="say `decimals: 1`, or write a whole number", rule="no-answer")  # fmt: skip
    return int(value) if value == int(value) else float(value)


def _times(part: Part, decimals: int) -> Figure:
    times = part.get("times", 1)
    if not isinstance(times, int | float) or isinstance(times, bool):
        return 1
    return float(times) if isinstance(times, float) and decimals else int(times)


def longest(part: Part) -> int:
    """Characters of the largest answer, as it is stored."""
    ends = [part.get(key) for key in ("min", "max")]
    decimals = part.get("decimals", 0)
    if not all(isinstance(each, int | float) for each in (*ends, decimals)):
        return KEY
    times = _times(part, int(decimals))
    whole_digits = max(len(str(int(each * times))) for each in ends if each is not None)
    return whole_digits + (len(".") + _places(times, int(decimals)) if decimals else 0)


def _places(times: Figure, decimals: int) -> int:
    return decimals + max(0, -int(_exact(times).as_tuple().exponent))
