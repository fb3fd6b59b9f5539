"""How long calls take: the longest and the quickest way through each flow, the quickest to help in a danger.

From the first screen of the call. Loops are walked once. A flow that cannot be finished within a carrier's
session is refused; one whose longest way is longer is warned of, unless a dropped call of it may go on.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from mhealth.ussd.condition import All, AnyOf, Compare, Condition
from mhealth.ussd.plan import flow_of
from mhealth.ussd.proofs.places import Place, begins, onward
from mhealth.ussd.proofs.proving import Proving
from mhealth.ussd.proofs.screens import Screens
from mhealth.ussd.proofs.timing import NOTHING, Cost, Costs
from mhealth.ussd.proofs.ways import Way

CARE, EMERGENCY = "triage_class", "emergency"
"""The variable that says how soon care is needed, and what it says of a danger."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One flow in one language, from the first screen of a call to its end or return."""

    flow: str
    code: str
    quickest: Cost
    longest: Cost


@dataclass(frozen=True, slots=True)
class Help:
    """The quickest way from the first screen to what is said to an emergency; `place` is said there."""

    code: str
    place: str
    quickest: Cost


class Journeys:
    """All ways of calls in one language."""

    def __init__(self, proving: Proving, screens: Screens, code: str) -> None:
        self._proving = proving
        self._costs = Costs(proving, screens, code)
        self._code = code
        self._ways: dict[Place, list[tuple[Way, Place | None]]] = {}

    def figures(self) -> list[Figure]:
        """One for each flow that a call can reach."""
        to_longest = self._longest(begins(self._proving), lambda place: True)
        to_quickest = self._quickest(begins(self._proving), lambda place: True)
        starts = set(self._proving.graph.starts.values())
        found: dict[str, Figure] = {}
        for place, before in to_longest.items():
            if place[1] in starts:
                flow = flow_of(place[1])
                longest = before.and_(self._through(place, self._longest, max, self._costs.most))
                quickest = to_quickest[place].and_(
                    self._through(place, self._quickest, min, self._costs.fewest)
                )
                other = found.get(flow)
                found[flow] = Figure(
                    flow,
                    self._code,
                    _least(quickest, other.quickest) if other else quickest,
                    _most(longest, other.longest) if other else longest,
                )
        return [found[flow] for flow in sorted(found)]

    def help(self) -> Help | None:
        """None when no flow speaks to an emergency."""
        to = self._quickest(begins(self._proving), lambda place: True)
        found = [
            (to[place].and_(self._costs.fewest(place[1])), after[1])
            for place in to
            for way, after in self._onward(place)
            if after is not None and way.when is not None and _says_emergency(way.when)
        ]
        if not found:
            return None
        cost, name = min(found, key=lambda each: each[0].seconds)
        return Help(self._code, self._proving.graph.nodes[name].place, cost)

    def _onward(self, place: Place) -> list[tuple[Way, Place | None]]:
        if place not in self._ways:
            self._ways[place] = list(onward(self._proving, place))
        return self._ways[place]

    def _through(
        self,
        begin: Place,
        walk: Callable[[Iterable[Place], Callable[[Place], bool]], Mapping[Place, Cost]],
        pick: Callable[..., Cost],
        cost: Callable[[str], Cost],
    ) -> Cost:
        """From the start of a flow until it ends or returns, with all that it calls."""
        depth, flow = len(begin[0]), flow_of(begin[1])

        def is_inside(place: Place) -> bool:
            is_below = len(place[0]) > depth and place[0][:depth] == begin[0]
            return is_below or (place[0] == begin[0] and flow_of(place[1]) == flow)

        to = walk([begin], is_inside)
        ends = [to[place].and_(cost(place[1])) for place in to if self._leaves(place, is_inside)]
        return pick(ends, key=lambda each: each.seconds, default=NOTHING)

    def _leaves(self, place: Place, is_inside: Callable[[Place], bool]) -> bool:
        """An end, a way home, or the return out of the flow."""
        ways = self._onward(place)
        return not ways or any(after is None or not is_inside(after) for _, after in ways)

    def _longest(
        self, begin: Iterable[Place], is_inside: Callable[[Place], bool]
    ) -> dict[Place, Cost]:
        """The longest way to each place, its own cost not counted; loops are cut."""
        order = self._in_order(begin, is_inside)
        rank = {place: number for number, place in enumerate(order)}
        to: dict[Place, Cost] = {}
        for place in order:
            here = to.setdefault(place, NOTHING).and_(self._costs.most(place[1]))
            for _, after in self._onward(place):
                if after is not None and rank.get(after, -1) > rank[place]:
                    to[after] = _most(to.get(after, NOTHING), here)
        return to

    def _in_order(self, begin: Iterable[Place], is_inside: Callable[[Place], bool]) -> list[Place]:
        """All places that can be reached, each before what it leads to, but for loops."""
        done: dict[Place, None] = {}
        seen: set[Place] = set()
        for first in begin:
            seen.add(first)
            stack = [(first, iter(self._onward(first)))]
            while stack:
                place, rest = stack[-1]
                after = next((p for _, p in rest if p and p not in seen and is_inside(p)), None)
                if after is None:
                    done[place] = None
                    stack.pop()
                else:
                    seen.add(after)
                    stack.append((after, iter(self._onward(after))))
        return list(reversed(done))

    def _quickest(
        self, begin: Iterable[Place], is_inside: Callable[[Place], bool]
    ) -> dict[Place, Cost]:
        """The quickest way to each place, its own cost not counted (E. Dijkstra, 1959)."""
        near = dict.fromkeys(begin, NOTHING)
        to: dict[Place, Cost] = {}
        while near:
            place = min(near, key=lambda each: near[each].seconds)
            to[place] = near.pop(place)
            here = to[place].and_(self._costs.fewest(place[1]))
            for _, after in self._onward(place):
                if after is not None and after not in to and is_inside(after):
                    near[after] = _least(near.get(after, here), here)
        return to


