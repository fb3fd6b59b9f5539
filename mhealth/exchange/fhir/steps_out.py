"""The ways out of each kind of node, with what must be answered for each, and what each sets."""

from collections.abc import Iterator
from dataclasses import dataclass

from mhealth.exchange.fhir.formulas import Answer, Formula, every, exists, some
from mhealth.ussd.kinds.branch import Branch
from mhealth.ussd.kinds.choose import Choose
from mhealth.ussd.kinds.menu import Menu
from mhealth.ussd.kinds.text import Text
from mhealth.ussd.plan import HOME, RETURN, Assign, Node
from mhealth.ussd.question import Question


@dataclass(frozen=True, slots=True)
class Step:
    """A way out. `when` is None where every way out is this one; `case` counts those of a branch."""

    target: str  # a node's name, or empty when the questions end there
    when: Formula | None = None
    sets: tuple[Assign, ...] = ()
    case: int = 0


def steps_of(node: Node) -> Iterator[Step]:
    """All ways out of a node."""
    own = node.name.partition(".")[2]
    if isinstance(node, Branch):
        for number, case in enumerate(node.cases):
            yield Step(short(node, case.target), None, case.sets, number)
    elif isinstance(node, Menu | Choose):
        yield from _chosen(node, own)
    elif isinstance(node, Text) and node.answers:
        yield from _typed(node, own)
    elif isinstance(node, Question):
        yield Step(short(node, node.target), exists(own))
        if node.unknown is not None:
            yield _passed_by(node, own)
    else:
        for target in dict.fromkeys(_targets(node)):
            yield Step(short(node, target), None, getattr(node, "sets", ()))


def _targets(node: Node) -> list[str]:
    """Of a call only where it returns to."""
    if hasattr(node, "flow") and hasattr(node, "target"):
        return [str(node.target)]
    return [leaving.target for leaving in node.exits()]


def _chosen(node: Menu | Choose, own: str) -> Iterator[Step]:
    for name, option in node.options.items():
        code = name if isinstance(node, Menu) else option.name
        yield Step(short(node, option.target), Answer(own, "=", code), option.sets)
    if isinstance(node, Choose):
        others = [Answer(own, "!=", option.name) for option in node.options.values()]
        yield Step(short(node, node.target), every(others) if others else exists(own))
        yield Step(short(node, node.empty), exists(own, False))


def _typed(node: Text, own: str) -> Iterator[Step]:
    """Words that lead elsewhere; what is taken back at once is no answer."""
    words: list[Answer] = []
    for answer in node.answers:
        if is_taken_back(node, answer.sets):
            sets = tuple(each for each in answer.sets if each.name != node.into or each.value)
            yield Step(short(node, answer.target), exists(own, False), sets)
            continue
        said = [Answer(own, "=", word) for word in sorted(answer.words)]
        others = [Answer(own, "!=", word.value) for word in words]
        typed = some(said) if said else every(others) if others else exists(own)
        words += said
        yield Step(short(node, answer.target), typed, answer.sets)
    if node.unknown is not None:
        yield _passed_by(node, own)


def is_taken_back(node: Text, sets: tuple[Assign, ...]) -> bool:
    """Whether an answer only says that the question is passed by."""
    return any(each.name == node.into and each.source is None for each in sets)


def _passed_by(node: Question, own: str) -> Step:
    assert node.unknown is not None
    return Step(short(node, node.unknown.target), exists(own, False), node.unknown.sets)


def short(node: Node, target: str) -> str:
    """A node of the same flow by its name alone; empty where the flow is left."""
    if target in (HOME, RETURN):
        return ""
    flow, _, name = target.partition(".")
    return name if flow == node.name.partition(".")[0] else ""
