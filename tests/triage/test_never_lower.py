"""Every neighbour: a sign more never lowers the class, and neither does an answer left out."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhealth.content.languages import load_languages
from mhealth.content.library import open_library
from mhealth.domain.triage import TriageClass
from mhealth.triage.evaluate import Reason, assess, danger_signs
from mhealth.triage.loader import load_protocols
from mhealth.triage.protocol import Protocol
from tests.triage.naive import NAMES, table

PROTOCOLS = load_protocols(open_library(), load_languages(open_library()))
Answers = dict[str, bool | None]
some_protocol = st.sampled_from([PROTOCOLS[name] for name in NAMES])


@st.composite
def answers_to(draw: st.DrawFn, protocol: Protocol) -> Answers:
    """Any mix of yes, no, None and signs that are absent."""
    keys = draw(st.lists(st.sampled_from(protocol.asked), unique=True))
    return {key: draw(st.sampled_from([True, False, None])) for key in keys}


def severity(protocol: Protocol, answers: Answers) -> int:
    return assess(protocol, answers).triage_class.severity


@pytest.mark.parametrize("name", NAMES)
def test_every_neighbour_of_every_pair(name: str) -> None:
    protocol = PROTOCOLS[name]
    none: Answers = dict.fromkeys(protocol.signs, False)
    for pair in [*combinations(protocol.signs, 2), *((s,) for s in protocol.signs), ()]:
        before = {**none, **dict.fromkeys(pair, True)}
        at_least = severity(protocol, before)
        for sign in protocol.signs:
            if sign not in pair:
                assert severity(protocol, {**before, sign: True}) >= at_least
                assert severity(protocol, {**before, sign: None}) >= at_least


@given(st.data(), some_protocol)
def test_a_sign_more_never_lowers_the_class(data: st.DataObject, protocol: Protocol) -> None:
    answers = data.draw(answers_to(protocol))
    sign = data.draw(st.sampled_from(protocol.asked))
    without, with_it = {**answers, sign: False}, {**answers, sign: True}
    assert severity(protocol, with_it) >= severity(protocol, without)


@given(st.data(), some_protocol)
def test_an_answer_left_out_never_lowers_the_class(data: st.DataObject, protocol: Protocol) -> None:
    answers = data.draw(answers_to(protocol))
    sign = data.draw(st.sampled_from(protocol.asked))
    absent = {key: value for key, value in answers.items() if key != sign}
    denied = severity(protocol, {**answers, sign: False})
    assert severity(protocol, {**answers, sign: None}) >= denied
    assert severity(protocol, absent) >= denied


@given(st.data(), some_protocol)
def test_nobody_stays_at_home_on_a_missing_answer(data: st.DataObject, protocol: Protocol) -> None:
    outcome = assess(protocol, data.draw(answers_to(protocol)))
    if outcome.missing:
        assert outcome.triage_class.severity >= TriageClass.URGENT.severity
    if not outcome.is_complete and outcome.reason is Reason.OTHERWISE:
        pytest.fail("an incomplete report was treated as one with nothing in it")


@given(st.data(), st.sampled_from(["infant", "pregnancy", "postpartum"]))
def test_an_infant_and_a_woman_around_birth_never_stay_at_home(
    data: st.DataObject, name: str
) -> None:
    outcome = assess(PROTOCOLS[name], data.draw(answers_to(PROTOCOLS[name])))
    assert outcome.triage_class is not TriageClass.HOME
    if name == "infant" and outcome.reported:
        assert outcome.triage_class.severity >= TriageClass.URGENT.severity


@given(st.data(), some_protocol)
def test_any_answers_agree_with_a_second_reading_of_the_file(
    data: st.DataObject, protocol: Protocol
) -> None:
    answers = data.draw(answers_to(protocol))
    reported = {key for key, answer in answers.items() if answer}
    missing = {key for key in protocol.signs if answers.get(key) is None}
    expected = table(protocol.name).classify(reported, missing)
    outcome = assess(protocol, answers)
    assert outcome.triage_class == expected
    assert set(outcome.missing) == missing


@pytest.mark.parametrize("name", NAMES)
def test_a_danger_sign_is_an_emergency_whatever_else_was_not_asked(name: str) -> None:
    protocol = PROTOCOLS[name]
    stops = danger_signs(protocol)
    assert stops
    for sign in protocol.signs:
        outcome = assess(protocol, {sign: True})
        assert (outcome.triage_class is TriageClass.EMERGENCY) == (sign in stops)
        assert set(outcome.missing) == set(protocol.signs) - {sign}


@pytest.mark.parametrize("name", NAMES)
def test_a_reported_sign_that_this_version_does_not_know_counts_as_missing(name: str) -> None:
    protocol = PROTOCOLS[name]
    answers: Answers = {**dict.fromkeys(protocol.signs, False), "renamed_since": True}
    outcome = assess(protocol, answers)
    assert outcome.missing == ("renamed_since",)
    assert outcome.triage_class is TriageClass.URGENT
    denied = assess(protocol, {**answers, "renamed_since": False})
    assert not denied.missing
