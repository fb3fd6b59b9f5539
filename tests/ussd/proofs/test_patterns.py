"""What is said of a pattern is true of Python's own matcher."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mhealth.ussd.proofs.patterns.ambiguity import EXPONENTIAL, growth_of
from mhealth.ussd.proofs.patterns.automaton import START, BadPattern, Unprovable, automaton_of
from mhealth.ussd.proofs.patterns.letters import takes
from mhealth.ussd.proofs.patterns.overlap import both_fit, not_covered

SOUND = [
    r"\d{1,6}", r"(a|b)*", r"(a?)*", r"(\w+\s)+", r"\s*\w+\s*", r"oui|ok|o", r"(oui|o)( .*)?",
    r"[A-Z0-9](?:[A-Z0-9/_.-]{0,22}[A-Z0-9])?", r"[a-z]+@[a-z]+\.[a-z.]+", r"a{1,1000}b{1,1000}",
    r"(?:ab|a)c*", r"[^,]*(,[^,]*)*", r".*",
]  # fmt: skip
EXPLODING = [
    r"(a+)+b", r"(a*)*", r"(a|a)*", r"(\d+)*", r"(\w+\s?)+", r"(x+x+)+y", r"([a-z]+|\d+)*",
    r"(a{1,20}){1,20}", r"(a?){25}a{25}", r"(?:[a-z]{1,10}){1,10}", r"(a|aa)+", r"(.|\s)*x",
]  # fmt: skip
PATTERNS = st.recursive(
    st.sampled_from(["a", "b", "1", r"\d", "[ab]", "[^a]", r"\w", "ab"]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda two: f"(?:{two[0]}|{two[1]})"),
        inner.map(lambda one: f"(?:{one})*"),
        inner.map(lambda one: f"(?:{one})?"),
        inner.map(lambda one: f"(?:{one}){{1,3}}"),
    ),
    max_leaves=5,
)


@pytest.mark.parametrize("pattern", SOUND)
def test_a_sound_pattern_is_not_accused(pattern: str) -> None:
    assert growth_of(automaton_of(pattern)).power <= 2


@pytest.mark.parametrize("pattern", EXPLODING)
def test_a_pattern_that_explodes_is_found_with_an_answer_that_shows_it(pattern: str) -> None:
    growth = growth_of(automaton_of(pattern))
    assert growth.power == EXPONENTIAL
    assert len(growth.witness) >= 20
    assert runs(pattern, growth.witness[:30]) > 1000


@pytest.mark.parametrize(
    ("pattern", "power"), [("a*a*", 2), ("a*a*a*", 3), (r".*,.*,.*", 3), ("(.*a){5}", 5)]
)
def test_a_power_is_told(pattern: str, power: int) -> None:
    assert growth_of(automaton_of(pattern)).power == power


@pytest.mark.parametrize(
    ("pattern", "part"),
    [(r"(a)\1", "a reference back"), ("(?=a)b", "a look ahead or behind"), (r"\bfoo", "the edge of a word"),
     ("(?i:a)b", "flags within"), ("(?>a*)b", "an atomic group"), ("a*+b", "a possessive repeat")],
)  # fmt: skip
def test_what_cannot_be_proven_is_refused_by_its_name(pattern: str, part: str) -> None:
    with pytest.raises(Unprovable, match=part):
        automaton_of(pattern)


def test_what_is_no_pattern_is_told() -> None:
    with pytest.raises(BadPattern, match="unterminated"):
        automaton_of("(a")


@pytest.mark.parametrize(
    ("one", "other", "example"),
    [(r"\d{1,3}", "00|98", "00"), (r"\d+", "[a-z]+", None), ("o.*", ".*i", "oi"), ("a*", "b*", None)],
)  # fmt: skip
def test_an_answer_that_fits_two_is_given(one: str, other: str, example: str | None) -> None:
    assert both_fit(automaton_of(one), automaton_of(other)) == example


def test_letters_of_either_case_are_one_where_the_pattern_says_so() -> None:
    assert both_fit(automaton_of("OUI", re.I), automaton_of("oui", re.I)) is not None
    assert both_fit(automaton_of("OUI"), automaton_of("oui")) is None


def test_a_pattern_within_others_is_covered() -> None:
    numbers = [automaton_of(r"1\d*"), automaton_of("[02-9].*")]
    assert not_covered(automaton_of("[0-9]+"), numbers) is None
    left = not_covered(automaton_of(r"\d+"), numbers)
    assert left is not None
    assert left not in "0123456789"  # another script's digit is one too


@settings(max_examples=60, deadline=None)
@given(PATTERNS, PATTERNS)
def test_an_example_fits_both_by_pythons_own_word(one: str, other: str) -> None:
    example = both_fit(automaton_of(one), automaton_of(other))
    if example:
        assert re.fullmatch(one, example)
        assert re.fullmatch(other, example)
    left = not_covered(automaton_of(one), [automaton_of(other)])
    if left:
        assert re.fullmatch(one, left)
        assert not re.fullmatch(other, left)


@settings(max_examples=60, deadline=None)
@given(PATTERNS, st.text("ab1é ", min_size=1, max_size=5))
def test_no_example_means_that_none_fits(pattern: str, typed: str) -> None:
    fits = both_fit(automaton_of(pattern), automaton_of(re.escape(typed))) is not None
    assert fits is (re.fullmatch(pattern, typed) is not None)


def runs(pattern: str, typed: str) -> int:
    """How many ways a matcher that tries them all walks through an answer."""
    automaton = automaton_of(pattern)
    counts = {START: 1}
    for letter in typed:
        after: dict[int, int] = {}
        for state, count in counts.items():
            for step in automaton.steps[state]:
                if takes(automaton.elements[step.element], letter, automaton.flags):
                    after[step.target] = after.get(step.target, 0) + count * step.ways
        counts = after
    return sum(counts.values())


@settings(max_examples=60, deadline=None)
@given(PATTERNS, st.text("ab1", min_size=24, max_size=24))
@example("(?:(?:(?:[ab]|ab))*)?", "1" * 24)
def test_the_ways_through_a_pattern_grow_as_is_told(pattern: str, typed: str) -> None:
    growth = growth_of(automaton_of(pattern))
    if growth.power == EXPONENTIAL:  # once more for each time round, however long the round is
        begun = (growth.witness[:end] for end in range(31))  # its end may be what does not fit
        assert max(runs(pattern, word) for word in begun) >= 4
    if growth.power == 1 and not re.fullmatch(pattern, typed):  # else the first way is enough
        assert runs(pattern, typed) <= 500
