"""`number`: a whole number in a range, perhaps times a factor, perhaps with "I do not know"."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from mhealth.ussd.kinds.menu import line_length
from mhealth.ussd.moves import go, put, put_all
from mhealth.ussd.plan import Exit, Move, Option, Plan, Screen
from mhealth.ussd.reader import Part, Reader, Shape
from mhealth.ussd.screen import NARROW
from mhealth.ussd.state import Show, State
from mhealth.ussd.text import Texts
from mhealth.ussd.typed import read_key, read_number

SHAPE = Shape(
    required=("text", "min", "max", "into", "next"), optional=("times", "unit", "unknown")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Screen):
    """`into` gets the number times `times`; `unknown` is a key beside the range."""

    kind: ClassVar[str] = "number"
    text: Texts
    unit: Mapping[str, str]
    least: int
    most: int
    times: int
    into: str
    target: str
    unknown: Option | None

    def draw(self, plan: Plan, state: State) -> Show:
        """The question, and the key for not knowing."""
        body = self.text[state.language].fill(state.vars)
        if self.unknown is not None:
            words = self.unknown.text[state.language].fill(state.vars)
            body = f"{body}\n{self.unknown.key} {words}"
        state.shown = {}
        return self.show(state, body)

    def take(self, plan: Plan, state: State, typed: str) -> Move:
        """A number within the range, with or without its unit."""
        if self.unknown is not None and read_key(typed) == self.unknown.key:
            put_all(plan, state, self.unknown.sets)
            go(plan, state, self.unknown.target)
            return Move.LEAVE
        number = read_number(typed, self.unit.get(state.language, ""))
        if number is None or not self.least <= number <= self.most:
            return Move.INVALID
        put(plan, state, self.into, number * self.times)
        go(plan, state, self.target)
        return Move.LEAVE

    def exits(self) -> Iterator[Exit]:
        """Known or not."""
        yield Exit(self.target, silent=False)
        if self.unknown is not None:
            yield Exit(self.unknown.target, silent=False)

    def lengths(self, language: str, limit: int = NARROW) -> Iterator[int]:
        """The one screen."""
        line = line_length(self.unknown, language) if self.unknown is not None else 0
        yield self.room(language) + self.text[language].longest + line


def read_number_node(reader: Reader, name: str, part: Part) -> Number:
    """From YAML. Where 0 is an answer, the keys are those that leave 0 free."""
    least, most = reader.whole(part, "min"), reader.whole(part, "max")
    if least > most:
        reader.fault(f"min {least} is over max {most}", part, "min", rule="no-answer")
    keys = reader.zero_keys if least <= 0 <= most else reader.keys
    for key in sorted(keys.leading):
        if key == str(int(key)) and least <= int(key) <= most:
            reader.fault(f"key {key} is a number within {least}-{most}", part, "max",
                         hint="give the flow other `keys:`", rule="key-clash")  # fmt: skip
    unit = reader.texts(part, "unit", (name, "unit")) if "unit" in part else {}
    return Number(
        name=reader.qualified(name),
        place=reader.place_of(name),
        keys=keys,
        hint=reader.hint("hint_number", min=least, max=most),
        text=reader.texts(part, "text", (name, "text")),
        unit={code: words.fill({}) for code, words in unit.items()},
        least=least,
        most=most,
        times=reader.whole(part, "times") if "times" in part else 1,
        into=str(part["into"]),
        target=reader.target(part, "next"),
        unknown=_unknown(reader, name, part, range(least, most + 1), keys.leading),
    )


def _unknown(
    reader: Reader, name: str, part: Part, within: range, leading: frozenset[str]
) -> Option | None:
    if "unknown" not in part:
        return None
    option = reader.option(part, "unknown", (name, "unknown"))
    if option is not None and (option.key in leading or int(option.key) in within):
        reader.fault(f"key {option.key} is taken", part["unknown"], "key",
                     hint="choose one outside the range and the flow's keys", rule="key-clash")  # fmt: skip
    return option
