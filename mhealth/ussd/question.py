"""What all questions with one typed answer share: the screen, the key for not knowing, where it leads."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from mhealth.ussd.fields import OTHERWISE
from mhealth.ussd.moves import go, put, put_all
from mhealth.ussd.plan import Assign, Exit, Move, Option, Plan, Screen
from mhealth.ussd.reader import Part, Reader
from mhealth.ussd.screen import NARROW
from mhealth.ussd.sensitivity import Sensitivity
from mhealth.ussd.state import Show, State
from mhealth.ussd.text import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Screen):
    """One answer into one variable; `unknown` is a key beside all answers."""

    text: Texts
    into: str
    target: str
    unknown: Option | None = None
    has_own_hint: bool = False
    other_than_unknown: ClassVar[str] = "choose one that is no answer and no key of the flow"
    """What to do when the key for not knowing is taken."""

    def understood(self, state: State, typed: str) -> Any:
        """The answer that was typed; None when it is none. Looks at no more than a screen of it."""
        raise NotImplementedError

    def draw(self, plan: Plan, state: State) -> Show:
        """The question, and the key for not knowing."""
        body = self.text[state.language].fill(state.vars)
        if self.unknown is not None:
            words = self.unknown.text[state.language].fill(state.vars)
            body = f"{body}\n{self.unknown.key} {words}"
        state.shown = {}
        return self.show(state, body)

    def take(self, plan: Plan, state: State, typed: str) -> Move:
        """The key for not knowing, or an answer."""
        if self.unknown is not None and self.key(state, typed) == self.unknown.key:
            put_all(plan, state, self.unknown.sets)
            go(plan, state, self.unknown.target)
            return Move.LEAVE
        value = self.understood(state, typed)
        if value is None:
            return Move.INVALID
        self.keep(plan, state, value)
        return Move.LEAVE

    def keep(self, plan: Plan, state: State, value: Any) -> None:
        """Store the answer and go on."""
        put(plan, state, self.into, value)
        go(plan, state, self.target)

    def room(self, language: str) -> int:
        """With the sizes of a hint of its own."""
        hint = self.hint_size(language, self.text[language].alphabet)
        return hint + len(self.keys.tail[language])

    def exits(self) -> Iterator[Exit]:
        """Known or not."""
        yield Exit(self.target, silent=False)
        if self.unknown is not None:
            yield Exit(self.unknown.target, silent=False)

    def lengths(self, language: str, limit: int = NARROW) -> Iterator[int]:
        """The one screen."""
        line = line_length(self.unknown, language) if self.unknown is not None else 0
        yield self.room(language) + self.text[language].longest + line


def line_length(option: Option, language: str) -> int:
    """Septets or units of an option's line with its line break."""
    return 1 + len(option.key) + 1 + option.text[language].longest


def read_question(
    reader: Reader, name: str, part: Part, phrase: str, usual: Sensitivity = Sensitivity.PUBLIC
) -> dict[str, Any]:
    """The parts that every question has; the caller may put others in their place.

    `phrase` is the hint when the question has none of its own, `usual` the sensitivity of such answers.
    """
    own = {}
    if "hint" in part:
        own = {"hint": own_hint(reader, name, part), "has_own_hint": True}
    return {
        "name": reader.qualified(name),
        "place": reader.place_of(name),
        "keys": reader.keys,
        "hint": reader.hint(phrase),
        "text": reader.texts(part, "text", (name, "text")),
        "into": str(part["into"]),
        "target": reader.target(part, "next") if "next" in part else "",
        "unknown": reader.option(part, "unknown", (name, "unknown")) if "unknown" in part else None,
        "sensitivity": reader.sensitivity(part, usual),
        **own,
    }


def read_otherwise(reader: Reader, part: Part) -> tuple[str, tuple[Assign, ...]]:
    """Where `otherwise` leads and what it sets: a node's name, or a mapping with `next` and `set`."""
    other = part["otherwise"]
    if isinstance(other, str):
        return reader.target(part, "otherwise"), ()
    if not reader.fits(other, OTHERWISE, "otherwise", part, "otherwise"):
        return "", ()
    return reader.target(other, "next"), reader.sets(other)


def own_hint(reader: Reader, name: str, part: Part) -> dict[str, str]:
    """A question's own hint as a line, by language."""
    texts = reader.plain_texts(part, "hint", (name, "hint"))
    return {code: f"{text}\n" for code, text in texts.items()}


def check_unknown(reader: Reader, part: Part, question: Question) -> None:
    """Note a key for not knowing that is a key of the flow, or that could be an answer."""
    option = question.unknown
    if option is None:
        return
    probe = State(flow="", version="", node=question.name, language=reader.languages.default.code)
    if option.key in question.keys.own or question.understood(probe, option.key) is not None:
        reader.fault(f"key {option.key} is taken", part["unknown"], "key", rule="key-clash",
                     hint=question.other_than_unknown)  # fmt: skip
