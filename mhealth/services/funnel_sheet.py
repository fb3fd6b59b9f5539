"""The funnel as a programme officer reads it: each screen in the order of its flow, with its words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mhealth.store.funnel import Counted
from mhealth.ussd.book import Book
from mhealth.ussd.plan import Screen
from mhealth.ussd.text import Texts, spelled


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One screen. `text` is empty for one that is no longer in the flow."""

    node: str  # flow.node
    text: str
    counted: Counted

    @property
    def name(self) -> str:
        """The node's name within its flow."""
        return self.node.partition(".")[2]


def sheet_of(
    book: Book, flow: str, language: str, screens: Mapping[str, Counted]
) -> tuple[Line, ...]:
    """Every screen of the flow as it is now, then those that callers saw and that are gone."""
    own = _screens(book, flow)
    lines = [
        Line(node=name, text=_words(node, language), counted=screens.get(name, Counted()))
        for name, node in own.items()
    ]
    gone = sorted(screens.keys() - own.keys())
    return (*lines, *(Line(node=name, text="", counted=screens[name]) for name in gone))


def worst(lines: Sequence[Line], most: int = 3) -> list[Line]:
    """The screens at which most calls were lost; of as many, those that lose the larger share."""
    losing = [line for line in lines if line.counted.lost]
    return sorted(losing, key=_badness, reverse=True)[:most]


def total(lines: Sequence[Line]) -> Counted:
    """All screens together; the medians mean little here."""
    counts: dict[str, int] = {}
    for line in lines:
        for name, number in line.counted.counts.items():
            counts[name] = counts.get(name, 0) + number
    return Counted(counts=counts)


def _badness(line: Line) -> tuple[int, float]:
    return line.counted.lost, line.counted.lost / max(line.counted["entered"], 1)


def _screens(book: Book, flow: str) -> dict[str, Screen]:
    if flow not in book.current:
        return {}
    nodes = book.plan_of(flow).nodes
    return {
        name: node
        for name, node in nodes.items()
        if isinstance(node, Screen) and name.partition(".")[0] == flow
    }


def _words(node: Screen, language: str) -> str:
    """The screen's own words on one line."""
    texts: Texts = getattr(node, "text", {})
    return " ".join(spelled(texts[language]).split()) if language in texts else ""
