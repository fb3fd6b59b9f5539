from pathlib import Path

import pytest

from mhealth.ussd.plan import Screen
from tests.ussd.dialogue import read_dialogue, replay
from tests.ussd.walking import shipped_book

DIALOGUES = sorted((Path(__file__).parent.parent / "dialogues").glob("*.txt"))


@pytest.mark.parametrize("path", DIALOGUES, ids=lambda path: path.stem)
def test_a_dialogue_goes_as_it_was_written_down(path: Path) -> None:
    dialogue = read_dialogue(path)
    assert replay(shipped_book(), dialogue) == dialogue.text


def test_every_screen_of_the_shipped_flows_is_in_some_dialogue() -> None:
    seen: set[str] = set()
    for path in DIALOGUES:
        replay(shipped_book(), read_dialogue(path), seen)
    nodes = shipped_book().plan_of("main").nodes
    screens = {name for name, node in nodes.items() if isinstance(node, Screen)}
    assert screens <= seen
