"""What a flow's ways and conditions mean in terms of answers: who leads where, and who set a variable."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import ceil, floor
from typing import Any

from mhealth.exchange.fhir.formulas import (
    NEVER,
    Answer,
    Formula,
    Reached,
    every,
    exists,
    no,
    some,
)
from mhealth.exchange.fhir.steps_out import Step, steps_of
from mhealth.exchange.fhir.ways import in_order, loops, passed_after, passed_before, reached_from
from mhealth.exchange.forms.names import platform_names
from mhealth.ussd.condition import OPERATORS, All, AnyOf, Compare, Condition, IsSet, Not, is_set
from mhealth.ussd.kinds.branch import Branch
from mhealth.ussd.plan import HOME, RETURN, Node

PLATFORM = "platform."
"""Before the name of a variable that the platform gives: a fact, or what a deed gave."""
_GIVEN = frozenset(platform_names() - {HOME, RETURN})
_OPS = {"eq": "=", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}


@dataclass(frozen=True, slots=True)
class Setter:
    """A step that gives a variable a value: a literal, an answer, or another variable's value."""

    node: str
    when: Formula
    value: Any = None
    source: str | None = None
    link: str | None = None
    times: float = 1
    is_whole: bool = False
    is_many: bool = False  # the value is true when `value` was picked


