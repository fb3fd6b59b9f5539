"""What a flow does and a Questionnaire cannot say, named one by one: nothing of it is lost unseen."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mhealth.exchange.fhir.meaning import Meaning
from mhealth.ussd.kinds.branch import Branch
from mhealth.ussd.kinds.choose import Choose
from mhealth.ussd.kinds.pin import Pin
from mhealth.ussd.kinds.signs import Signs
from mhealth.ussd.kinds.text import Text
from mhealth.ussd.plan import HOME, Node


@dataclass(frozen=True, slots=True)
class Remark:
    """At a node, something that is not carried over."""

    node: str
    said: str

    def __str__(self) -> str:
        return f"{self.node}: {self.said}"


def remarks_of(
    nodes: Mapping[str, Node], meaning: Meaning, left_out: Sequence[str]
) -> Iterator[Remark]:
    """All of them, in the flow's order."""
    for variable in meaning.platform:
        yield Remark("platform", f"{variable} is known to it alone: a hidden item stands for it")
    for name, node in nodes.items():
        for said in _remarks(node):
            yield Remark(name, said)
        for source, target in sorted(meaning.looping):
            if source == name:
                yield Remark(name, f"leads back to {target}: a Questionnaire goes on only")
        if name in left_out:
            yield Remark(name, "no answers lead there, so it is left out")


def _remarks(node: Node) -> Iterator[str]:
    yield from _of_its_kind(node)
    if any(leaving.target == HOME for leaving in node.exits()):
        yield "leads to the first screen, where all is asked anew"
    for option in _options(node):
        if getattr(option, "when", None) is not None:
            yield f"option {option.name} shows only under a condition"
        if getattr(option, "stops", False):
            yield f"option {option.name} ends the questions of its list"
    names = _shown(node)
    if names and not isinstance(node, Branch):
        yield f"its text shows {', '.join(sorted(names))}"


def _of_its_kind(node: Node) -> Iterator[str]:
    deed = getattr(node, "deed_name", None) or getattr(node, "deed", None)
    if isinstance(deed, str):
        yield f"the platform does {deed} here, which a Questionnaire cannot"
    if isinstance(node, Pin):
        yield "a PIN is asked for, which no answer of a Questionnaire may hold"
    if isinstance(node, Choose):
        yield f"its lines are what {node.lookup} gives then"
    if isinstance(node, Signs):
        yield "a danger sign ends the questions; they are on pages"
    if isinstance(node, Text) and any(answer.pattern for answer in node.answers):
        yield "where an answer leads depends on a pattern"


def _options(node: Node) -> list[Any]:
    options = getattr(node, "options", {})
    return list(options.values()) if isinstance(options, Mapping) else []


def _shown(node: Node) -> frozenset[str]:
    texts = getattr(node, "text", None)
    if not isinstance(texts, Mapping):
        return frozenset()
    return frozenset[str]().union(*(template.names for template in texts.values()))
