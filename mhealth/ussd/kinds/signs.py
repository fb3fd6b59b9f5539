"""`signs`: several of a protocol's signs at once by their numbers, most dangerous group first.

Pages are laid out when the flow is compiled. A sign that stops ends the questions in the same turn.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from mhealth.domain.gsm7 import septets
from mhealth.ussd.moves import go, put
from mhealth.ussd.plan import Exit, Move, Plan, Screen
from mhealth.ussd.reader import Part, Reader, Shape
from mhealth.ussd.screen import LIMIT
from mhealth.ussd.source import Sources
from mhealth.ussd.state import Show, State, Step
from mhealth.ussd.text import Texts
from mhealth.ussd.typed import read_picks

SHAPE = Shape(required=("text", "source", "into", "stopped", "next"))
MOST = 9


@dataclass(frozen=True, slots=True)
class SignPage:
    """One page: its lines, what each number stands for, and the signs that stop."""

    lines: str
    shown: Mapping[str, str]
    stops: frozenset[str]


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
    pages: Mapping[str, Mapping[str, Sequence[SignPage]]]  # protocol -> language -> pages

    def _pages(self, state: State) -> Sequence[SignPage]:
        return self.pages.get(str(state.vars.get(self.source)), {}).get(state.language, ())

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

    def lengths(self, language: str) -> Iterator[int]:
        """Every page of every protocol."""
        fixed = self.room(language) + len(self.none_line[language]) + self.text[language].longest
        for by_language in self.pages.values():
            for page in by_language[language]:
                yield fixed + septets(page.lines)


def lay_out(groups: Sequence[Sequence[tuple[str, str, bool]]], room: int) -> tuple[SignPage, ...]:
    """Pages of at most nine signs and `room` septets; a new group begins a new page.

    A sign is (key, label, stops). One that is too long for a page stands alone, for the check to find.
    """
    pages: list[SignPage] = []
    for group in groups:
        page: list[tuple[str, str, bool]] = []
        filled = 0
        for sign in group:
            cost = len("\n1 ") + septets(sign[1])
            if page and (filled + cost > room or len(page) == MOST):
                pages.append(_page(page))
                page, filled = [], 0
            page.append(sign)
            filled += cost
        if page:
            pages.append(_page(page))
    return tuple(pages)


def _page(signs: Sequence[tuple[str, str, bool]]) -> SignPage:
    numbered = [(str(number), *sign) for number, sign in enumerate(signs, 1)]
    return SignPage(
        lines="".join(f"\n{number} {label}" for number, _, label, _ in numbered),
        shown={number: key for number, key, _, _ in numbered},
        stops=frozenset(key for _, key, _, stops in numbered if stops),
    )


def read_signs(reader: Reader, name: str, part: Part) -> Signs:
    """From YAML and the protocols' signs."""
    keys, hint = reader.zero_keys, reader.hint("hint_signs")
    text = reader.texts(part, "text", (name, "text"))
    none_line = reader.line("0", "none")
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
        pages=_all_pages(reader.sources, fixed),
    )


def _all_pages(
    sources: Sources, fixed: Mapping[str, int]
) -> dict[str, dict[str, Sequence[SignPage]]]:
    return {
        protocol: {
            code: lay_out(sources.in_language(protocol, code), LIMIT - taken)
            for code, taken in fixed.items()
        }
        for protocol in sources.names
    }
