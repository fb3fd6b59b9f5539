"""Dialogue tests as data: what is typed, the exact screen, and the effects of each turn.

# A comment.
language = en
---
CON the first screen
1 An option
> 1
* save_consent given=false
CON the next screen
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mhealth.ussd.book import Book
from mhealth.ussd.deeds import DEEDS
from tests.ussd.platform import (
    AlonePlatform,
    EmptyPlatform,
    FarPlatform,
    LonelyPlatform,
    NewWorkerPlatform,
    Platform,
)
from tests.ussd.walking import Phone, shipped_book

PLATFORMS = {
    "tidy": Platform,
    "empty": EmptyPlatform,
    "far": FarPlatform,
    "lonely": LonelyPlatform,
    "alone": AlonePlatform,
    "new_worker": NewWorkerPlatform,
}
"""What `platform = …` above the line may say."""
SHOWN = ("subject", "age_days", "village", "signs", "consent", "given", "wanted")
"""Arguments of effects that a dialogue writes down, when the effect has them."""


@dataclass(frozen=True)
class Dialogue:
    facts: dict[str, Any]
    typed: list[str]
    text: str


def read_dialogue(path: Path) -> Dialogue:
    head, _, body = path.read_text(encoding="utf-8").partition("---\n")
    lines = [line for line in head.splitlines() if line and not line.startswith("#")]
    pairs = [line.partition(" = ") for line in lines]
    typed = [line[2:] for line in body.splitlines() if line.startswith("> ")]
    return Dialogue({name: _value(value) for name, _, value in pairs}, typed, body.strip())


def replay(book: Book, dialogue: Dialogue, seen: set[str] | None = None) -> str:
    """The dialogue as the engine speaks it now; the nodes on show are added to `seen`."""
    nodes = seen if seen is not None else set()
    facts = dict(dialogue.facts)
    platform = PLATFORMS[facts.pop("platform", "tidy")]()
    phone = Phone(book, platform, **facts)
    lines = _screen(phone, platform)
    nodes.add(phone.show.node)
    for typed in dialogue.typed:
        platform.asked.clear()
        nodes.add(phone.type(typed).node)
        lines += [f"> {typed}", *_screen(phone, platform)]
    return "\n".join(lines)


def _screen(phone: Phone, platform: Platform) -> list[str]:
    effects = [
        " ".join((f"* {name}", *(_shown(key, args[key]) for key in SHOWN if key in args)))
        for name, args in platform.asked
        if DEEDS[name].is_effect
    ]
    return [*effects, f"{'END' if phone.show.ends else 'CON'} {phone.show.text}"]


def _shown(key: str, value: Any) -> str:
    if key == "signs":
        value = ",".join(sign for sign, given in value.items() if given)
    return f"{key}={json.dumps(value)}"


def _value(word: str) -> Any:
    return {"true": True, "false": False, "none": ""}.get(word, word)


def fill_in(path: Path) -> None:
    """Write the screens and effects of now between what is typed."""
    head, line, _ = path.read_text(encoding="utf-8").partition("---\n")
    spoken = replay(shipped_book(), read_dialogue(path))
    path.write_text(f"{head}{line}{spoken}\n", encoding="utf-8")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        fill_in(Path(name))
