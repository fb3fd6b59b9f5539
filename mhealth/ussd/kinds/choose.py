"""`choose`: a list that the platform looks up (villages, referrals), page by page.

Lines are numbered from 1 on each page. A choice is resolved against the list that was shown. A list of
many pages is narrowed by typing the beginning of a name.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from mhealth.domain.alphabet import Alphabet
from mhealth.domain.bidi import ordered, right_to_left
from mhealth.ussd.deeds import DEEDS, NAME, Deed
from mhealth.ussd.fields import (
    ARGS,
    INTO,
    LABEL_INTO,
    NEXT,
    OPTION,
    SENSITIVE,
    TEXT,
    args_rules,
    deed_name,
)
from mhealth.ussd.finding import found, longest_beginning, read_letters
from mhealth.ussd.moves import absorb, go, put, put_all
from mhealth.ussd.plan import Assign, Exit, Move, Option, Plan, Screen
from mhealth.ussd.question import line_length
from mhealth.ussd.reader import Part, Reader
from mhealth.ussd.screen import NARROW, room_for
from mhealth.ussd.shape import Shape, by_name, target
from mhealth.ussd.state import Ask, Show, State, Step
from mhealth.ussd.text import Template, Texts, cut, say
from mhealth.ussd.tongues import questions_that_fit
from mhealth.ussd.typed import read_key

LANGUAGES = "languages"
"""The one list that needs no deed: what the product speaks."""
SHAPE = Shape(
    required={
        "text": TEXT,
        "from": deed_name(
            "The list: a deed that gives one, or `languages`.",
            lambda deed: bool(deed.options),
            LANGUAGES,
        ),
        "into": INTO,
        "next": NEXT,
        "empty": target("Where an empty list leads."),
    },
    optional={
        "args": ARGS,
        "label_into": LABEL_INTO,
        "options": by_name("Options of the flow's own, below the list.", OPTION),
        "sensitive": SENSITIVE,
    },
    rules=args_rules("from"),
)
MANY_PAGES = 3
"""A list of more full pages than this says that the beginning of a name may be typed."""
UCS2_LABEL = 25
"""Units of a label that a screen of UCS-2 always has room for: `482 1935 نبحث عن مركز آخر`."""
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
            rows = self._languages(plan, state)
            if not self.is_skipped:
                return self._open(plan, state, rows)
            state.rows = rows
            self._pick(plan, state, rows[0][0])
            return None
        args = {arg.name: arg.worth(state.vars) for arg in self.args}
        return Ask(state=state, deed=self.lookup, args=args)

    def _languages(self, plan: Plan, state: State) -> list[tuple[str, Any]]:
        """Each by the name that it has in the alphabet of the screen."""
        is_gsm7 = self.text[state.language].alphabet is Alphabet.GSM7
        known = plan.languages.by_code.values()
        return [(each.code, (is_gsm7 and each.name_gsm7) or each.name) for each in known]

    def answered(self, plan: Plan, state: State, result: Mapping[str, Any]) -> Step | None:
        """The list came."""
        absorb(plan, state, self.deed, result)
        found = result.get("options") or ()
        return self._open(plan, state, [(str(row["key"]), row["label"]) for row in found])

    def _open(self, plan: Plan, state: State, rows: list[tuple[str, Any]]) -> Step | None:
        if not rows:
            go(plan, state, self.empty)
            return None
        text = self.text[state.language]
        said = [(key, say(label, self.deed.options, text.alphabet)) for key, label in rows]
        state.rows = [(key, ordered(label)) for key, label in said] if text.rtl else said
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
        text = self.text[language]
        size = text.alphabet.size
        own = "".join(
            f"\n{o.key} {o.text[language].fill(state.vars)}" for o in self.options.values()
        )
        more = self.keys.more_line[language]
        listed = self._listed(state)
        rows = listed[state.page : state.page + self.most]
        room = room_for(state.limit, text.alphabet) - self.room(language) - size(own)
        if self._is_open(state):
            room += 0 if state.history else self._way_back(language)
            head, more = self._questions(state, rows, room, more)
        else:
            head = text.fill(state.vars)
        room -= size(head) + size(more)
        letters = f"\n{self.keys.letters[language]}" if self._is_long(listed) else ""
        if letters and size(letters) + self._row(text.alphabet) <= room:
            more, room = f"{letters}{more}", room - size(letters)
        lines, state.shown = self._lines(rows, room, text)
        if state.page + len(lines) == len(listed):
            more = ""
        return self.show(state, "".join((head, *lines, own, more)))

    def _is_open(self, state: State) -> bool:
        """True while nobody knows in which language to ask for one."""
        return self.lookup == LANGUAGES and not state.vars.get("language")

    def _way_back(self, language: str) -> int:
        """What the keys take that stand there only when there is a way back."""
        return len(self.keys.tail[language]) - len(self.keys.repeat_line[language])

    def _questions(
        self, state: State, rows: list[tuple[str, str]], room: int, more: str
    ) -> tuple[str, str]:
        """The question in each language, as far as the languages leave room; and the key for more."""
        own = self.text[state.language]
        size = own.alphabet.size
        listed = sum(size(f"\n1 {label}") for _, label in rows)
        is_all = state.page + len(rows) == len(self._listed(state))
        if is_all and size(own.fill({})) + listed <= room:
            more = ""
        return questions_that_fit(own, self.text.values(), room - listed - size(more)), more

    def _lines(
        self, rows: list[tuple[str, str]], room: int, text: Template
    ) -> tuple[list[str], dict[str, str]]:
        """As many rows as there is room for; the first one is cut to it."""
        alphabet = text.alphabet
        lines: list[str] = []
        shown: dict[str, str] = {}
        for number, (key, label) in enumerate(rows, 1):
            if not lines:
                label = cut(label, room - len("\n1 ") - text.rtl, alphabet)
            line = f"{number} {label}"
            line = "\n" + (right_to_left(line) if text.rtl else line)
            room -= alphabet.size(line)
            if lines and room < 0:
                break
            lines.append(line)
            shown[str(number)] = key
        return lines, shown

    def _row(self, alphabet: Alphabet) -> int:
        """The most that one row takes: in UCS-2 a longer label is cut."""
        is_short = alphabet is Alphabet.UCS2
        label = min(self.deed.options, UCS2_LABEL) if is_short else self.deed.options
        return len("\n1 ") + label + is_short

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
        text = self.text[language]
        is_sought = self.lookup != LANGUAGES and text.alphabet is Alphabet.GSM7
        letters = len("\n") + len(self.keys.letters[language]) if is_sought else 0
        fixed = self.room(language) + len(self.keys.more_line[language]) + letters
        yield fixed + text.longest + own + self._row(text.alphabet)


def read_choose(reader: Reader, name: str, part: Part) -> Choose:
    """From YAML; rows are numbered below the lowest key that is taken."""
    keys = reader.keys
    options = reader.options(part, name, taken=keys.own | {keys.more})
    lookup = str(part["from"])
    deed = _LANGUAGE_LIST if lookup == LANGUAGES else reader.deed(part, "from", with_options=True)
    taken = {keys.more, *keys.own, *(option.key for option in options.values())}
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
