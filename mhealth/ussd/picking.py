"""Several of a list at once by their numbers, page by page: what `signs` and `several` share.

Lines are numbered from 1 on each page. A pick that stops ends the questions in the same turn.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mhealth.domain.alphabet import Alphabet
from mhealth.ussd.moves import go, put
from mhealth.ussd.plan import Exit, Move, Plan, Screen
from mhealth.ussd.reader import Reader
from mhealth.ussd.state import Show, State, Step
from mhealth.ussd.text import Texts
from mhealth.ussd.typed import read_picks

MOST = 9


@dataclass(frozen=True, slots=True)
class PickPage:
    """One page: its lines, what each number stands for, and the picks that stop."""

    lines: str
    size: int  # of the lines, in septets or units
    shown: Mapping[str, str]
    stops: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picking(Screen):
    """Multi-choice. `into` gets {name: true or false} of every page that was answered."""

    text: Texts
    none_line: Mapping[str, str]
    joining: tuple[str, ...]  # words for "and"
    into: str
    stopped: str
    target: str

    def pages(self, state: State) -> Sequence[PickPage]:
        """The pages of now; empty when there is nothing to pick."""
        raise NotImplementedError

    @property
    def may_be_passed_by(self) -> bool:
        """Whether there may be nothing to pick."""
        raise NotImplementedError

    def note(self, plan: Plan, state: State, said: Mapping[str, bool]) -> None:
        """Store what was said of a page's lines; nothing at all begins a fresh sheet."""
        if self.into:
            before = state.vars.get(self.into) if said else None
            put(plan, state, self.into, {**(before or {}), **said})

    def enter(self, plan: Plan, state: State) -> Step | None:
        """A fresh sheet on the first page. Where there is nothing to pick, nothing is asked."""
        pages = self.pages(state)
        if state.page == 0 or state.page >= len(pages):
            state.page = 0
            self.note(plan, state, {})
            self._stop(plan, state, stops=False)
        if not pages:
            go(plan, state, self.target)
            return None
        return self.draw(plan, state)

    def _stop(self, plan: Plan, state: State, *, stops: bool) -> None:
        if self.stopped:
            put(plan, state, self.stopped, stops)

    def draw(self, plan: Plan, state: State) -> Show:
        """This page's lines, and 0 for none."""
        page = self.pages(state)[state.page]
        state.shown = dict(page.shown)
        head = self.text[state.language].fill(state.vars)
        return self.show(state, f"{head}{page.lines}{self.none_line[state.language]}")

    def take(self, plan: Plan, state: State, typed: str) -> Move:
        """All picks of the page, or none of it when one number is not on it."""
        picks = read_picks(typed, state.shown, self.joining)
        pages = self.pages(state)
        if picks is None or state.page >= len(pages):
            return Move.INVALID
        said = {name: number in picks for number, name in state.shown.items()}
        self.note(plan, state, said)
        stops = any(said.get(name) for name in pages[state.page].stops)
        if stops:
            self._stop(plan, state, stops=True)
        if stops or state.page + 1 == len(pages):
            go(plan, state, self.target)
            return Move.LEAVE
        state.page += 1
        return Move.STAY

    def exits(self) -> Iterator[Exit]:
        """On to the next node."""
        yield Exit(self.target, silent=False)

    def fixed(self, language: str) -> int:
        """What stands on each page beside its lines, at its longest."""
        text = self.text[language]
        keys = len(self.keys.tail[language]) + len(self.none_line[language])
        return self.hint_size(language, text.alphabet) + keys + text.longest


def read_picking(reader: Reader, name: str, part: Mapping[str, object]) -> dict[str, object]:
    """The parts that both kinds have; 0 is an answer, so the keys leave it free."""
    return {
        "name": reader.qualified(name),
        "place": reader.place_of(name),
        "keys": reader.zero_keys,
        "hint": reader.hint("hint_signs"),
        "text": reader.texts(part, "text", (name, "text")),
        "none_line": reader.line("0", "none"),
        "joining": reader.joining_words,
        "into": str(part.get("into", "")),
        "stopped": str(part.get("stopped", "")),
        "target": reader.target(part, "next"),
    }


def lay_out(
    groups: Sequence[Sequence[tuple[str, str, bool]]],
    room: int,
    alphabet: Alphabet = Alphabet.GSM7,
) -> tuple[PickPage, ...]:
    """Pages of at most nine lines and `room` septets or units; a new group begins a new page.

    A line is (name, label, stops). One that is too long for a page stands alone, for the check to find.
    """
    pages: list[PickPage] = []
    for group in groups:
        page: list[tuple[str, str, bool]] = []
        filled = 0
        for line in group:
            cost = len("\n1 ") + alphabet.size(line[1])
            if page and (filled + cost > room or len(page) == MOST):
                pages.append(_page(page, alphabet))
                page, filled = [], 0
            page.append(line)
            filled += cost
        if page:
            pages.append(_page(page, alphabet))
    return tuple(pages)


def _page(lines: Sequence[tuple[str, str, bool]], alphabet: Alphabet) -> PickPage:
    numbered = [(str(number), *line) for number, line in enumerate(lines, 1)]
    text = "".join(f"\n{number} {label}" for number, _, label, _ in numbered)
    return PickPage(
        lines=text,
        size=alphabet.size(text),
        shown={number: name for number, name, _, _ in numbered},
        stops=frozenset(name for _, name, _, stops in numbered if stops),
    )