def _least(one: Cost, other: Cost) -> Cost:
    return min(one, other, key=lambda cost: cost.seconds)


def _most(one: Cost, other: Cost) -> Cost:
    return max(one, other, key=lambda cost: cost.seconds)


def _says_emergency(condition: Condition) -> bool:
    match condition:
        case Compare(name=name, op="eq", value=value):
            return bool(name == CARE and value == EMERGENCY)
        case All(parts=parts) | AnyOf(parts=parts):
            return any(_says_emergency(part) for part in parts)
    return False


@dataclass(frozen=True, slots=True)
class Times:
    """All figures of one language."""

    code: str
    figures: Sequence[Figure]
    help: Help | None


def prove_time(proving: Proving, screens: Screens) -> list[Times]:
    """Note each flow that takes too long, in the language in which it is worst; the figures."""
    found = []
    for code in proving.languages.by_code:
        journeys = Journeys(proving, screens, code)
        found.append(Times(code, journeys.figures(), journeys.help()))
    for flow in proving.compiled.flows:
        _judge_flow(proving, [f for times in found for f in times.figures if f.flow == flow])
    _judge_help(proving, [times.help for times in found if times.help is not None])
    return found


def _judge_flow(proving: Proving, figures: Sequence[Figure]) -> None:
    if not figures:
        return
    place = proving.place_of_flow(figures[0].flow)
    quick = max(figures, key=lambda figure: figure.quickest.seconds)
    slow = max(figures, key=lambda figure: figure.longest.seconds)
    if quick.quickest.seconds > proving.session_seconds:
        proving.note("too-slow", place, f"the quickest way to the end of `{quick.flow}` takes"
                     f" {_said(proving, quick.quickest)} in {quick.code}")  # fmt: skip
    elif slow.longest.seconds > proving.session_seconds and not _may_go_on(proving, slow.flow):
        proving.note("slow-way", place, f"the longest way to the end of `{slow.flow}` takes"
                     f" {_said(proving, slow.longest)} in {slow.code}")  # fmt: skip


def _may_go_on(proving: Proving, flow: str) -> bool:
    """Whether a dropped call can go on in the flow, or in one that it calls."""
    resumed = {name for plan in proving.compiled.plans.values() for name in plan.resume}
    return bool(resumed & proving.graph.callees(flow))


def _judge_help(proving: Proving, found: Sequence[Help]) -> None:
    worst = max(found, key=lambda each: each.quickest.seconds, default=None)
    if worst is not None and worst.quickest.seconds > proving.session_seconds:
        proving.note("too-slow", worst.place, "the quickest way to help in an emergency takes"
                     f" {_said(proving, worst.quickest)} in {worst.code}")  # fmt: skip


def _said(proving: Proving, cost: Cost) -> str:
    return f"{cost.screens} screens and {cost.seconds:.0f} of {proving.session_seconds} seconds"
