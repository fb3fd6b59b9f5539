"""`text`: a few words of the person's own; what fits one of `answers` leads elsewhere."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from mhealth.ussd.fields import HINT, INTO, NOT_KNOWN, OTHERWISE, SENSITIVE, SET, TEXT
from mhealth.ussd.finding import plain
from mhealth.ussd.moves import go, put, put_all
from mhealth.ussd.plan import Assign, Exit, Plan
from mhealth.ussd.question import Question, check_unknown, read_otherwise, read_question
from mhealth.ussd.reader import Part, Reader
from mhealth.ussd.sensitivity import Sensitivity
from mhealth.ussd.shape import Field, Json, Shape, by_name, part, target, whole
from mhealth.ussd.state import State
from mhealth.ussd.typed import read_key, read_words

USUAL = Sensitivity.SENSITIVE
MOST = 140
"""Characters; a phone's answer holds little more."""


def _is_pattern(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(value) and bool(re.compile(value))
    except re.error:
        return False


def _pattern(about: str) -> Field:
    return Field(about=about, must="a regular expression", holds=_is_pattern, rule="bad-pattern",
                 hint=r"brackets in pairs; \d is a digit, \w a letter or digit, \. a full stop",
                 schema={"type": "string", "minLength": 1, "format": "regex"})  # fmt: skip


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _literals(value: Any) -> list[str]:
    return [str(each) for each in _listed(value) if _is_literal(each)]


def _is_literal(value: Any) -> bool:
    is_written = isinstance(value, str | int) and not isinstance(value, bool)
    return is_written and bool(plain(str(value)))


_SAYS: Json = {"type": "string", "pattern": r"[^\s!-/:-@\[-`{-~]"}  # more than signs
_LITERAL: Json = {"anyOf": [_SAYS, {"type": "integer"}]}
_ONE_WAY: list[Json] = [
    {"oneOf": [{"required": ["next"]}, {"required": ["answers"]}]},
    {"dependentRequired": {"otherwise": ["answers"]}},
]
_SAYS_WHAT: list[Json] = [{"anyOf": [{"required": ["is"]}, {"required": ["pattern"]}]}]
ANSWER = Shape(
    required={"next": target("Where this answer leads.")},
    optional={
        "is": Field(
            about="What is typed, one or several; case, accents and signs are forgiven.",
            must="words, or a list of words",
            holds=lambda value: 0 < len(_literals(value)) == len(_listed(value)),
            schema={"anyOf": [*_LITERAL["anyOf"],
                              {"type": "array", "minItems": 1, "items": _LITERAL}]},
        ),
        "pattern": _pattern("A regular expression that the whole answer fits."),
        "set": SET,
    },
    rules=_SAYS_WHAT,
)  # fmt: skip
SHAPE = Shape(
    required={"text": TEXT, "into": INTO},
    optional={
        "next": target("Where it leads; `answers` and `otherwise` stand in its place."),
        "min": whole("The fewest characters.", 1),
        "max": whole("The most characters, up to 140; 40 when it is not said.", 1),
        "pattern": _pattern("A regular expression that the whole answer must fit."),
        "answers": by_name("Answers that lead somewhere of their own, looked at in order.", ANSWER),
        "otherwise": part("Where other answers lead; without it they are not valid.", OTHERWISE,
                          or_text=True),
        "hint": HINT,
        "unknown": NOT_KNOWN,
        "sensitive": SENSITIVE,
    },
    rules=_ONE_WAY,
)  # fmt: skip
USUAL_MOST = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One way on: by words that are `plain`, or by a pattern."""

    name: str
    words: frozenset[str]
    pattern: re.Pattern[str] | None
    target: str
    sets: tuple[Assign, ...]
    takes_all: bool = False  # `otherwise`

    def takes(self, typed: str) -> bool:
        """True when the tidied answer is meant."""
        if self.takes_all or (self.pattern is not None and self.pattern.fullmatch(typed)):
            return True
        return bool(self.words) and plain(typed) in self.words


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Question):
    """`into` gets what was typed, on one line and tidied. `answers` are looked at in order."""

    kind: ClassVar[str] = "text"
    other_than_unknown: ClassVar[str] = (
        "write it as the first of `answers`, `{is: 99, next: …}`, or give a `pattern` that refuses it"
    )
    least: int
    most: int
    pattern: re.Pattern[str] | None
    answers: tuple[Answer, ...]  # `otherwise` is the last

    def key(self, state: State, typed: str) -> str:
        """An O may be an answer: it is no 0."""
        return read_key(typed, letters=True)

    def understood(self, state: State, typed: str) -> str | None:
        """What was typed, when it is long and short enough, fits, and leads somewhere."""
        words = read_words(typed, self.most)
        if words is None or len(words) < self.least:
            return None
        if self.pattern is not None and not self.pattern.fullmatch(words):
            return None
        return words if not self.answers or self._way(words) else None

    def _way(self, words: str) -> Answer | None:
        return next((answer for answer in self.answers if answer.takes(words)), None)

    def keep(self, plan: Plan, state: State, value: str) -> None:
        """By the first of the answers that takes it."""
        way = self._way(value)
        put(plan, state, self.into, value)
        put_all(plan, state, way.sets if way else ())
        go(plan, state, way.target if way else self.target)

    def exits(self) -> Iterator[Exit]:
        """Each answer's way, and the others'."""
        targets = [answer.target for answer in self.answers] or [self.target]
        if self.unknown is not None:
            targets.append(self.unknown.target)
        return (Exit(target, silent=False) for target in targets)


def read_text_node(reader: Reader, name: str, part: Part) -> Text:
    """From YAML; patterns are compiled here, once."""
    _check_ways(reader, name, part)
    least = max(reader.whole(part, "min"), 1) if "min" in part else 1
    most = reader.whole(part, "max") if "max" in part else USUAL_MOST
    if most > MOST:
        reader.fault(f"a phone's answer holds {MOST} characters", part, "max", rule="no-answer")
    elif 0 < most < least:
        reader.fault(f"min {least} is over max {most}", part, "min",
                     hint="let `min` be the smaller one", rule="no-answer")  # fmt: skip
    common = read_question(reader, name, part, "hint", USUAL)
    if not {"hint", "pattern", "answers"} & part.keys():  # then any words will do
        common["hint"] = reader.hint("hint_text", min=least, max=most)
    question = Text(
        **common,
        least=least,
        most=min(max(most, 1), MOST),
        pattern=_compiled(part),
        answers=(*_answers(reader, part), *_otherwise(reader, part)),
    )
    check_unknown(reader, part, question)
    return question


def _check_ways(reader: Reader, name: str, part: Part) -> None:
    if "next" in part and "answers" in part:
        reader.fault(f"node `{name}` has both `next` and `answers`", part, "answers",
                     hint="write `otherwise` in place of `next`")  # fmt: skip
    elif "next" not in part and "answers" not in part:
        reader.fault(f"node `{name}` has neither `next` nor `answers`", reader.flow.nodes, name,
                     hint="name a node, `home` or `return`", rule="dead-end")  # fmt: skip
    if "otherwise" in part and "answers" not in part:
        reader.fault("`otherwise` needs `answers` before it", part, "otherwise",
                     hint="for one way alone write `next`")  # fmt: skip


def _compiled(part: Part) -> re.Pattern[str] | None:
    return re.compile(part["pattern"]) if _is_pattern(part.get("pattern")) else None


def _answers(reader: Reader, part: Part) -> Iterator[Answer]:
    written = part.get("answers")
    taken: dict[str, str] = {}
    for name, entry in written.items() if isinstance(written, Mapping) else ():
        if not reader.fits(entry, ANSWER, f"answer `{name}`", written, name):
            continue
        if "is" not in entry and "pattern" not in entry:
            reader.fault(f"answer `{name}` has neither `is` nor `pattern`", written, name,
                         hint="say what is typed")  # fmt: skip
        words = frozenset(plain(each) for each in _literals(entry.get("is")))
        _check_words(reader, entry, str(name), words, taken)
        yield Answer(
            name=str(name),
            words=words,
            pattern=_compiled(entry),
            target=reader.target(entry, "next"),
            sets=reader.sets(entry),
        )


def _check_words(
    reader: Reader, entry: Part, name: str, words: frozenset[str], taken: dict[str, str]
) -> None:
    for word in sorted(words):
        if word in reader.keys.own:
            reader.fault(f"`{word}` is a key of the flow", entry, "is", rule="key-clash",
                         hint="it leads back or home before it is read as an answer")  # fmt: skip
        elif word in taken:
            reader.fault(f"`{word}` is taken by answer `{taken[word]}`", entry, "is",
                         hint="each answer needs words of its own", rule="overlapping-answers")  # fmt: skip
        taken.setdefault(word, name)


def _otherwise(reader: Reader, part: Part) -> Iterator[Answer]:
    if "otherwise" in part:
        target, sets = read_otherwise(reader, part)
        yield Answer(name="otherwise", words=frozenset(), pattern=None, target=target, sets=sets,
                     takes_all=True)  # fmt: skip


def longest(part: Part) -> int:
    """The most characters that are taken; what counts double on a screen may be cut there."""
    most = part.get("max", USUAL_MOST)
    return min(most, MOST) if isinstance(most, int) and most > 0 else USUAL_MOST