@dataclass(slots=True)
class Meaning:
    """One flow's nodes in an order in which each comes after all that lead to it."""

    nodes: Mapping[str, Node]
    start: str
    order: list[str] = field(default_factory=list)
    looping: set[tuple[str, str]] = field(default_factory=set)
    reached: dict[str, Formula] = field(default_factory=dict)
    platform: dict[str, Any] = field(
        default_factory=dict
    )  # variable -> a value it is compared with
    _steps: dict[str, list[Step]] = field(default_factory=dict)
    _setters: dict[str, list[Setter]] = field(default_factory=dict)
    _after: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._steps = {name: list(steps_of(node)) for name, node in self.nodes.items()}
        targets = {name: [s.target for s in steps] for name, steps in self._steps.items()}
        self.looping = loops(targets, self.start)
        edges = {
            name: [to for to in tos if (name, to) not in self.looping]
            for name, tos in targets.items()
        }
        self.order = in_order(edges, self.start)
        self._after = {name: reached_from(edges, edges[name]) for name in self.order}
        before, after = passed_before(edges, self.order), passed_after(edges, self.order)
        for name in self.order:
            self.reached[name] = self._reach(name, before, after)
            self._note_setters(name)

    def _reach(
        self, name: str, before: Mapping[str, set[str]], after: Mapping[str, set[str]]
    ) -> Formula:
        """When a node is come to: always when all ways pass it, else by the steps that lead to it."""
        if name == self.start:
            return every(())
        sure = [d for d in self.order if d != name and d in before[name] and name in after[d]]
        if sure:
            return self.come_to(sure[0])
        return some(
            self._taken(source, step)
            for source in self.order[: self.order.index(name)]
            if source in self.reached
            for step in self._steps[source]
            if step.target == name and (source, name) not in self.looping
        )

    def come_to(self, name: str) -> Formula:
        """The same as `reached`, short when it is short."""
        formula = self.reached[name]
        is_short = isinstance(formula, Answer | Reached) or not getattr(formula, "parts", (1,))
        return formula if is_short else Reached(name)

    def _taken(self, source: str, step: Step) -> Formula:
        """When a step leads on from here, or another that leads to the same node."""
        if all(each.target == step.target for each in self._steps[source]):
            return self.come_to(source)
        return self._done(source, step)

    def _done(self, source: str, step: Step) -> Formula:
        """When just this step is taken."""
        node = self.nodes[source]
        if isinstance(node, Branch):
            return self._case(node, step.case)
        if step.when is None:
            return self.come_to(source)
        if step.when == exists(source, False):
            return every([self.come_to(source), step.when])
        return step.when

    def _case(self, node: Branch, number: int) -> Formula:
        source = node.name.partition(".")[2]
        earlier = [
            self.condition(c.when, source) for c in node.cases[:number] if c.when is not None
        ]
        own = node.cases[number].when
        holds = [self.condition(own, source)] if own is not None else []
        return every([self.come_to(source), *(no(each) for each in earlier), *holds])

    def condition(self, condition: Condition, at: str) -> Formula:
        """A condition of the flow, read at a node."""
        match condition:
            case All(parts=parts):
                return every(self.condition(part, at) for part in parts)
            case AnyOf(parts=parts):
                return some(self.condition(part, at) for part in parts)
            case Not(part=part):
                return no(self.condition(part, at))
            case IsSet(name=name, wanted=wanted):
                found = self._variable(name, None, None, at)
                return found if wanted else no(found)
            case Compare(name=name, op="in", value=values):
                return some(self._variable(name, "eq", value, at) for value in values)
            case Compare(name=name, op=op, value=value):
                return self._variable(name, op, value, at)

    def _variable(self, name: str, op: str | None, value: Any, at: str) -> Formula:
        """A comparison by whoever set the variable last; without an operator: whether it is set."""
        setters = [s for s in self._setters.get(name, ()) if at in self._after[s.node]]
        found: list[Formula] = []
        for setter in setters:
            later = [s for s in setters if s.node in self._after[setter.node]]
            over = (no(each.when) for each in later)
            found.append(every([self._set_by(setter, op, value), *over]))
        if not any(setter.when == every(()) for setter in setters) and self._is_given(name):
            self.platform.setdefault(name, value if op is not None else "")
            link = f"{PLATFORM}{name}"
            given = exists(link) if op is None else Answer(link, _OPS[op], value)
            found.append(every([given, *(no(setter.when) for setter in setters)]))
        return some(found)

    def _is_given(self, name: str) -> bool:
        """By the platform, as a fact or by a deed; or by whoever calls this flow."""
        return name in _GIVEN or name not in self._setters

    def _set_by(self, setter: Setter, op: str | None, value: Any) -> Formula:
        if setter.source is not None:
            return every([setter.when, self._variable(setter.source, op, value, setter.node)])
        if setter.link is None:
            holds = is_set(setter.value) and (op is None or OPERATORS[op](setter.value, value))
            return setter.when if holds else NEVER
        if setter.is_many:
            return self._picked(setter, op, value)
        if op is None:
            return setter.when
        return _compared(setter, op, value)

    def _picked(self, setter: Setter, op: str | None, value: Any) -> Formula:
        """An option of several: true when it was picked, false when it was not."""
        assert setter.link is not None
        pick = Answer(setter.link, "=", setter.value, many=True)
        if op is None:
            return setter.when
        if op not in ("eq", "ne") or not isinstance(value, bool):
            return NEVER if op != "ne" else setter.when
        return pick if (op == "eq") is value else every([setter.when, no(pick)])

    def _note_setters(self, name: str) -> None:
        for step in self._steps[name]:
            taken = self._done(name, step)
            for each in step.sets:
                setter = Setter(name, taken, each.value, each.source)
                self._setters.setdefault(each.name, []).append(setter)
        for variable, given in self._answers(name):
            self._setters.setdefault(variable, []).append(given)

    def _answers(self, name: str) -> Iterator[tuple[str, Setter]]:
        """What the answer itself gives."""
        node = self.nodes[name]
        picks = getattr(node, "options", {}) if node.kind == "several" else {}
        for option, pick in picks.items():
            if pick.into:
                yield pick.into, Setter(name, self.come_to(name), option, link=name, is_many=True)
        into = getattr(node, "into", "")
        if into and node.kind not in ("several", "signs"):
            times = float(getattr(node, "times", 1))
            is_whole = node.kind == "number" and not getattr(node, "decimals", 0)
            yield into, Setter(name, exists(name), link=name, times=times, is_whole=is_whole)


def _compared(setter: Setter, op: str, value: Any) -> Formula:
    """A comparison with an answer that was multiplied before it was stored."""
    link = setter.link or ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return Answer(link, _OPS[op], value)
    bound = value / setter.times
    if not setter.is_whole:
        return Answer(link, _OPS[op], bound)
    if bound == int(bound):
        return Answer(link, _OPS[op], int(bound))
    if op in ("eq", "ne"):
        return exists(link) if op == "ne" else NEVER
    rounded = {"lt": ceil, "ge": ceil, "le": floor, "gt": floor}[op](bound)
    return Answer(link, _OPS[op], rounded)
