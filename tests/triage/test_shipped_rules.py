"""Every rule alone, every sign alone, every pair of signs, and cases written by hand."""

from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml

from mhealth.content.reading import Reading
from mhealth.domain.triage import TriageClass
from mhealth.triage.evaluate import Assessment, Reason, assess, danger_signs
from mhealth.triage.protocol import Protocol
from tests.triage.naive import LADDER, NAMES, table

CASES: dict[str, Any] = yaml.safe_load(
    Path(__file__).with_name("cases.yaml").read_text(encoding="utf-8")
)
WHOLE_CASES = [(name, case) for name in CASES for case in CASES[name]["cases"]]
Protocols = dict[str, Protocol]


def answered(protocol: Protocol, *reported: str) -> Assessment:
    """All signs answered: these with yes, the others with no."""
    return assess(protocol, {key: key in reported for key in protocol.signs})


def alone(name: str) -> dict[str, str]:
    by_class = CASES[name]["alone"]
    return {sign: triage_class for triage_class in by_class for sign in by_class[triage_class]}


def together(name: str) -> dict[frozenset[str], str]:
    by_class = CASES[name]["together"]
    return {frozenset(pair): c for c in by_class for pair in by_class[c]}


def test_the_cases_cover_every_protocol_and_every_sign(protocols: Protocols) -> None:
    assert sorted(CASES) == NAMES == sorted(protocols)
    for name in NAMES:
        assert sorted(alone(name)) == sorted(protocols[name].signs)


@pytest.mark.parametrize("name", NAMES)
def test_every_rule_alone_fires_its_class(protocols: Protocols, name: str) -> None:
    for row in table(name).rows:
        outcomes = [answered(protocols[name], *signs) for signs in row.smallest]
        for outcome in outcomes:
            assert row.id in outcome.matched_ids
            assert LADDER.index(outcome.triage_class) >= LADDER.index(row.triage_class)
        deciding = [o for o in outcomes if row.id in o.rule_ids]
        assert deciding, f"{row.id} never decides"
        assert {o.triage_class.value for o in deciding} == {row.triage_class}


@pytest.mark.parametrize("name", NAMES)
def test_every_sign_alone_has_the_class_written_by_hand(protocols: Protocols, name: str) -> None:
    found = {s: answered(protocols[name], s).triage_class.value for s in protocols[name].signs}
    assert found == alone(name)


@pytest.mark.parametrize("name", NAMES)
def test_every_pair_is_the_worse_of_the_two_or_written_by_hand(
    protocols: Protocols, name: str
) -> None:
    by_hand = together(name)
    for one, two in combinations(protocols[name].signs, 2):
        worse = max(alone(name)[one], alone(name)[two], key=LADDER.index)
        expected = by_hand.pop(frozenset({one, two}), worse)
        assert answered(protocols[name], one, two).triage_class == expected, (one, two)
    assert not by_hand


@pytest.mark.parametrize("name", NAMES)
def test_every_pair_and_triple_agrees_with_a_second_reading_of_the_file(
    protocols: Protocols, name: str
) -> None:
    other = table(name)
    for size in (0, 1, 2, 3):
        for reported in combinations(other.signs, size):
            found = answered(protocols[name], *reported).triage_class
            assert found == other.classify(set(reported)), reported


@pytest.mark.parametrize(("name", "case"), WHOLE_CASES)
def test_a_case_written_by_hand(protocols: Protocols, name: str, case: dict[str, Any]) -> None:
    assert case["source"]
    protocol = protocols[name]
    if case.get("silent"):
        outcome = assess(protocol, dict.fromkeys(case["signs"], True))
    else:
        outcome = answered(protocol, *case["signs"])
    assert (outcome.triage_class, list(outcome.rule_ids)) == (case["class"], case["rules"])
    assert sorted(outcome.reported) == sorted(case["signs"])


def test_every_rule_decides_in_a_case_written_by_hand(protocols: Protocols) -> None:
    for name, protocol in protocols.items():
        decided = {rule for case in CASES[name]["cases"] for rule in case["rules"]}
        assert decided == {rule.id for rule in protocol.rules}


def test_the_deciding_rules_come_first_and_the_lesser_ones_after(protocols: Protocols) -> None:
    outcome = answered(protocols["child"], "cough", "fever", "stiff_neck")
    assert outcome.rule_ids == ("I9",)
    assert outcome.matched_ids == ("I9", "D1", "K18", "I3")
    assert outcome.reason is Reason.RULE


def test_what_decided_is_told_apart(protocols: Protocols) -> None:
    child = protocols["child"]
    assert assess(child, {}).reason is Reason.MISSING
    assert answered(child).reason is Reason.OTHERWISE
    assert answered(child).is_empty
    assert not answered(child, "cough").is_empty
    assert not assess(child, {}).is_empty


@pytest.mark.parametrize("name", NAMES)
def test_every_table_is_a_draft_with_sources_and_says_how_each_was_read(
    protocols: Protocols, name: str
) -> None:
    protocol = protocols[name]
    assert not any(file.is_signed for file in protocol.contents)
    for rule in protocol.rules:
        assert rule.origin.row
        assert rule.origin.source.year >= 2009
        assert (rule.origin.reading is Reading.OURS) == (rule.origin.source.key == "safe-default")


@pytest.mark.parametrize("name", NAMES)
def test_what_is_a_danger_at_every_age_is_asked_in_every_table(
    protocols: Protocols, name: str
) -> None:
    assert {"convulsions", "snake_bite", "bad_accident"} <= danger_signs(protocols[name])


@pytest.mark.parametrize("name", [n for n in NAMES if n != "child"])
def test_only_the_table_of_the_child_knows_home_care(protocols: Protocols, name: str) -> None:
    assert protocols[name].never_home
    assert TriageClass.HOME not in {rule.triage_class for rule in protocols[name].rules}
