"""`menu`: options with their own keys, each with its own target; in pages where they do not fit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

from mhealth.ussd.fields import OPTION, SOURCE, TEXT
from mhealth.ussd.moves import go, put_all
from mhealth.ussd.plan import Exit, Move, Option, Plan, Screen
from mhealth.ussd.question import line_length
from mhealth.ussd.reader import Part, Reader
from mhealth.ussd.screen import LIMITS, NARROW, room_for
from mhealth.ussd.shape import Shape, by_name
from mhealth.ussd.state import Show, State
from mhealth.ussd.text import Texts
from mhealth.ussd.typed import read_key

SHAPE = Shape(
    required={"text": TEXT, "options": by_name("What can be chosen, in order.", OPTION)},
    optional={"source": SOURCE},
)
Lines = list[tuple[Option, str]]
"""Options of now, each with its line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu(Screen):
    """A screen of options. Those whose `when` does not hold are not shown and cannot be chosen.

    A menu that can get too long for a screen is broken between options, its text on each page; the key
    for more leads on. One that fits at its longest is never broken.
    """

    kind: ClassVar[str] = "menu"
    text: Texts
    options: Mapping[str, Option]
    paged: frozenset[tuple[int, str]] = frozenset()  # (limit, language) in which it may not fit
    laid_out: dict[tuple[int, str, tuple[str, ...]], list[Lines]] = field(
        default_factory=dict, compare=False, repr=False
    )  # remembered by limit, language and options, where no label shows a variable

    def draw(self, plan: Plan, state: State) -> Show:
        """The text and the options of now, or of this page."""
        language = state.language
        head = self.text[language].fill(state.vars)
        pages = self._pages(state)
        state.page = min(state.page, len(pages) - 1)
        lines = pages[state.page]
        more = self.keys.more_line[language] if state.page + 1 < len(pages) else ""
        state.shown = {option.key: option.name for option, _ in lines}
        return self.show(state, "".join((head, *(line for _, line in lines), more)))

    def _pages(self, state: State) -> list[Lines]:
        """The options of now: all of them, or page by page."""
        language, values = state.language, state.vars
        options = [o for o in self.options.values() if o.when is None or o.when.holds(values)]
        key = (state.limit, language, tuple(option.name for option in options))
        pages = self.laid_out.get(key)
        if pages is None:
            lines = [(o, f"\n{o.key} {o.text[language].fill(values)}") for o in options]
            pages = self._broken(state, lines) if key[:2] in self.paged else [lines]
            if all(option.text[language].plain is not None for option in options):
                self.laid_out[key] = pages
        return pages

    def _broken(self, state: State, lines: Lines) -> list[Lines]:
        """As many a page as fit at the longest text, with hint, keys and more; the last needs no more."""
        text = self.text[state.language]
        size = text.alphabet.size
        room = room_for(state.limit, text.alphabet) - self.room(state.language) - text.longest
        more = len(self.keys.more_line[state.language])
        pages: list[Lines] = [[]]
        filled, rest = 0, sum(size(line) for _, line in lines)
        for option, line in lines:
            is_whole = filled + rest <= room  # all that is left fits without a line for more
            if pages[-1] and not is_whole and filled + size(line) > room - more:
                pages.append([])
                filled = 0
            pages[-1].append((option, line))
            filled += size(line)
            rest -= size(line)
        return pages

    def take(self, plan: Plan, state: State, typed: str) -> Move:
        """The option of that key among those that were shown, or the next page."""
        key = read_key(typed)
        option = self.options.get(state.shown.get(key, ""))
        if option is not None:
            put_all(plan, state, option.sets)
            go(plan, state, option.target)
            return Move.LEAVE
        if key == self.keys.more and state.page + 1 < len(self._pages(state)):
            state.page += 1
            return Move.STAY
        return Move.INVALID

    def exits(self) -> Iterator[Exit]:
        """Each option's target."""
        return (Exit(option.target, silent=False) for option in self.options.values())

    def longest(self, language: str) -> int:
        """All options at once, whatever their `when`, with the longest data."""
        lines = sum(line_length(option, language) for option in self.options.values())
        return self.room(language) + self.text[language].longest + lines

    def lengths(self, language: str, limit: int = NARROW) -> Iterator[int]:
        """The one screen; or, of one in pages, one for each option: the last needs no key for more."""
        if (limit, language) not in self.paged:
            yield self.longest(language)
            return
        fixed = self.room(language) + self.text[language].longest
        more = len(self.keys.more_line[language])
        for left, option in enumerate(self.options.values(), 1 - len(self.options)):
            yield fixed + line_length(option, language) + (more if left else 0)

    def overflows(self) -> frozenset[tuple[int, str]]:
        """(limit, language) in which it can get too long for one screen."""
        longest = {code: self.longest(code) for code in self.text}
        return frozenset(
            (limit, code)
            for code, text in self.text.items()
            for limit in LIMITS
            if longest[code] > room_for(limit, text.alphabet)
        )


def read_menu(reader: Reader, name: str, part: Part) -> Menu:
    """From YAML; a menu needs an option that is always there, and one in pages its key for more."""
    keys = reader.keys
    options = reader.options(part, name, taken=keys.own)
    are_all_read = len(options) == len(part["options"])
    if options and are_all_read and all(option.when for option in options.values()):
        reader.fault("every option has a `when`: there may be none left", part, "options",
                     hint="leave one option without `when`", rule="no-option")  # fmt: skip
    bare = Menu(
        name=reader.qualified(name),
        place=reader.place_of(name),
        keys=keys,
        hint=reader.hint("hint"),
        text=reader.texts(part, "text", (name, "text")),
        options=options,
    )
    menu = replace(bare, paged=bare.overflows(), laid_out={})
    for option in options.values():
        if option.key == keys.more and menu.paged:
            entry = part["options"][option.name]
            reader.fault(f"key {option.key} leads to the next page of this menu", entry, "key",
                         hint="its options do not fit on one screen: shorten them, or use another key",
                         rule="key-clash")  # fmt: skip
    return menu
