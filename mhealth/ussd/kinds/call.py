"""`call`: another flow, which returns here; variables are shared."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from mhealth.ussd.fields import NEXT, SET
from mhealth.ussd.moves import go, put_all
from mhealth.ussd.plan import Assign, Exit, Node, Plan
from mhealth.ussd.reader import Part, Reader
from mhealth.ussd.shape import Shape, words
from mhealth.ussd.state import State, Step

SHAPE = Shape(
    required={
        "flow": words("The flow that is called: the name of its file without .yaml."),
        "next": NEXT,
    },
    optional={"set": SET},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Node):
    """Goes to the other flow's start; its `return` comes to `next`."""

    kind: ClassVar[str] = "call"
    flow: str
    start: str
    sets: tuple[Assign, ...]
    target: str

    def enter(self, plan: Plan, state: State) -> Step | None:
        """Note where to return, and go."""
        put_all(plan, state, self.sets)
        state.calls = [*state.calls, self.target]
        go(plan, state, self.start)
        return None

    def exits(self) -> Iterator[Exit]:
        """Into the other flow without a wait, and to `next` when it returns."""
        yield Exit(self.start, silent=True)
        yield Exit(self.target, silent=False)


def read_call(reader: Reader, name: str, part: Part) -> Call:
    """From YAML."""
    flow = str(part["flow"])
    return Call(
        name=reader.qualified(name),
        place=reader.place_of(name),
        flow=flow,
        start=reader.start_of(part, "flow"),
        sets=reader.sets(part),
        target=reader.target(part, "next"),
    )
