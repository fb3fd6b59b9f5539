"""Replays a dialogue against the flows of now, and tells line by line what differs."""

import difflib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from mhealth.content.phrases import Phrases
from mhealth.domain.errors import ContentError
from mhealth.ussd.book import Book
from mhealth.ussd.deeds import DEEDS
from mhealth.ussd.plan import Screen
from mhealth.ussd.rehearsal.dialogue_file import (
    REDIAL,
    Dialogue,
    Given,
    Turn,
    write_given,
    write_screen,
    write_typed,
)
from mhealth.ussd.rehearsal.phone import Phone
from mhealth.ussd.rehearsal.platform import Platform, Result, Rules
from mhealth.ussd.rehearsal.platform_file import RECORDED, PlatformFile, named

SHOWN = ("subject", "age_days", "village", "signs", "consent", "given", "wanted")
"""Arguments of effects that a dialogue writes down, when the effect has them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What dialogues are replayed upon: the flows of now, invented platforms, the rules."""

    book: Book
    platforms: Mapping[str, PlatformFile]
    rules: Rules
    phrases: Phrases


class CannotGoOn(Exception):
    """The dialogue cannot be walked to its end; the message says why."""


@dataclass(frozen=True, slots=True)
class Step:
    """One turn of now: its lines in a dialogue, and its screen."""

    lines: tuple[str, ...]
    node: str
    text: str
    ends: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """A dialogue as the flows of now speak it. `stopped` says why it could not be walked to its end, and
    `line` at which line of the file."""

    dialogue: Dialogue
    steps: tuple[Step, ...]
    stopped: str = ""
    line: int = 0

    @property
    def body(self) -> str:
        """What should stand below the dashes."""
        return "\n".join(line for step in self.steps for line in step.lines)

    @property
    def text(self) -> str:
        """The whole file as it should be."""
        return f"{self.dialogue.head}{self.body}\n"

    @property
    def is_same(self) -> bool:
        """True when nothing differs from what was written down."""
        return not self.stopped and self.body == self.dialogue.body

    @property
    def nodes(self) -> frozenset[str]:
        """The screens that were on show."""
        return frozenset(step.node for step in self.steps)

    def diff(self) -> Iterator[str]:
        """A unified diff of the file, from what was written down to what is spoken now."""
        before = f"{self.dialogue.head}{self.dialogue.body}".split("\n")
        after = f"{self.dialogue.head}{self.body}".split("\n")
        name = self.dialogue.name
        return difflib.unified_diff(before, after, name, f"{name} (now)", lineterm="", n=2)

    def first_difference(self) -> tuple[int, Step]:
        """The line in the file as it was at which they part, and the turn of now that is there."""
        head = self.dialogue.head.count("\n")
        before, after = self.dialogue.body.split("\n"), self.body.split("\n")
        same = 0
        while same < min(len(before), len(after)) and before[same] == after[same]:
            same += 1
        seen = 0
        for step in self.steps:
            seen += len(step.lines)
            if same < seen:
                return head + same + 1, step
        return head + same + 1, self.steps[-1]


def replay(stage: Stage, dialogue: Dialogue) -> Replayed:
    """Walk a dialogue. Raises ContentError for a head that names what there is not."""
    platform = _GivenPlatform(_platform(stage, dialogue), dialogue, stage)
    facts = {**platform.file.facts, **dialogue.facts}
    if dialogue.flow not in stage.book.current:
        hint = f"there are {', '.join(sorted(stage.book.current))}"
        raise ContentError(dialogue.place("flow"), f"no flow {dialogue.flow!r}", hint)
    steps: list[Step] = []
    try:
        for step in _walk(stage, dialogue, platform, facts):
            steps.append(step)
    except CannotGoOn as stop:
        at = dialogue.turns[len(steps)].line
        return Replayed(dialogue=dialogue, steps=tuple(steps), stopped=str(stop), line=at)
    return Replayed(dialogue=dialogue, steps=tuple(steps))


