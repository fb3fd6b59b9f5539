"""Every dialogue of this folder goes as it was written down, on the shipped flows and rules."""

from functools import cache
from pathlib import Path

import pytest

from mhealth.content.library import open_library
from mhealth.services.rehearsing import open_stage
from mhealth.ussd.rehearsal.dialogue_file import read_dialogue
from mhealth.ussd.rehearsal.replay import Replayed, Stage, replay, screens_of

FOLDER = Path(__file__).parent
DIALOGUES = sorted(FOLDER.rglob("*.txt"))


@cache
def stage(languages: tuple[str, ...] = ()) -> Stage:
    return open_stage(open_library(), languages)


@cache
def replayed(path: Path) -> Replayed:
    dialogue = read_dialogue(path.name, path.read_text(encoding="utf-8"))
    return replay(stage(dialogue.languages), dialogue)


@pytest.mark.parametrize("path", DIALOGUES, ids=lambda path: path.stem)
def test_a_dialogue_goes_as_it_was_written_down(path: Path) -> None:
    found = replayed(path)
    assert not found.stopped, f"{path}:{found.line}: {found.stopped}"
    assert found.is_same, "\n".join(["mhealth replay --write records anew", *found.diff()])


def test_every_screen_of_the_shipped_flows_is_in_some_dialogue() -> None:
    seen = {node for path in DIALOGUES for node in replayed(path).nodes}
    screens = {node for nodes in screens_of(stage().book).values() for node in nodes}
    assert screens - seen == set()


@pytest.mark.parametrize("name", stage().platforms)
def test_every_shipped_platform_serves_some_dialogue(name: str) -> None:
    assert name in {replayed(path).dialogue.platform for path in DIALOGUES}
