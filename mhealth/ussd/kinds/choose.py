"""`choose`: a list that the platform looks up (villages, referrals), page by page.

Lines are numbered from 1 on each page. A choice is resolved against the list that was shown. A list of
many pages is narrowed by typing the beginning of a name.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from mhealth.domain.alphabet import Alphabet
from mhealth.ussd.deeds import DEEDS, NAME, Deed
from mhealth.ussd.finding import found, longest_beginning, read_letters
from mhealth.ussd.kinds.menu import line_length
from mhealth.ussd.moves import absorb, go, put, put_all
from mhealth.ussd.plan import Assign, Exit, Move, Option, Plan, Screen
from mhealth.ussd.reader import Part, Reader, Shape
from mhealth.ussd.screen import NARROW, room_for
from mhealth.ussd.state import Ask, Show, State, Step
from mhealth.ussd.text import Texts, say
from mhealth.ussd.typed import read_key

LANGUAGES = "languages"
"""The one list that needs no deed: what the product speaks."""
SHAPE = Shape(
    required=("text", "from", "into", "next", "empty"), optional=("args", "label_into", "options")
)
MANY_PAGES = 3
"""A list of more full pages than this says that the beginning of a name may be typed."""
_LANGUAGE_LIST = Deed(kind=DEEDS["list_health_areas"].kind, options=NAME)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choose(Screen):
    """A paged list with, after it, options of the flow's own."""

    kind: ClassVar[str] = "choose"
    text: Texts
    lookup: str
    deed: Deed
    args: tuple[Assign, ...]
    into: str
    label_into: str | None
    target: str
    empty: str
    options: Mapping[str, Option]  # by key
    most: int  # lines of the list on one page
    is_skipped: bool = False  # only one language is spoken: a choice of one is no question

    def enter(self, plan: Plan, state: State) -> Step | None:
        """Ask for the list; the languages are known without asking."""
        if self.lookup == LANGUAGES:
            known = plan.languages.by_code.values()
            rows = [(each.code, each.name) for each in known]
            if not self.is_skipped:
                return self._open(plan, state, rows)
            state.rows = rows
            self._pick(plan, state, rows[0][0])
            return None
        args = {arg.name: arg.worth(state.vars) for arg in self.args}
        return Ask(state=state, deed=self.lookup, args=args)

    def answered(self, plan: Plan, state: State, result: Mapping[str, Any]) -> Step | None:
        """The list came."""
        absorb(plan, state, self.deed, result)
        found = result.get("options") or ()
        return self._open(plan, state, [(str(row["key"]), row["label"]) for row in found])

    def _open(self, plan: Plan, state: State, rows: list[tuple[str, Any]]) -> Step | None:
        if not rows:
            go(plan, state, self.empty)
            return None
        alphabet = self.text[state.language].alphabet
        state.rows = [(key, say(label, self.deed.options, alphabet)) for key, label in rows]
        if state.page >= len(self._listed(state)):
            state.page, state.sought = 0, ""
        return self.draw(plan, state)

    def _listed(self, state: State) -> list[tuple[str, str]]:
        """The rows, or those that were sought."""
        return found(state.rows, state.sought) if state.sought else state.rows

    def _is_long(self, rows: list[tuple[str, str]]) -> bool:
        return self.lookup != LANGUAGES and len(rows) > MANY_PAGES * self.most

    def draw(self, plan: Plan, state: State) -> Show:
        """As many rows from `state.page` on as the screen holds."""
        language = state.language
        head = self._question(state)
        own = [f"\n{o.key} {o.text[language].fill(state.vars)}" for o in self.options.values()]
        more = self.keys.more_line[language]
        if self._is_long(self._listed(state)):
            more = f"\n{self.keys.letters[language]}{more}"
        alphabet = self.text[language].alphabet
        taken = sum(map(alphabet.size, (head, *own, more))) + self.room(language)
        listed = self._listed(state)
        room = room_for(state.limit, alphabet) - taken
        lines, state.shown = self._lines(listed[state.page :], room, alphabet)
        if state.page + len(lines) == len(listed):
            more = ""
        return self.show(state, "".join((head, *lines, *own, more)))

    def _question(self, state: State) -> str:
        """In the caller's language; which one is asked in all of them, while none is chosen."""
        is_open = self.lookup == LANGUAGES and not state.vars.get("language")
        asked = self.text if is_open else (state.language,)
        return "\n".join(dict.fromkeys(self.text[code].fill(state.vars) for code in asked))

    def _lines(
        self, rows: list[tuple[str, str]], room: int, alphabet: Alphabet
    ) -> tuple[list[str], dict[str, str]]:
        lines: list[str] = []
        shown: dict[str, str] = {}
        for number, (key, label) in enumerate(rows[: self.most], 1):
            line = f"\n{number} {label}"
            room -= alphabet.size(line)
            if lines and room < 0:
                break
            lines.append(line)
            shown[str(number)] = key
        return lines, shown

    def key(self, state: State, typed: str) -> str:
        """Where names are sought, a single O or l begins one: it is no 0 and no 1."""
        return read_key(typed, letters=self._is_long(state.rows))

    def take(self, plan: Plan, state: State, typed: str) -> Move:
        """A row of this page, an own option, the next page, or the beginning of a name."""
        key = self.key(state, typed)
        if key in state.shown:
            self._pick(plan, state, state.shown[key])
        elif key in self.options:
            put_all(plan, state, self.options[key].sets)
            go(plan, state, self.options[key].target)
        elif key == self.keys.more and state.page + len(state.shown) < len(self._listed(state)):
            state.page += len(state.shown)
            return Move.STAY
        else:
            return self._seek(state, typed)
        return Move.LEAVE

    def _seek(self, state: State, typed: str) -> Move:
        letters = None if self.lookup == LANGUAGES else read_letters(typed)
        sought = letters and longest_beginning(state.rows, letters)
        if not sought:
            return Move.INVALID
        state.page, state.sought = 0, sought
        return Move.STAY

    def _pick(self, plan: Plan, state: State, picked: str) -> None:
        put(plan, state, self.into, picked)
        if self.label_into is not None:
            put(plan, state, self.label_into, dict(state.rows)[picked])
        go(plan, state, self.target)

    def exits(self) -> Iterator[Exit]:
        """The pick, the own options, and, without a wait, the empty list."""
        yield Exit(self.target, silent=self.is_skipped)
        yield Exit(self.empty, silent=True)
        for option in self.options.values():
            yield Exit(option.target, silent=False)

    def lengths(self, language: str, limit: int = NARROW) -> Iterator[int]:
        """A page with one row, the longest."""
        own = sum(line_length(option, language) for option in self.options.values())
        row = len("\n1 ") + self.deed.options
        letters = 0 if self.lookup == LANGUAGES else len("\n") + len(self.keys.letters[language])
        fixed = self.room(language) + len(self.keys.more_line[language]) + letters
        yield fixed + self._longest_question(language) + own + row

    def _longest_question(self, language: str) -> int:
        if self.lookup != LANGUAGES:
            return self.text[language].longest
        asked = {text.fill({}): text.longest for text in self.text.values()}
        return sum(asked.values()) + len("\n") * (len(asked) - 1)


