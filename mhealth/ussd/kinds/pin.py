"""`pin`: six digits that nobody keeps: they go with the deed as a secret and become no variable."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from mhealth.domain.secret import Secret
from mhealth.ussd.deeds import Deed
from mhealth.ussd.fields import ARGS, NEXT, TEXT, args_rules, deed_name
from mhealth.ussd.moves import absorb, go
from mhealth.ussd.plan import Assign, Exit, Move, Plan, Screen
from mhealth.ussd.reader import Part, Reader
from mhealth.ussd.screen import NARROW
from mhealth.ussd.sensitivity import Sensitivity
from mhealth.ussd.shape import Shape
from mhealth.ussd.state import Ask, Show, State, Step
from mhealth.ussd.text import Texts
from mhealth.ussd.typed import read_pin

SHAPE = Shape(
    required={
        "text": TEXT,
        "deed": deed_name("The deed that takes the PIN.", lambda deed: deed.takes_pin),
        "next": NEXT,
    },
    optional={"args": ARGS},
    rules=args_rules("deed"),
)
USUAL = Sensitivity.SECRET


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin(Screen):
    """The deed is done with what was typed, and what it gives becomes variables."""

    kind: ClassVar[str] = "pin"
    text: Texts
    deed_name: str
    deed: Deed
    args: tuple[Assign, ...]
    target: str

    def draw(self, plan: Plan, state: State) -> Show:
        """The question."""
        state.shown = {}
        return self.show(state, self.text[state.language].fill(state.vars))

    def take(self, plan: Plan, state: State, typed: str) -> Move | Ask:
        """Six digits, to the deed alone. No way back leads to this screen: it is asked for anew."""
        digits = read_pin(typed)
        if digits is None:
            return Move.INVALID
        state.history = state.history[:-1]
        args = {arg.name: arg.worth(state.vars) for arg in self.args}
        return Ask(state=state, deed=self.deed_name, args=args, pin=Secret(digits))

    def answered(self, plan: Plan, state: State, result: Mapping[str, Any]) -> Step | None:
        """Take over what the deed says of the PIN."""
        absorb(plan, state, self.deed, result)
        go(plan, state, self.target)
        return None

    def exits(self) -> Iterator[Exit]:
        """On."""
        yield Exit(self.target, silent=False)

    def lengths(self, language: str, limit: int = NARROW) -> Iterator[int]:
        """The one screen."""
        yield self.room(language) + self.text[language].longest


def read_pin_node(reader: Reader, name: str, part: Part) -> Pin:
    """From YAML."""
    deed = reader.deed(part, "deed", with_pin=True)
    return Pin(
        name=reader.qualified(name),
        place=reader.place_of(name),
        keys=reader.keys,
        hint=reader.hint("hint_pin"),
        sensitivity=USUAL,
        text=reader.texts(part, "text", (name, "text")),
        deed_name=str(part["deed"]),
        deed=deed,
        args=reader.args(part, str(part["deed"]), deed),
        target=reader.target(part, "next"),
    )
