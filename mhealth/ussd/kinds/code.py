"""`code`: a short code of letters and digits, as the country's register gives one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from mhealth.ussd.moves import go, put
from mhealth.ussd.plan import Exit, Move, Plan, Screen
from mhealth.ussd.reader import Part, Reader, Shape
from mhealth.ussd.screen import NARROW
from mhealth.ussd.state import Show, State
from mhealth.ussd.text import Texts
from mhealth.ussd.typed import read_code

SHAPE = Shape(required=("text", "into", "next"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Code(Screen):
    """`into` gets the code in capitals and without spaces."""

    kind: ClassVar[str] = "code"
    text: Texts
    into: str
    target: str

    def draw(self, plan: Plan, state: State) -> Show:
        """The question."""
        state.shown = {}
        return self.show(state, self.text[state.language].fill(state.vars))

    def take(self, plan: Plan, state: State, typed: str) -> Move:
        """Letters, digits and what stands between them in codes."""
        code = read_code(typed)
        if code is None:
            return Move.INVALID
        put(plan, state, self.into, code)
        go(plan, state, self.target)
        return Move.LEAVE

    def exits(self) -> Iterator[Exit]:
        """On."""
        yield Exit(self.target, silent=False)

    def lengths(self, language: str, limit: int = NARROW) -> Iterator[int]:
        """The one screen."""
        yield self.room(language) + self.text[language].longest


def read_code_node(reader: Reader, name: str, part: Part) -> Code:
    """From YAML."""
    return Code(
        name=reader.qualified(name),
        place=reader.place_of(name),
        keys=reader.keys,
        hint=reader.hint("hint"),
        text=reader.texts(part, "text", (name, "text")),
        into=str(part["into"]),
        target=reader.target(part, "next"),
    )
