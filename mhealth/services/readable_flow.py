"""A flow as somebody reads it who signs it: each node in the file's order, its lines, where it leads."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mhealth.services.readable_words import Joiners, flow_words
from mhealth.ussd.book import Book
from mhealth.ussd.kinds.branch import Branch
from mhealth.ussd.kinds.several import Pick, Several
from mhealth.ussd.kinds.text import Text as Words
from mhealth.ussd.origins import TextOrigin
from mhealth.ussd.plan import Node, Option
from mhealth.ussd.question import Question
from mhealth.ussd.screen import NARROW, room_for
from mhealth.ussd.text import Texts, spelled

_BULLET = "•"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line that can be chosen; `when` is empty when it always shows.

    `key` is a bullet where lines are numbered anew on each page.
    """

    key: str
    text: str
    original: str | None
    leads: str
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Where a node leads without showing anything; `when` is empty when nothing else held."""

    when: str
    leads: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """One node. `text` is empty when it shows nothing; `longest` None when its pages have no fixed layout.

    `longest` counts the longest data, the hint after a wrong answer and the keys, of `limit`. `hint` is
    the question's own, else empty.
    """

    name: str
    kind: str
    text: str
    original: str | None
    lines: tuple[Line, ...]
    ways: tuple[Way, ...]
    longest: int | None
    origin: TextOrigin | None
    limit: int = NARROW
    hint: str = ""

    @property
    def is_shown(self) -> bool:
        """False for a step that only decides or does something."""
        return bool(self.text)


def screens_of(book: Book, flow: str, code: str, say: Joiners) -> tuple[Screen, ...]:
    """Every node of a flow in one language, beside the original in another one."""
    own = book.languages.default.code
    nodes = book.plan_of(flow).nodes.values()
    reader = _Reader(code, own if code != own else None, say, book.origins)
    found = (reader.screen(node) for node in nodes if node.name.partition(".")[0] == flow)
    return tuple(each for each in found if each.is_shown or code == own)


@dataclass(frozen=True, slots=True)
class _Reader:
    code: str
    own: str | None  # the original's language when this one is another
    say: Joiners
    origins: Mapping[str, TextOrigin]

    def screen(self, node: Node) -> Screen:
        texts: Texts | None = getattr(node, "text", None)
        longest = max(node.lengths(self.code), default=None)
        return Screen(
            name=node.name.partition(".")[2],
            kind=node.kind,
            text=self._text(texts) if texts else "",
            original=self._original(texts) if texts else None,
            lines=tuple(self._line(node, option) for option in _options(node)),
            ways=tuple(self._ways(node)),
            longest=longest,
            origin=self.origins.get(node.name),
            limit=room_for(NARROW, texts[self.code].alphabet) if texts else NARROW,
            hint=self._own_hint(node),
        )

    def _own_hint(self, node: Node) -> str:
        if isinstance(node, Question | Several) and node.has_own_hint:
            return node.hint[self.code].strip()
        return ""

    def _line(self, node: Node, option: Option | Pick) -> Line:
        key, target = _BULLET, getattr(node, "target", "")
        if isinstance(option, Option):
            key, target = option.key, option.target
        return Line(
            key=key,
            text=self._text(option.text),
            original=self._original(option.text),
            leads=_short(node, target),
            when=flow_words(option.when, self.say) if option.when else "",
        )

    def _ways(self, node: Node) -> Iterator[Way]:
        if isinstance(node, Branch):
            for case in node.cases:
                when = flow_words(case.when, self.say) if case.when else ""
                yield Way(when=when, leads=_short(node, case.target))
            return
        if isinstance(node, Words) and node.answers:
            for answer in node.answers:
                typed = [
                    *sorted(answer.words),
                    *([answer.pattern.pattern] if answer.pattern else []),
                ]
                yield Way(when=" · ".join(typed), leads=_short(node, answer.target))
            return
        chosen = {getattr(option, "target", "") for option in _options(node)}
        for target in dict.fromkeys(leaving.target for leaving in node.exits()):
            if target not in chosen:
                yield Way(when="", leads=_short(node, target))

    def _text(self, texts: Texts) -> str:
        return spelled(texts[self.code])

    def _original(self, texts: Texts) -> str | None:
        return spelled(texts[self.own]) if self.own else None


def _options(node: Node) -> list[Option | Pick]:
    options = list(getattr(node, "options", {}).values())
    unknown = getattr(node, "unknown", None)
    return [*options, unknown] if isinstance(unknown, Option) else options


def _short(node: Node, target: str) -> str:
    """A node of the same flow by its name alone."""
    return target.removeprefix(f"{node.name.partition('.')[0]}.")
