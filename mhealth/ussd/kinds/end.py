"""`end`: the last words, which close the session; over several pages only the last one closes it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from mhealth.ussd.fields import ARGS, SOURCE, TEXT, args_rules, deed_name
from mhealth.ussd.kinds.message import PAGE
from mhealth.ussd.plan import Assign, Exit, Move, Plan, Screen, shown
from mhealth.ussd.reader import Part, Reader
from mhealth.ussd.screen import pages_of, room_for
from mhealth.ussd.shape import Shape
from mhealth.ussd.state import Ask, Show, State, Step
from mhealth.ussd.text import Texts
from mhealth.ussd.typed import read_key

SHAPE = Shape(
    required={"text": TEXT},
    optional={
        "deed": deed_name(
            "What the platform does as the last page goes out.",
            lambda deed: not deed.options and not deed.takes_pin,
        ),
        "args": ARGS,
        "source": SOURCE,
    },
    rules=args_rules("deed"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class End(Screen):
    """A deed, when there is one, is done as the last page goes out."""

    kind: ClassVar[str] = "end"
    text: Texts
    deed: str | None
    args: tuple[Assign, ...]

    def draw(self, plan: Plan, state: State) -> Step:
        """This page; before the last one, the deed."""
        pages = self._pages(state)
        state.page = min(state.page, len(pages) - 1)
        if state.page + 1 < len(pages):
            state.shown = {self.keys.onward: PAGE}
            return self.show(state, pages[state.page] + self.keys.onward_line[state.language])
        if self.deed is not None:
            args = {arg.name: arg.worth(state.vars) for arg in self.args}
            return Ask(state=state, deed=self.deed, args=args)
        return shown(state, pages[-1], ends=True)

    def answered(self, plan: Plan, state: State, result: Mapping[str, Any]) -> Show:
        """The deed is done: the last page."""
        return shown(state, self._pages(state)[-1], ends=True)

    def _pages(self, state: State) -> list[str]:
        fixed = self.room(state.language) + len(self.keys.onward_line[state.language])
        text = self.text[state.language]
        limit = room_for(state.limit, text.alphabet)
        said = text.fill(state.vars)
        return pages_of(said, limit - fixed, limit, text.alphabet, rtl=text.rtl)

    def take(self, plan: Plan, state: State, typed: str) -> Move:
        """The next page."""
        if state.shown.get(read_key(typed)) != PAGE:
            return Move.INVALID
        state.page += 1
        return Move.STAY

    def exits(self) -> Iterator[Exit]:
        """None: the call is over."""
        return iter(())


def read_end(reader: Reader, name: str, part: Part) -> End:
    """From YAML."""
    deed = reader.deed(part, "deed") if "deed" in part else None
    return End(
        name=reader.qualified(name),
        place=reader.place_of(name),
        keys=reader.keys,
        hint=reader.hint("hint"),
        text=reader.texts(part, "text", (name, "text")),
        deed=str(part["deed"]) if deed is not None else None,
        args=reader.args(part, str(part["deed"]), deed) if deed is not None else (),
    )
