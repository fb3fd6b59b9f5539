"""Screens and seconds: of the shipped flows, and by hand of a small one."""

from pathlib import Path

import pytest

from mhealth.content.library import open_library
from mhealth.ussd.checks import prove_flows
from mhealth.ussd.proofs.timing import PRESS, READ_A_SECOND, ROUND_TRIP
from tests.ussd.walking import SIGNS, french_and_english, library_of, shipped_languages

FLOW = """review: draft
start: ask
nodes:
  ask:
    kind: menu
    text: Go on?
    options:
      far: {key: 1, text: Far, next: first}
      near: {key: 2, text: Near, next: z}
  first: {kind: message, text: First, next: second}
  second:
    kind: menu
    text: Again?
    options:
      again: {key: 1, text: Again, next: first}
      out: {key: 2, text: Out, next: z}
  z: {kind: end, text: Bye}
"""


def test_a_loop_is_walked_once_and_the_quickest_way_is_short(tmp_path: Path) -> None:
    proven = prove_flows(library_of(tmp_path, main=FLOW), french_and_english(), {})
    (figure,) = proven.times[0].figures
    assert figure.quickest.screens == 2
    assert figure.longest.screens == 4
    read = len("Réponse") / READ_A_SECOND  # at least a word on each
    assert figure.longest.seconds > 4 * (ROUND_TRIP + 2 * PRESS + read)


def test_the_session_of_a_carrier_is_what_counts(tmp_path: Path) -> None:
    library = library_of(tmp_path, main=FLOW)
    rules = [
        {f.rule for f in prove_flows(library, french_and_english(), {}, session_seconds=s).faults}
        for s in (10, 25, 180)
    ]
    assert ["too-slow" in found for found in rules] == [True, False, False]
    assert ["slow-way" in found for found in rules] == [False, True, False]


@pytest.mark.parametrize("code", ["fr", "en", "sw"])
def test_help_is_few_screens_away(code: str) -> None:
    proven = prove_flows(open_library(), shipped_languages(), SIGNS)
    times = next(times for times in proven.times if times.code == code)
    assert times.help is not None
    assert times.help.quickest.screens <= 5
    assert times.help.quickest.seconds < 60
    figures = {figure.flow: figure for figure in times.figures}
    assert figures["report"].quickest.seconds < 180


def test_the_score_sheet_counts_each_language() -> None:
    proven = prove_flows(open_library(), shipped_languages(), SIGNS)
    scores = {score.code: score for score in proven.scores}
    assert list(scores) == list(shipped_languages().by_code)
    assert scores["fr"].translated == scores["en"].translated == scores["fr"].texts
    assert all(score.longest_screen <= score.room for score in proven.scores)
    assert all(not score.missing_phrases for score in proven.scores)
    assert scores["fr"].patient_screens > scores["fr"].worker_screens > 50
    assert scores["fr"].reviewed == 0