def read_choose(reader: Reader, name: str, part: Part) -> Choose:
    """From YAML; rows are numbered below the lowest key that is taken."""
    keys = reader.keys
    options = reader.options(part, name, taken=keys.leading | {keys.more})
    lookup = str(part["from"])
    deed = _LANGUAGE_LIST if lookup == LANGUAGES else reader.deed(part, "from", with_options=True)
    taken = {keys.more, *keys.leading, *(option.key for option in options.values())}
    most = min([int(key) for key in taken if len(key) == 1 and key != "0"] + [10]) - 1
    if most < 1:
        reader.fault("no number is left for the list", part, "options", hint="use higher keys",
                     rule="key-clash")  # fmt: skip
    return Choose(
        name=reader.qualified(name),
        place=reader.place_of(name),
        keys=keys,
        hint=reader.hint("hint"),
        text=reader.texts(part, "text", (name, "text")),
        lookup=lookup,
        deed=deed,
        args=reader.args(part, lookup, deed),
        into=str(part["into"]),
        label_into=str(part["label_into"]) if "label_into" in part else None,
        target=reader.target(part, "next"),
        empty=reader.target(part, "empty"),
        options={option.key: option for option in options.values()},
        most=max(most, 1),
        is_skipped=lookup == LANGUAGES and len(reader.languages.by_code) == 1,
    )
