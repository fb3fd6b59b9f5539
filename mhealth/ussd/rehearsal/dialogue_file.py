"""A dialogue on file: who calls, what is typed, the exact screens, and what each turn did.

# A comment.
language = en
---
CON the first screen
1 An option
> 1
! my_villages {"options": [{"key": "1", "label": "Agbodji"}], "count": 1}
* save_consent given=false
CON the next screen

`>` is typed, `!` is what a deed gave (it goes before the platform), `*` an effect that was asked for, and
`~` alone: the call drops, and the caller dials again. A line of a screen that begins with one of these
stands behind a backslash.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mhealth.domain.errors import ContentError
from mhealth.ussd.deeds import DEEDS, FACTS
from mhealth.ussd.rehearsal.platform_file import FIRST, problem_of_fact
from mhealth.ussd.screen import LIMITS, NARROW

SETTINGS = ("platform", "flow", "languages", "limit")
"""What stands above the line beside the facts."""
_WORDS: Mapping[str, Any] = {"true": True, "false": False, "none": ""}
_MARKS = (">", "!", "*", "~", "\\")
REDIAL = "~"
"""The call drops, and the caller dials again."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a deed gave, and the line that says so."""

    deed: str
    result: Mapping[str, Any]
    line: int


@dataclass(frozen=True, slots=True)
class Turn:
    """What was typed (None: a call begins) and what the deeds of this turn gave, as far as written."""

    typed: str | None
    line: int
    given: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """One dialogue. `head` are its lines with the dashes; `body` what stands below them."""

    name: str
    facts: Mapping[str, Any]
    turns: tuple[Turn, ...]
    head: str
    body: str
    platform: str = FIRST
    flow: str = "main"
    languages: tuple[str, ...] = ()
    limit: int = NARROW
    lines: Mapping[str, int]  # of what stands in the head

    @property
    def is_new(self) -> bool:
        """True when no screen was written down yet."""
        return not any(line.startswith(("CON ", "END ")) for line in self.body.split("\n"))

    def place(self, key: str = "") -> str:
        """`file:line:column` of a line of the head."""
        return f"{self.name}:{self.lines.get(key, 1)}:1"


def read_dialogue(name: str, text: str) -> Dialogue:
    """Read a file. Raises ContentError with file and line for what nobody can follow."""
    head, dashes, body = text.replace("\r\n", "\n").partition("---\n")
    if not dashes:
        line = head.count("\n") + 1
        hint = "above it who calls, below it what is typed"
        raise ContentError(f"{name}:{line}:1", "no line of three dashes `---`", hint)
    settings, facts, lines = _head(name, head)
    first = head.count("\n") + 2
    body = body.strip("\n")
    return Dialogue(
        name=name,
        facts=facts,
        turns=tuple(_turns(name, body, first)),
        head=head + dashes,
        body=body,
        lines=lines,
        **settings,
    )


def _head(name: str, head: str) -> tuple[dict[str, Any], dict[str, Any], dict[str, int]]:
    settings: dict[str, Any] = {}
    facts: dict[str, Any] = {}
    lines: dict[str, int] = {}
    for number, line in enumerate(head.split("\n"), 1):
        if not line.strip() or line.startswith("#"):
            continue
        place = f"{name}:{number}:1"
        key, sign, word = (part.strip() for part in line.partition("="))
        if not sign:
            raise ContentError(
                place, f"not `name = value`: {line.strip()}", "a comment begins with #"
            )
        if key in lines:
            raise ContentError(place, f"{key} stands here twice")
        lines[key] = number
        if key in SETTINGS:
            settings[key] = _setting(place, key, word)
        else:
            facts[key] = _fact(place, key, word)
    return settings, facts, lines


def _setting(place: str, key: str, word: str) -> Any:
    if key == "languages":
        return tuple(code.strip() for code in word.split(","))
    if key != "limit":
        return word
    if word not in map(str, LIMITS):
        raise ContentError(
            place, f"no carrier's limit {word}", f"one of {', '.join(map(str, LIMITS))}"
        )
    return int(word)


def _fact(place: str, key: str, word: str) -> Any:
    value = _WORDS.get(word, word)
    if word == "none" and FACTS.get(key) == 1:
        value = False
    problem = problem_of_fact(key, value)
    if problem:
        raise ContentError(place, problem, f"or a setting: {', '.join(SETTINGS)}")
    return value


def _turns(name: str, body: str, first: int) -> Iterator[Turn]:
    turn, is_in_screen = Turn(None, first), False
    for number, line in enumerate(body.split("\n"), first):
        place = f"{name}:{number}:1"
        if line.startswith(">") or line == REDIAL:
            yield turn
            typed = None if line == REDIAL else _typed(line)
            turn, is_in_screen = Turn(typed, number), False
        elif line.startswith("!"):
            turn = Turn(turn.typed, turn.line, (*turn.given, _given(place, line, number)))
        elif line.startswith(("CON ", "END ", "* ")):
            is_in_screen = True
        elif line.strip() and not is_in_screen:
            hint = (
                "a line is typed (> 1), given by a deed (! …), an effect (* …) or a screen (CON …)"
            )
            raise ContentError(place, f"not a line of a dialogue: {line[:40]}", hint)
    yield turn


def _typed(line: str) -> str:
    return line[2:] if line.startswith("> ") else line[1:]


def _given(place: str, line: str, number: int) -> Given:
    deed, _, written = line[1:].strip().partition(" ")
    if deed not in DEEDS:
        raise ContentError(place, f"no deed {deed!r}")
    try:
        result = json.loads(written)
    except ValueError as error:
        raise ContentError(place, f"what {deed} gave is no JSON: {error}") from error
    if not isinstance(result, dict):
        raise ContentError(place, f"what {deed} gave is no JSON object")
    known = {*DEEDS[deed].gives, *(("options",) if DEEDS[deed].options else ())}
    for key in result:
        if key not in known:
            raise ContentError(
                place, f"{deed} gives no {key!r}", f"it gives {', '.join(sorted(known))}"
            )
    rows = result.get("options", [])
    if not isinstance(rows, list) or any(not _is_row(row) for row in rows):
        raise ContentError(place, "options are a list of {key, label}")
    return Given(deed, result, number)


def _is_row(row: Any) -> bool:
    return isinstance(row, dict) and {"key", "label"} <= set(row)


def write_given(deed: str, result: Mapping[str, Any]) -> str:
    """What a deed gave, as a line of a dialogue."""
    return f"! {deed} {json.dumps(dict(result), ensure_ascii=False)}"


def write_typed(typed: str) -> str:
    """What was typed, as a line of a dialogue."""
    return f"> {' '.join(typed.splitlines())}" if typed.strip() else ">"


def write_screen(text: str, *, ends: bool) -> list[str]:
    """A screen, as lines of a dialogue."""
    first, *others = text.split("\n")
    marked = [f"\\{line}" if line.startswith(_MARKS) else line for line in others]
    return [f"{'END' if ends else 'CON'} {first}", *marked]
