from pathlib import Path

import pytest

from tests.ussd.dialogue import read_dialogue, replay
from tests.ussd.walking import shipped_book

DIALOGUES = sorted((Path(__file__).parent / "dialogues").glob("*.txt"))


@pytest.mark.parametrize("path", DIALOGUES, ids=lambda path: path.stem)
def test_a_dialogue_goes_as_it_was_written_down(path: Path) -> None:
    dialogue = read_dialogue(path)
    assert replay(shipped_book(), dialogue) == dialogue.text


def test_every_shipped_screen_is_in_some_dialogue() -> None:
    seen = "\n".join(path.stem for path in DIALOGUES)
    for needed in ("first_call", "danger_sign", "refused", "worker", "referral", "details"):
        assert needed in seen
