"""`deed`: asks the platform to look something up or to change something; nothing is shown."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from mhealth.ussd.deeds import Deed
from mhealth.ussd.fields import ARGS, NEXT, SET, args_rules, deed_name
from mhealth.ussd.moves import absorb, go, put_all
from mhealth.ussd.plan import Assign, Exit, Node, Plan
from mhealth.ussd.reader import Part, Reader
from mhealth.ussd.shape import Shape
from mhealth.ussd.state import Ask, State, Step

SHAPE = Shape(
    required={
        "deed": deed_name(
            "What the platform does.", lambda deed: not deed.options and not deed.takes_pin
        ),
        "next": NEXT,
    },
    optional={"args": ARGS, "set": SET},
    rules=args_rules("deed"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeedNode(Node):
    """What the deed gives becomes variables; then `set`; then on."""

    kind: ClassVar[str] = "deed"
    deed_name: str
    deed: Deed
    args: tuple[Assign, ...]
    sets: tuple[Assign, ...]
    target: str

    def enter(self, plan: Plan, state: State) -> Step | None:
        """Ask."""
        args = {arg.name: arg.worth(state.vars) for arg in self.args}
        return Ask(state=state, deed=self.deed_name, args=args)

    def answered(self, plan: Plan, state: State, result: Mapping[str, Any]) -> Step | None:
        """Take over the result."""
        absorb(plan, state, self.deed, result)
        put_all(plan, state, self.sets)
        go(plan, state, self.target)
        return None

    def exits(self) -> Iterator[Exit]:
        """On, without a wait."""
        yield Exit(self.target, silent=True)


def read_deed(reader: Reader, name: str, part: Part) -> DeedNode:
    """From YAML."""
    deed = reader.deed(part, "deed")
    return DeedNode(
        name=reader.qualified(name),
        place=reader.place_of(name),
        deed_name=str(part["deed"]),
        deed=deed,
        args=reader.args(part, str(part["deed"]), deed),
        sets=reader.sets(part),
        target=reader.target(part, "next"),
    )
