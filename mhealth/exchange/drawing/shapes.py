"""A card measured: its lines broken to the card's width, and how far below its top each of them stands."""

from dataclasses import dataclass

from mhealth.exchange.drawing.columns import Box
from mhealth.exchange.drawing.metrics import width, wrap
from mhealth.exchange.drawing.picture import Card, Leads, Look, Row
from mhealth.exchange.drawing.words import Words

CARD_WIDTH = 214.0
PAD = 8.0
HEAD = 22.0
"""Height of a card's head line."""
TEXT, SMALL = 12.0, 9.5
LEADING, SMALL_LEADING = 14.5, 11.5
CHIP_HEIGHT = 16.0
_CARD_CHIP = "→ 888"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text; `at` is its baseline below the card's top."""

    words: str
    at: float
    is_small: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RowShape:
    """A row: its key, its lines, the middle where its arrow begins, the width kept for its chip."""

    row: Row
    lines: tuple[Line, ...]
    at: float
    middle: float
    height: float
    chip: str  # the words of a chip that names no card


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A card with all its lines. `glass` is top and height of the phone's glass; no height: none."""

    card: Card
    text: tuple[Line, ...]
    rows: tuple[RowShape, ...]
    glass: tuple[float, float]
    facts: tuple[Line, ...]
    height: float

    @property
    def box(self) -> Box:
        """The same for the layout."""
        rows = tuple((row.middle, row.row.target) for row in self.rows)
        return Box(self.card.name, self.height, rows)


def measure(card: Card, words: Words) -> Shape:
    """Break a card's texts and stack them: the text, the lines of the phone, facts, then other ways on."""
    room = CARD_WIDTH - 4 * PAD
    at = HEAD + PAD
    text = []
    for paragraph in card.text:
        for line in wrap(paragraph, TEXT, room):
            text.append(Line(line, at + TEXT))
            at += LEADING
    at += 4 if text else 0
    rows = []
    for row in (row for row in card.rows if row.key):
        shape = _row(row, at, room, words)
        rows.append(shape)
        at += shape.height
    on_phone = card.look in (Look.SCREEN, Look.END)
    glass = (HEAD + PAD / 2, at - HEAD + PAD / 2) if on_phone else (HEAD, 0.0)
    at += PAD if on_phone else 0
    facts = []
    for fact in (*card.facts, *([card.source] if card.source else [])):
        for line in wrap(fact, SMALL, room + PAD):
            facts.append(Line(line, at + SMALL, is_small=True))
            at += SMALL_LEADING
    at += 2 if facts else 0
    for row in (row for row in card.rows if not row.key):
        shape = _row(row, at, room + PAD, words)
        rows.append(shape)
        at += shape.height
    return Shape(card=card, text=tuple(text), rows=tuple(rows), glass=glass, facts=tuple(facts),
                 height=at + PAD / 2)  # fmt: skip


def chip_width(words: str) -> float:
    """The width of a chip with these words."""
    return width(words, SMALL) + 10


def key_width(key: str) -> float:
    """The width of a key's cap; none without a key."""
    return width(key, TEXT) + 10 if key else 0.0


def _row(row: Row, at: float, room: float, words: Words) -> RowShape:
    chip = {Leads.HOME: words.say["home"], Leads.RETURN: words.say["return"]}.get(row.leads, "")
    taken = 0.0 if row.leads is Leads.NOWHERE else chip_width(chip or _CARD_CHIP) + 4
    beside = room - taken - (key_width(row.key) + 5 if row.key else 0)
    lines, top = [], at
    for line in wrap(row.words, TEXT, beside):
        lines.append(Line(line, at + TEXT))
        at += LEADING
    for line in wrap(row.when, SMALL, beside) if row.when else ():
        lines.append(Line(line, at + SMALL, is_small=True))
        at += SMALL_LEADING
    height = max(at - top, CHIP_HEIGHT) + 3
    return RowShape(row=row, lines=tuple(lines), at=top, middle=top + CHIP_HEIGHT / 2,
                    height=height, chip=chip)  # fmt: skip
