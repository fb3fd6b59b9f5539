"""A pattern as an automaton without silent steps, that still knows in how many ways each step is made.

Built after K. Thompson, "Regular expression search algorithm" (1968), over Python's own parse of the
pattern, so that it is the pattern that runs. A step that can be made in two ways (`(a*)*`) counts twice:
that is what a matcher that tries one way after the other pays for.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

from mhealth.ussd.proofs.patterns.letters import Element

START = 0
MOST_COPIES, FEW_COPIES = 30, 3
"""A part that is repeated up to so often is written out, one that is repeated oftener loops; a pattern
that gets too long in this way is tried with few."""
MOST_STATES = 600
_REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT)
_REFUSED: Mapping[Any, str] = {
    sre.GROUPREF: "a reference back",
    sre.GROUPREF_EXISTS: "a reference back",
    sre.ASSERT: "a look ahead or behind",
    sre.ASSERT_NOT: "a look ahead or behind",
    getattr(sre, "ATOMIC_GROUP", "atomic"): "an atomic group",
    getattr(sre, "POSSESSIVE_REPEAT", "possessive"): "a possessive repeat",
}


class _TooLong(Exception):
    """Written out so often, it has too many states."""


class BadPattern(ValueError):
    """A pattern that is none; `str()` says why."""


class Unprovable(ValueError):
    """A pattern with a part that no proof is made of; `str()` names it."""


@dataclass(frozen=True, slots=True)
class Step:
    """From a state by one letter to another; `ways` is 1, or 2 for two and more."""

    element: int
    target: int
    ways: int


@dataclass(frozen=True, slots=True)
class Automaton:
    """States are numbers, 0 the start. `elements` are what steps take."""

    elements: tuple[Element, ...]
    steps: Mapping[int, tuple[Step, ...]]
    accepting: frozenset[int]
    flags: int


def automaton_of(pattern: str, flags: int = 0) -> Automaton:
    """The automaton of a pattern. Raises BadPattern or Unprovable."""
    try:
        parsed = _parser.parse(pattern, flags)
    except (re.error, OverflowError, RecursionError) as error:
        raise BadPattern(str(error)) from error
    for copies in (MOST_COPIES, FEW_COPIES):
        builder = _Builder(copies)
        try:
            end = builder.sequence(parsed, START)
        except _TooLong:
            continue
        return builder.without_silence(end, flags | parsed.state.flags)
    raise Unprovable("more parts than can be proven")


@dataclass(slots=True)
class _Builder:
    """Thompson's automaton under way: `silent` and `taking` lead on from each state."""

    most_copies: int
    silent: dict[int, list[int]] = field(default_factory=lambda: {START: []})
    taking: dict[int, tuple[int, int]] = field(default_factory=dict)  # state -> (element, target)
    elements: list[Element] = field(default_factory=list)

    def _state(self) -> int:
        if len(self.silent) > MOST_STATES:
            raise _TooLong
        self.silent[len(self.silent)] = []
        return len(self.silent) - 1

    def sequence(self, parts: Any, at: int) -> int:
        """Parts one after the other; the state after the last."""
        for op, value in parts:
            at = self._part(op, value, at)
        return at

    def _part(self, op: Any, value: Any, at: int) -> int:
        if op in _REFUSED:
            raise Unprovable(_REFUSED[op])
        if op is sre.AT:
            if value in (sre.AT_BOUNDARY, sre.AT_NON_BOUNDARY):
                raise Unprovable("the edge of a word")
            return at  # the whole answer is matched: its beginning and end need no sign
        if op is sre.SUBPATTERN:
            if value[1] or value[2]:
                raise Unprovable("flags within the pattern")
            return self.sequence(value[3], at)
        if op is sre.BRANCH:
            return self._branches(value[1], at)
        if op in _REPEATS:
            least, most, part = value
            return self._repeat(least, most, part, at)
        return self._take((op, value), at)

    def _take(self, element: Element, at: int) -> int:
        begin, target = self._state(), self._state()
        self.silent[at].append(begin)
        self.elements.append(element)
        self.taking[begin] = (len(self.elements) - 1, target)
        return target

    def _branches(self, branches: Any, at: int) -> int:
        ends = []
        for branch in branches:
            begin = self._state()
            self.silent[at].append(begin)
            ends.append(self.sequence(branch, begin))
        after = self._state()
        for end in ends:
            self.silent[end].append(after)
        return after

    def _repeat(self, least: int, most: Any, part: Any, at: int) -> int:
        for _ in range(min(least, self.most_copies)):
            at = self.sequence(part, at)
        if most is sre.MAXREPEAT or most > self.most_copies:
            return self._loop(part, at)
        after = self._state()
        for _ in range(most - least):
            self.silent[at].append(after)
            at = self.sequence(part, at)
        self.silent[at].append(after)
        return after

    def _loop(self, part: Any, at: int) -> int:
        """Entering the part and repeating it are two ways, as they are to a matcher."""
        begin, after = self._state(), self._state()
        self.silent[at] += [begin, after]
        self.silent[self.sequence(part, begin)] += [begin, after]
        return after

    def without_silence(self, end: int, flags: int) -> Automaton:
        """The same, with each step's silent ways counted."""
        steps: dict[int, tuple[Step, ...]] = {}
        accepting: set[int] = set()
        waiting = [START]
        while waiting:
            state = waiting.pop()
            if state in steps:
                continue
            ways = self._silent_ways(state)
            if end in ways:
                accepting.add(state)
            steps[state] = tuple(self._steps(ways))
            waiting.extend(step.target for step in steps[state])
        return Automaton(tuple(self.elements), steps, frozenset(accepting), flags)

    def _steps(self, ways: Mapping[int, int]) -> Iterator[Step]:
        for state, count in ways.items():
            if state in self.taking:
                element, target = self.taking[state]
                yield Step(element, target, count)

    def _silent_ways(self, begin: int) -> dict[int, int]:
        """How often each state is reached in silence, no state passed twice on one way; 2 is many."""
        ways: dict[int, int] = {}
        work = [(begin, frozenset((begin,)))]
        while work:
            state, passed = work.pop()
            if ways.get(state, 0) >= 2:
                continue
            ways[state] = ways.get(state, 0) + 1
            work.extend(
                (after, passed | {after}) for after in self.silent[state] if after not in passed
            )
        return ways
