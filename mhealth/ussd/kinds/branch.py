"""`branch`: the first case that holds, else `otherwise`; nothing is shown."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from mhealth.ussd.condition import Condition
from mhealth.ussd.fields import NEXT, OTHERWISE, SET, WHEN
from mhealth.ussd.moves import go, put_all
from mhealth.ussd.plan import Assign, Exit, Node, Plan
from mhealth.ussd.question import read_otherwise
from mhealth.ussd.reader import Part, Reader
from mhealth.ussd.shape import Shape, in_order, part
from mhealth.ussd.state import State, Step

CASE = Shape(
    required={"when": WHEN, "next": NEXT},
    optional={"set": SET},
)
SHAPE = Shape(
    required={
        "cases": in_order("The first one whose condition holds is taken.", CASE),
        "otherwise": part("Where it leads when no case holds.", OTHERWISE, or_text=True),
    }
)


@dataclass(frozen=True, slots=True)
class Case:
    """Where to go when a condition holds; no condition always holds."""

    when: Condition | None
    sets: tuple[Assign, ...]
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch(Node):
    """Cases in order; the last one has no condition."""

    kind: ClassVar[str] = "branch"
    cases: tuple[Case, ...]

    def enter(self, plan: Plan, state: State) -> Step | None:
        """Take the first case that holds."""
        case = next(c for c in self.cases if c.when is None or c.when.holds(state.vars))
        put_all(plan, state, case.sets)
        go(plan, state, case.target)
        return None

    def exits(self) -> Iterator[Exit]:
        """Each case, without a wait."""
        return (Exit(case.target, silent=True) for case in self.cases)


def read_branch(reader: Reader, name: str, part: Part) -> Branch:
    """From YAML; `otherwise` is a node's name, or a mapping with `next` and `set`."""
    cases = [
        Case(reader.condition(case, "when"), reader.sets(case), reader.target(case, "next"))
        for case in reader.parts(part, "cases")
        if reader.fits(case, CASE, "a case")
    ]
    return Branch(
        name=reader.qualified(name),
        place=reader.place_of(name),
        cases=(*cases, _otherwise(reader, part)),
    )


def _otherwise(reader: Reader, part: Part) -> Case:
    target, sets = read_otherwise(reader, part)
    return Case(None, sets, target)
