"""The engine's last words are a screen of their own, and fit on it in every language."""

from pathlib import Path

import pytest

from mhealth.ussd.checks import Fault, check_flows
from tests.ussd.walking import french_and_english, library_of

FLOW = "review: draft\nstart: a\nnodes: {a: {kind: end, text: Merci}}\n"


def faults(folder: Path, place: str, phrase: str, text: str) -> list[Fault]:
    library = library_of(folder, main=FLOW)
    file = folder / "ussd_flows" / place
    lines = file.read_text().splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith(f"  {phrase}: "))
    lines[at] = f'  {phrase}: "{text}"'
    file.write_text("\n".join(lines) + "\n")
    found = check_flows(library, french_and_english(), {})
    return [fault for fault in found if fault.rule == "screen-too-long"]


@pytest.mark.parametrize("place", ["screens.yaml", "lang/en/screens.yaml"])
@pytest.mark.parametrize("phrase", ["give_up", "changed_help"])
def test_a_last_word_over_the_narrowest_screen_is_a_fault_at_its_line(
    tmp_path: Path, place: str, phrase: str
) -> None:
    help_number = "{help_number}" if phrase.endswith("help") else "x" * 20
    (fault,) = faults(tmp_path, place, phrase, "x" * 141 + help_number)
    assert fault.place.startswith(f"ussd_flows/{place}:")
    assert "161 of 160 characters" in fault.problem
    assert fault.hint == "shorten by 1"


def test_one_that_just_fits_is_none(tmp_path: Path) -> None:
    assert faults(tmp_path, "screens.yaml", "changed_help", "x" * 140 + "{help_number}") == []
