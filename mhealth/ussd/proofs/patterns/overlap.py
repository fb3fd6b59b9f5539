"""Which answers fit two patterns, and whether all that fit one fit others before it."""

import re
from collections.abc import Callable, Iterable, Sequence

from mhealth.ussd.proofs.patterns.automaton import START, Automaton
from mhealth.ussd.proofs.patterns.letters import Element, classes_of

MOST = 20_000
"""So many sets of states are looked at; a proof that would need more says nothing."""
States = frozenset[int]


def both_fit(one: Automaton, other: Automaton) -> str | None:
    """The shortest answer that fits both; None when there is none."""
    return _search([one, other], lambda fits: all(fits))


def not_covered(pattern: Automaton, before: Sequence[Automaton]) -> str | None:
    """An answer that fits the pattern and none before it; None when all that fits it fits one of them.

    The empty text, too, when that cannot be told within bounds.
    """
    return _search([pattern, *before], lambda fits: fits[0] and not any(fits[1:]))


class _Walker:
    """All automata at once, by the letters that any of them tells apart."""

    def __init__(self, automata: Sequence[Automaton]) -> None:
        self.automata = automata
        elements: list[Element] = []
        self.offsets: list[int] = []
        for automaton in automata:
            self.offsets.append(len(elements))
            elements += automaton.elements
        flags = automata[0].flags & re.IGNORECASE
        self.classes = classes_of(elements, flags)

    def step(self, at: tuple[States, ...], taking: frozenset[int]) -> tuple[States, ...]:
        """Where each of them is after a letter that these elements take."""
        return tuple(
            frozenset(
                step.target
                for state in states
                for step in automaton.steps[state]
                if step.element + offset in taking
            )
            for automaton, offset, states in zip(self.automata, self.offsets, at, strict=True)
        )

    def fits(self, at: Iterable[States]) -> list[bool]:
        """Which of them accept now."""
        return [bool(a.accepting & s) for a, s in zip(self.automata, at, strict=True)]


def _search(
    automata: Sequence[Automaton], is_found: Callable[[Sequence[bool]], bool]
) -> str | None:
    walker = _Walker(automata)
    begin = tuple(frozenset((START,)) for _ in automata)
    seen = {begin: ""}
    waiting = [begin]
    for at in waiting:
        if seen[at] and is_found(walker.fits(at)):  # nobody answers with nothing
            return seen[at]
        if len(seen) > MOST:
            return ""
        for taking, letter in walker.classes.items():
            after = walker.step(at, taking)
            if after[0] and after not in seen:
                seen[after] = seen[at] + letter
                waiting.append(after)
    return None
