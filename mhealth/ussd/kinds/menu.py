"""`menu`: options with their own keys, each with its own target."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from mhealth.ussd.fields import OPTION, SOURCE, TEXT
from mhealth.ussd.moves import go, put_all
from mhealth.ussd.plan import Exit, Move, Option, Plan, Screen
from mhealth.ussd.question import line_length
from mhealth.ussd.reader import Part, Reader
from mhealth.ussd.screen import NARROW
from mhealth.ussd.shape import Shape, by_name
from mhealth.ussd.state import Show, State
from mhealth.ussd.text import Texts
from mhealth.ussd.typed import read_key

SHAPE = Shape(
    required={"text": TEXT, "options": by_name("What can be chosen, in order.", OPTION)},
    optional={"source": SOURCE},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu(Screen):
    """A screen of options. Those whose `when` does not hold are not shown and cannot be chosen."""

    kind: ClassVar[str] = "menu"
    text: Texts
    options: Mapping[str, Option]

    def draw(self, plan: Plan, state: State) -> Show:
        """The text and the options of now."""
        lines = [self.text[state.language].fill(state.vars)]
        shown = {}
        for name, option in self.options.items():
            if option.when is None or option.when.holds(state.vars):
                shown[option.key] = name
                lines.append(f"{option.key} {option.text[state.language].fill(state.vars)}")
        state.shown = shown
        return self.show(state, "\n".join(lines))

    def take(self, plan: Plan, state: State, typed: str) -> Move:
        """The option of that key among those that were shown."""
        name = state.shown.get(read_key(typed))
        option = self.options.get(name) if name is not None else None
        if option is None:
            return Move.INVALID
        put_all(plan, state, option.sets)
        go(plan, state, option.target)
        return Move.LEAVE

    def exits(self) -> Iterator[Exit]:
        """Each option's target."""
        return (Exit(option.target, silent=False) for option in self.options.values())

    def lengths(self, language: str, limit: int = NARROW) -> Iterator[int]:
        """All options at once, whatever their `when`."""
        lines = sum(line_length(option, language) for option in self.options.values())
        yield self.room(language) + self.text[language].longest + lines


def read_menu(reader: Reader, name: str, part: Part) -> Menu:
    """From YAML; a menu needs an option that is always there."""
    keys = reader.keys
    options = reader.options(part, name, taken=keys.leading)
    if options and all(option.when for option in options.values()):
        reader.fault("every option has a `when`: there may be none left", part, "options",
                     hint="leave one option without `when`", rule="no-option")  # fmt: skip
    return Menu(
        name=reader.qualified(name),
        place=reader.place_of(name),
        keys=keys,
        hint=reader.hint("hint"),
        text=reader.texts(part, "text", (name, "text")),
        options=options,
    )
