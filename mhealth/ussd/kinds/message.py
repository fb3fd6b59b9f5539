"""`message`: a text over as many pages as it needs, then on."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from mhealth.ussd.fields import NEXT, SOURCE, TEXT
from mhealth.ussd.moves import go
from mhealth.ussd.plan import Exit, Move, Plan, Screen
from mhealth.ussd.reader import Part, Reader
from mhealth.ussd.screen import pages_of, room_for
from mhealth.ussd.shape import Shape
from mhealth.ussd.state import Show, State
from mhealth.ussd.text import Texts
from mhealth.ussd.typed import read_key

SHAPE = Shape(required={"text": TEXT, "next": NEXT}, optional={"source": SOURCE})
PAGE, NODE = "page", "node"
"""What the onward key stands for: the next page, or the next node."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message(Screen):
    """One key leads from page to page and then to the next node."""

    kind: ClassVar[str] = "message"
    text: Texts
    target: str

    def draw(self, plan: Plan, state: State) -> Show:
        """This page."""
        onward = self.keys.onward_line[state.language]
        text = self.text[state.language]
        limit = room_for(state.limit, text.alphabet)
        room = limit - self.room(state.language) - len(onward)
        pages = pages_of(text.fill(state.vars), room, room, text.alphabet, rtl=text.rtl)
        state.page = min(state.page, len(pages) - 1)
        is_last = state.page + 1 == len(pages)
        state.shown = {self.keys.onward: NODE if is_last else PAGE}
        return self.show(state, f"{pages[state.page]}{onward}")

    def take(self, plan: Plan, state: State, typed: str) -> Move:
        """Only the onward key."""
        leads_to = state.shown.get(read_key(typed))
        if leads_to is None:
            return Move.INVALID
        if leads_to == PAGE:
            state.page += 1
            return Move.STAY
        go(plan, state, self.target)
        return Move.LEAVE

    def exits(self) -> Iterator[Exit]:
        """On."""
        yield Exit(self.target, silent=False)


def read_message(reader: Reader, name: str, part: Part) -> Message:
    """From YAML."""
    return Message(
        name=reader.qualified(name),
        place=reader.place_of(name),
        keys=reader.keys,
        hint=reader.hint("hint"),
        text=reader.texts(part, "text", (name, "text")),
        target=reader.target(part, "next"),
    )
