"""How the time of a pattern grows with what is typed: not at all worse, with a power, or exponentially.

A matcher that tries one way after the other takes as many steps as an answer has ways through the
automaton. Those grow exponentially where a state comes back to itself in two ways with the same word
(EDA), and with a power where one loop can hand the same word on to a second (IDA): A. Weber, H. Seidl,
"On the degree of ambiguity of finite automata" (1991). A part repeated a limited number of times has no
loop; there the ways are counted on the worst answer that a phone can send.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from mhealth.ussd.proofs.patterns.automaton import START, Automaton
from mhealth.ussd.proofs.patterns.letters import classes_of

LONGEST_ANSWER = 182
"""No carrier hands on more characters of one answer than a screen holds."""
MANY_WAYS = 1_000_000
"""So many steps take a tenth of a second and more."""
EXPONENTIAL = 99
TOLERABLE = 2
"""The square of what one answer can hold is no time at all."""
_SHORT, _MOST_ENDS = 30, 1000

State = int
Pair = tuple[State, State]
Moves = Mapping[State, Mapping[str, list[tuple[State, int]]]]


@dataclass(frozen=True, slots=True)
class Growth:
    """`power` of the length; `EXPONENTIAL` beyond any. `witness` is an answer that shows it."""

    power: int
    witness: str


def growth_of(automaton: Automaton) -> Growth:
    """How fast the steps grow with the length of an answer that in the end does not fit."""
    moves = moves_of(automaton)
    component = _components(moves)
    for state, round_ in _two_ways_round(moves, component):
        growth = _failing(automaton, EXPONENTIAL, _pumped(_way_to(moves, state), round_))
        if growth.power > 1:
            return growth
    power, witness = _chain(moves, component)
    if power <= TOLERABLE:
        steps, worst = _worst_answer(moves)
        if steps > MANY_WAYS:
            return _failing(automaton, EXPONENTIAL, worst)
    return _failing(automaton, power, witness)


def _failing(automaton: Automaton, power: int, word: str) -> Growth:
    """A matcher tries all ways only when none fits: what follows the word must make it fail."""
    classes = classes_of(automaton.elements, automaton.flags)
    states = after_word(automaton, classes, word)
    seen = {states: ""}
    waiting = [states]
    for at in waiting:
        if not at & automaton.accepting:
            return Growth(power, word + seen[at])
        for taking, letter in classes.items():
            after = after_letter(automaton, at, taking)
            if after not in seen and len(seen) < _MOST_ENDS:
                seen[after] = seen[at] + letter
                waiting.append(after)
    return Growth(1, "")  # whatever follows, it fits


def after_letter(
    automaton: Automaton, at: frozenset[State], taking: frozenset[int]
) -> frozenset[State]:
    """Where an automaton can be after a letter that these elements take."""
    return frozenset(
        step.target for state in at for step in automaton.steps[state] if step.element in taking
    )


def after_word(
    automaton: Automaton, classes: Mapping[frozenset[int], str], word: str
) -> frozenset[State]:
    """Where an automaton can be after letters that stand for their class."""
    by_letter = {letter: taking for taking, letter in classes.items()}
    at = frozenset((START,))
    for letter in word:
        at = after_letter(automaton, at, by_letter[letter])
    return at


def moves_of(automaton: Automaton) -> Moves:
    """State -> letter of a class -> where it leads, and in how many ways."""
    classes = classes_of(automaton.elements, automaton.flags)
    by_element: dict[int, list[str]] = {}
    for taking, letter in classes.items():
        for element in taking:
            by_element.setdefault(element, []).append(letter)
    moves: dict[State, dict[str, list[tuple[State, int]]]] = {}
    for state, steps in automaton.steps.items():
        own: dict[str, list[tuple[State, int]]] = {}
        for step in steps:
            for letter in by_element.get(step.element, ()):
                own.setdefault(letter, []).append((step.target, step.ways))
        moves[state] = own
    return moves


def _targets(moves: Moves, state: State) -> Iterator[State]:
    return (target for found in moves[state].values() for target, _ in found)


def _components(moves: Moves) -> dict[State, int]:
    """Each state that lies on a loop -> the number of its strongly connected component."""
    reach = {state: _reached(moves, _targets(moves, state)) for state in moves}
    component: dict[State, int] = {}
    for state in moves:
        if state in reach[state] and state not in component:
            for other in reach[state]:
                if state in reach[other]:
                    component[other] = state
    return component


def _reached(moves: Moves, begin: Iterable[State]) -> set[State]:
    reached: set[State] = set()
    waiting = list(begin)
    while waiting:
        state = waiting.pop()
        if state not in reached:
            reached.add(state)
            waiting.extend(_targets(moves, state))
    return reached


def _two_ways_round(moves: Moves, component: Mapping[State, int]) -> Iterator[tuple[State, str]]:
    """Each state with a word that leads back to it in two ways."""
    for state in component:
        word = _round(moves, component, state)
        if word is not None:
            yield state, word


def _round(moves: Moves, component: Mapping[State, int], begin: State) -> str | None:
    """Walk two at once from `begin`, within its loop, until both are back and once were apart."""
    own = component[begin]
    first = (begin, begin, False)
    seen: dict[tuple[State, State, bool], tuple[tuple[State, State, bool], str] | None] = {
        first: None
    }
    waiting = [first]
    for at in waiting:
        for letter, one, other, is_apart in _both(moves, at):
            if component.get(one) != own or component.get(other) != own:
                continue
            after = (one, other, at[2] or is_apart)
            if after not in seen:
                seen[after] = (at, letter)
                if after == (begin, begin, True):
                    return _spelled(seen, after)
                waiting.append(after)
    return None


def _both(moves: Moves, at: tuple[State, State, bool]) -> Iterator[tuple[str, State, State, bool]]:
    for letter, found in moves[at[0]].items():
        for one, ways in found:
            for other, _ in moves[at[1]].get(letter, ()):
                is_apart = one != other or (at[0] == at[1] and ways > 1)
                yield letter, one, other, is_apart


def _spelled(seen: Mapping, after: tuple) -> str:  # type: ignore[type-arg]
    letters = []
    while seen[after] is not None:
        after, letter = seen[after]
        letters.append(letter)
    return "".join(reversed(letters))


def _way_to(moves: Moves, target: State) -> str:
    seen: dict[State, tuple[State, str] | None] = {START: None}
    waiting = [START]
    for at in waiting:
        for letter, found in moves[at].items():
            for after, _ in found:
                if after not in seen:
                    seen[after] = (at, letter)
                    waiting.append(after)
    letters = []
    while seen.get(target) is not None:
        target, letter = seen[target]  # type: ignore[misc]
        letters.append(letter)
    return "".join(reversed(letters))


def _pumped(way: str, loop: str) -> str:
    times = max(_SHORT // len(loop), 2)
    return way + loop * times


def _worst_answer(moves: Moves) -> tuple[int, str]:
    """The steps that are taken for the answer which opens most ways at each letter, and it."""
    counts: dict[State, int] = {START: 1}
    steps, word = 0, ""
    while counts and len(word) < (LONGEST_ANSWER if steps <= MANY_WAYS else _SHORT):
        after: dict[str, dict[State, int]] = {}
        for state, count in counts.items():
            for letter, found in moves[state].items():
                heap = after.setdefault(letter, {})
                for target, ways in found:
                    heap[target] = heap.get(target, 0) + count * ways
        if not after:
            break
        letter = max(after, key=lambda each: sum(after[each].values()))
        counts = after[letter]
        steps += sum(counts.values())
        word += letter
    return steps, word


def _chain(moves: Moves, component: Mapping[State, int]) -> tuple[int, str]:
    """The longest chain of loops that hand the same word on, and a word of its first."""
    loops = sorted(set(component.values()))
    hands_on: dict[int, dict[int, str]] = {loop: {} for loop in loops}
    for one in loops:
        for other in loops:
            word = _handed_on(moves, component, one, other) if one != other else None
            if word:
                hands_on[one][other] = word
    longest, word = 1, ""

    def depth(loop: int, passed: frozenset[int]) -> int:
        onward = [depth(o, passed | {o}) for o in hands_on[loop] if o not in passed]
        return 1 + max(onward, default=0)

    for loop in loops:
        length = depth(loop, frozenset((loop,)))
        if length > longest:
            longest, word = length, next(iter(hands_on[loop].values()))
            word = _pumped(_way_to(moves, loop), word)
    return longest, word


def _handed_on(moves: Moves, component: Mapping[State, int], one: int, other: int) -> str | None:
    """A word on which a state of `one` stays, one of `other` stays, and the first leads to the second."""
    members = [state for state, loop in component.items() if loop == one]
    others = [state for state, loop in component.items() if loop == other]
    for p in members:
        for q in others:
            word = _triple(moves, component, p, q)
            if word is not None:
                return word
    return None


def _triple(moves: Moves, component: Mapping[State, int], p: State, q: State) -> str | None:
    begin, goal = (p, p, q), (p, q, q)
    seen: dict[tuple[State, ...], tuple[tuple[State, ...], str] | None] = {begin: None}
    waiting: list[tuple[State, ...]] = [begin]
    for at in waiting:
        for letter, found in moves[at[0]].items():
            for one, _ in found:
                if component.get(one) != component[p]:
                    continue
                for middle, _ in moves[at[1]].get(letter, ()):
                    for last, _ in moves[at[2]].get(letter, ()):
                        after = (one, middle, last)
                        if component.get(last) == component[q] and after not in seen:
                            seen[after] = (at, letter)
                            if after == goal:
                                return _spelled(seen, after)
                            waiting.append(after)
    return None
