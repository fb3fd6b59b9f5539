"""Draws each screen as a phone would get it: by the kinds themselves, with the longest data, page by page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from mhealth.domain.alphabet import Alphabet
from mhealth.ussd.deeds import Deed
from mhealth.ussd.kinds.signs import Signs
from mhealth.ussd.picking import Picking
from mhealth.ussd.plan import Move, Node, Plan, Screen, flow_of
from mhealth.ussd.proofs.names import Named
from mhealth.ussd.proofs.proving import Proving
from mhealth.ussd.proofs.reads import texts_of
from mhealth.ussd.proofs.ways import parts_of
from mhealth.ussd.screen import NARROW, room_for
from mhealth.ussd.state import Ask, Show, State, Step, Visit, own_copy
from mhealth.ussd.text import Slot

ROWS = 30
"""Lines of a list that the platform looks up, when nobody could ask how many there are."""
MOST_PAGES = 100
_LETTERS = {Alphabet.GSM7: "M", Alphabet.UCS2: "م"}


@dataclass(frozen=True, slots=True)
class Page:
    """One screen of a node. `shown`: what may be typed -> what it stands for."""

    text: str
    size: int
    room: int
    shown: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """All pages of one node in one language at one carrier's limit, and the items that they offer.

    `items` are what must be found on them, each once; empty for what offers nothing.
    """

    code: str
    limit: int
    pages: tuple[Page, ...]
    items: tuple[str, ...]


class Screens:
    """Draws on demand and remembers."""

    def __init__(self, proving: Proving) -> None:
        self._proving = proving
        self._plans = proving.compiled.plans
        self._drawn: dict[tuple[str, str, int], tuple[Sheet, ...]] = {}

    def sheets(self, node: Screen, code: str, limit: int = NARROW) -> tuple[Sheet, ...]:
        """As the caller of that language sees it; one sheet a protocol for `signs`."""
        key = (node.name, code, limit)
        if key not in self._drawn:
            self._drawn[key] = self._draw(node, code, limit)
        return self._drawn[key]

    def _draw(self, node: Screen, code: str, limit: int) -> tuple[Sheet, ...]:
        plan = self._plans[flow_of(node.name)]
        bare = all_options(node)
        return tuple(
            Sheet(code, limit, tuple(self._pages(bare, plan, state)), items)
            for state, items in self._worlds(bare, plan, code, limit)
        )

    def _worlds(
        self, node: Screen, plan: Plan, code: str, limit: int
    ) -> Iterator[tuple[State, tuple[str, ...]]]:
        if isinstance(node, Signs):
            for protocol, groups in self._proving.sources.groups.items():
                state = self._state(node, plan, code, limit, {node.source: protocol})
                yield state, tuple(sign.key for group in groups for sign in group)
            return
        state = self._state(node, plan, code, limit, {})
        rows = self.rows(node, code)
        yield state, tuple(key for key, _ in rows) if rows else part_names(node)

    def _state(
        self, node: Screen, plan: Plan, code: str, limit: int, known: Mapping[str, Any]
    ) -> State:
        """After another screen, so that all keys are there, and after a wrong answer, with its hint."""
        return State(
            flow=plan.flow,
            version=plan.version,
            node=node.name,
            language=code,
            vars={**self.longest(node, code), **known},
            limit=limit,
            history=[Visit(node.name, 0, [], {})],
            misses=1,
            step=1,
        )

    def longest(self, node: Node, code: str) -> dict[str, str]:
        """The longest value of each variable that the node shows: a real one, or as declared."""
        longest: dict[str, str] = {}
        for spoken in texts_of(node):
            template = spoken.texts[code]
            for part in template.parts:
                if isinstance(part, Slot):
                    real = self._proving.names.of(part.name, code)
                    longest[part.name] = real or _LETTERS[template.alphabet] * part.longest
        return longest

    def rows(self, node: Screen, code: str) -> list[tuple[str, str]]:
        """(key, label) of the list that a node looks up; empty when it looks up none."""
        deed = getattr(node, "deed", None)
        if not isinstance(deed, Deed) or not deed.options or node.kind != "choose":
            return []
        lookup = str(getattr(node, "lookup", ""))
        if lookup == "languages":
            return [(each.code, each.name) for each in self._proving.languages.by_code.values()]
        real = self._proving.names.by_list.get(lookup)
        named = real or [Named("M" * deed.options, "")] * ROWS
        return [(str(number), each.name) for number, each in enumerate(named)]

    def _pages(self, node: Screen, plan: Plan, state: State) -> Iterator[Page]:
        step: Step | None = node.enter(plan, state)
        if isinstance(step, Ask):
            rows = self.rows(node, state.language)
            options = [{"key": key, "label": label} for key, label in rows]
            given = self.longest(node, state.language)
            step = node.answered(plan, step.state, {**given, "options": options})
        for _ in range(MOST_PAGES):
            if not isinstance(step, Show):
                return
            yield _page(node, step)
            step = _next_page(node, plan, step)


def _page(node: Screen, show: Show) -> Page:
    alphabet = _alphabet(node, show.state.language)
    room = room_for(show.state.limit, alphabet)
    return Page(show.text, alphabet.size(show.text), room, dict(show.state.shown))


def _alphabet(node: Screen, code: str) -> Alphabet:
    text = next(texts_of(node), None)
    return text.texts[code].alphabet if text is not None else Alphabet.GSM7


def _next_page(node: Screen, plan: Plan, show: Show) -> Step | None:
    """The page after it: by the key for more, by the one that leads on, or by answering "none"."""
    keys = ("0",) if isinstance(node, Picking) else (node.keys.more, node.keys.onward)
    for key in keys:
        state = own_copy(show.state)
        if state.shown.get(key, "page") != "page":
            continue
        if node.take(plan, state, key) is Move.STAY and state.node == node.name:
            after = node.draw(plan, state)
            return after if after.state.page > show.state.page else None
    return None


def all_options(node: Screen) -> Screen:
    """The same node with every option shown, whatever its `when`: its fullest screen."""
    options = getattr(node, "options", None)
    if not isinstance(options, Mapping):
        return node
    return replace(node, options={key: replace(o, when=None) for key, o in options.items()})  # type: ignore[call-arg]


def part_names(node: Screen) -> tuple[str, ...]:
    """The options of a menu or of several by name; those of a list stand on every page beside it."""
    if node.kind == "choose":
        return ()
    return tuple(part.name for path, part in parts_of(node) if path[0] == "options")
