"""`signs`: several of a protocol's signs at once by their numbers, most dangerous group first.

Pages are laid out when the flow is compiled. A sign that stops ends the questions in the same turn.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from mhealth.domain.alphabet import Alphabet
from mhealth.ussd.fields import INTO, NEXT, STOPPED, TEXT
from mhealth.ussd.moves import go, put
from mhealth.ussd.plan import Exit, Move, Plan, Screen
from mhealth.ussd.reader import Part, Reader
from mhealth.ussd.screen import LIMITS, NARROW, room_for
from mhealth.ussd.shape import Shape
from mhealth.ussd.shape import name as variable
from mhealth.ussd.state import Show, State, Step
from mhealth.ussd.text import Texts
from mhealth.ussd.typed import read_picks

SHAPE = Shape(
    required={
        "text": TEXT,
        "source": variable("The variable that names the protocol."),
        "into": INTO,
        "stopped": STOPPED,
        "next": NEXT,
    }
)
MOST = 9


@dataclass(frozen=True, slots=True)
class SignPage:
    """One page: its lines, what each number stands for, and the signs that stop."""

    lines: str
    size: int  # of the lines, in septets or units
    shown: Mapping[str, str]
    stops: frozenset[str]


Layout = Mapping[str, Mapping[str, Sequence[SignPage]]]
"""Protocol -> language -> pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs(Screen):
    """Multi-choice. `into` gets {sign: true or false} of every page that was answered."""

    kind: ClassVar[str] = "signs"
    text: Texts
    none_line: Mapping[str, str]
    joining: tuple[str, ...]  # words for "and"
    source: str  # the variable that names the protocol
    into: str
    stopped: str
    target: str
    layouts: Mapping[int, Layout]  # by the carrier's limit

    def _pages(self, state: State) -> Sequence[SignPage]:
        layout = self.layouts.get(state.limit) or self.layouts[NARROW]
        return layout.get(str(state.vars.get(self.source)), {}).get(state.language, ())

    def enter(self, plan: Plan, state: State) -> Step | None:
        """A fresh sheet on the first page. A protocol without signs is passed by, nothing answered."""
        pages = self._pages(state)
        if state.page == 0 or state.page >= len(pages):
            state.page = 0
            put(plan, state, self.into, {})
            put(plan, state, self.stopped, False)
        if not pages:
            go(plan, state, self.target)
            return None
        return self.draw(plan, state)

    def draw(self, plan: Plan, state: State) -> Show:
        """This page's signs, and 0 for none."""
        page = self._pages(state)[state.page]
        state.shown = dict(page.shown)
        head = self.text[state.language].fill(state.vars)
        return self.show(state, f"{head}{page.lines}{self.none_line[state.language]}")

    def take(self, plan: Plan, state: State, typed: str) -> Move:
        """All picks of the page, or none of it when one number is not on it."""
        picks = read_picks(typed, state.shown, self.joining)
        pages = self._pages(state)
        if picks is None or state.page >= len(pages):
            return Move.INVALID
        said = {sign: number in picks for number, sign in state.shown.items()}
        put(plan, state, self.into, {**(state.vars.get(self.into) or {}), **said})
        stops = any(said.get(sign) for sign in pages[state.page].stops)
        if stops:
            put(plan, state, self.stopped, True)
        if stops or state.page + 1 == len(pages):
            go(plan, state, self.target)
            return Move.LEAVE
        state.page += 1
        return Move.STAY

    def exits(self) -> Iterator[Exit]:
        """On to the next node."""
        yield Exit(self.target, silent=False)

    def lengths(self, language: str, limit: int = NARROW) -> Iterator[int]:
        """Every page of every protocol."""
        fixed = self.room(language) + len(self.none_line[language]) + self.text[language].longest
        for by_language in self.layouts[limit].values():
            for page in by_language[language]:
                yield fixed + page.size


def lay_out(
    groups: Sequence[Sequence[tuple[str, str, bool]]],
    room: int,
    alphabet: Alphabet = Alphabet.GSM7,
) -> tuple[SignPage, ...]:
    """Pages of at most nine signs and `room` septets or units; a new group begins a new page.

    A sign is (key, label, stops). One that is too long for a page stands alone, for the check to find.
    """
    pages: list[SignPage] = []
    for group in groups:
        page: list[tuple[str, str, bool]] = []
        filled = 0
        for sign in group:
            cost = len("\n1 ") + alphabet.size(sign[1])
            if page and (filled + cost > room or len(page) == MOST):
                pages.append(_page(page, alphabet))
                page, filled = [], 0
            page.append(sign)
            filled += cost
        if page:
            pages.append(_page(page, alphabet))
    return tuple(pages)


def _page(signs: Sequence[tuple[str, str, bool]], alphabet: Alphabet) -> SignPage:
    numbered = [(str(number), *sign) for number, sign in enumerate(signs, 1)]
    lines = "".join(f"\n{number} {label}" for number, _, label, _ in numbered)
    return SignPage(
        lines=lines,
        size=alphabet.size(lines),
        shown={number: key for number, key, _, _ in numbered},
        stops=frozenset(key for _, key, _, stops in numbered if stops),
    )


def read_signs(reader: Reader, name: str, part: Part) -> Signs:
    """From YAML and the protocols' signs. A UCS-2 language that lacks a sign's label is not spoken."""
    keys, hint = reader.zero_keys, reader.hint("hint_signs")
    text = reader.texts(part, "text", (name, "text"))
    none_line = reader.line("0", "none")
    reader.lacking |= reader.sources.unlabelled()
    fixed = {
        code: len(hint[code]) + len(keys.tail[code]) + len(none_line[code]) + text[code].longest
        for code in text
    }
    return Signs(
        name=reader.qualified(name),
        place=reader.place_of(name),
        keys=keys,
        hint=hint,
        text=text,
        none_line=none_line,
        joining=reader.joining_words,
        source=reader.known(part, "source"),
        into=str(part["into"]),
        stopped=str(part["stopped"]),
        target=reader.target(part, "next"),
        layouts={limit: _layout(reader, text, fixed, limit) for limit in LIMITS},
    )


def _layout(reader: Reader, text: Texts, fixed: Mapping[str, int], limit: int) -> Layout:
    rooms = {code: room_for(limit, text[code].alphabet) - taken for code, taken in fixed.items()}
    return {
        protocol: {
            code: lay_out(
                reader.sources.in_language(protocol, reader.spoken[code], text[code].alphabet),
                room,
                text[code].alphabet,
            )
            for code, room in rooms.items()
        }
        for protocol in reader.sources.names
    }