def _walk(
    stage: Stage, dialogue: Dialogue, platform: "_GivenPlatform", facts: Mapping[str, Any]
) -> Iterator[Step]:
    platform.begin(dialogue.turns[0])
    phone = Phone(
        stage.book,
        platform,
        facts,
        flow=dialogue.flow,
        language=str(facts.get("language", "")),
        limit=dialogue.limit,
    )
    yield _step(phone, platform)
    for turn in dialogue.turns[1:]:
        platform.begin(turn)
        if turn.typed is None:
            phone.redial()
        elif phone.show.ends:
            raise CannotGoOn("the call is over, and more is typed")
        else:
            phone.type(turn.typed)
        yield _step(phone, platform, REDIAL if turn.typed is None else write_typed(turn.typed))


def screens_of(book: Book) -> dict[str, frozenset[str]]:
    """Every flow and its screens: flow -> `flow.node`."""
    found: dict[str, set[str]] = {flow: set() for flow in book.current}
    for flow in book.current:
        for name, node in book.plan_of(flow).nodes.items():
            if isinstance(node, Screen):
                found.setdefault(name.partition(".")[0], set()).add(name)
    return {flow: frozenset(names) for flow, names in sorted(found.items())}


def _platform(stage: Stage, dialogue: Dialogue) -> PlatformFile:
    if dialogue.platform == RECORDED:  # facts that the recording does not tell are nobody's
        return PlatformFile(name=RECORDED, about="", facts={}, pin="")
    return named(stage.platforms, dialogue.platform, dialogue.place("platform"))


@dataclass
class _Met:
    """The deeds of one turn: what a file gave, and what was done."""

    left: list[Given] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


class _GivenPlatform(Platform):
    """Gives what the dialogue says that deeds gave; where it says nothing, what the platform does."""

    def __init__(self, file: PlatformFile, dialogue: Dialogue, stage: Stage) -> None:
        super().__init__(file, stage.rules, stage.phrases)
        self._is_recorded = file.name == RECORDED
        self._known: dict[str, Result] = {}
        if self._is_recorded:  # a changed flow may ask earlier: what came later is true as well
            for each in (given for turn in reversed(dialogue.turns) for given in turn.given):
                self._known[each.deed] = each.result
        self._turn = _Met()

    def begin(self, turn: Turn) -> None:
        """A turn of the dialogue begins."""
        self._turn = _Met(left=list(turn.given))
        self.asked.clear()

    @property
    def lines(self) -> list[str]:
        """What deeds gave in this turn and what effects were asked for, as lines of a dialogue."""
        return self._turn.lines

    def do(self, name: str, args: Result) -> Result:
        """What stands in the file first."""
        result = self._written(name)
        if result is not None:
            self.asked.append((name, args))
            self._turn.lines.append(write_given(name, result))
        elif self._is_recorded and _gives(name):
            raise CannotGoOn(f"the flow asks for {name}, and the recording holds no result of it")
        else:
            result = {} if self._is_recorded else super().do(name, args)
        if DEEDS[name].is_effect:
            self._turn.lines.append(_effect(name, args))
        return result

    def _written(self, name: str) -> Result | None:
        for given in self._turn.left:
            if given.deed == name:
                self._turn.left.remove(given)
                self._known[name] = given.result
                return given.result
        return self._known.get(name) if self._is_recorded else None


def _gives(name: str) -> bool:
    return bool(DEEDS[name].gives or DEEDS[name].options)


def _step(phone: Phone, platform: _GivenPlatform, *lines: str) -> Step:
    screen = write_screen(phone.show.text, ends=phone.show.ends)
    show = phone.show
    return Step((*lines, *platform.lines, *screen), show.node, show.text, show.ends)


def _effect(name: str, args: Mapping[str, Any]) -> str:
    shown = (f"{key}={_argument(key, args[key])}" for key in SHOWN if key in args)
    return " ".join((f"* {name}", *shown))


def _argument(key: str, value: Any) -> str:
    if key == "signs":
        value = ",".join(sign for sign, given in value.items() if given)
    return json.dumps(value)
