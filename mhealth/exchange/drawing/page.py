"""Where a flow's columns stand on a sheet of paper: one below the other where a row gets too long."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mhealth.exchange.drawing.columns import Columns, assign_columns
from mhealth.exchange.drawing.layout import Arrow, place
from mhealth.exchange.drawing.shapes import CARD_WIDTH, Shape

GAP = 13.0
"""Between cards of a column."""
ALLEY = 44.0
"""Between columns: the arrows' room."""
BAND_GAP = 26.0
_STEP = CARD_WIDTH + ALLEY
REACH = 2
"""An arrow leads over at most so many columns; what is farther is named by its number."""
PAPER = 1.35
"""Width by height of a printed sheet, less its title."""
_HEIGHTS = (0.0, 480.0, 640.0, 860.0, 1200.0, 1700.0, 2500.0)
_BANDS = 5
_JUMP_COST = 0.012
"""A number to look up is worth so much of smaller letters."""


@dataclass(frozen=True, slots=True)
class Spot:
    """The top left corner of a card."""

    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Every card's place and number, in reading order; what is an arrow, and what a number to look up."""

    shapes: Mapping[str, Shape]
    spots: Mapping[str, Spot]
    numbers: Mapping[str, int]
    arrows: tuple[tuple[Arrow, tuple[Spot, ...]], ...]  # with the left end of each column passed
    jumps: frozenset[tuple[str, int]]  # (card, row)
    unreached: frozenset[str]
    width: float
    height: float


def arrange(shapes: Sequence[Shape], start: str, first_number: int, below: float = 0.0) -> Page:
    """The arrangement that fits paper best with the fewest numbers to look up.

    `below` is the area that stands on the same sheet under it.
    """
    boxes = [shape.box for shape in shapes]
    highest = max((shape.height for shape in shapes), default=0.0)
    found = [
        assign_columns(boxes, start, tallest=max(h, highest), gap=GAP)
        for h in dict.fromkeys(_HEIGHTS)
    ]
    ways = {
        tuple(sorted(columns.of.items())) + tuple(breaks): (columns, breaks)
        for columns in found
        for bands in range(1, min(_BANDS, max(columns.count, 1)) + 1)
        for breaks in [_breaks(columns, bands)]
    }
    pages = (_page(shapes, columns, breaks, first_number) for columns, breaks in ways.values())
    return min(pages, key=lambda page: _cost(page, below))


def _cost(page: Page, below: float) -> float:
    wide = max(page.width, CARD_WIDTH)
    high = max(page.height, 1.0) + below / wide
    return float(max(wide / PAPER, high) ** 0.5) * (1 + _JUMP_COST * len(page.jumps))


def _breaks(columns: Columns, bands: int) -> list[int]:
    """The first column of each band: about equal, moved to where few arrows cross."""
    breaks = [0]
    for band in range(1, bands):
        ideal = round(band * columns.count / bands)
        near = [c for c in range(ideal - 1, ideal + 2) if breaks[-1] < c < columns.count]
        if near:
            breaks.append(min(near, key=lambda c: (_crossing(columns, c), abs(c - ideal))))
    return breaks


def _crossing(columns: Columns, column: int) -> int:
    return sum(
        1
        for name, rows in columns.onward.items()
        for _, target in rows
        if columns.of[name] < column <= columns.of[target] <= columns.of[name] + REACH
    )


def _page(shapes: Sequence[Shape], columns: Columns, breaks: Sequence[int], number: int) -> Page:
    by_name = {shape.card.name: shape for shape in shapes}
    boxes = {shape.card.name: shape.box for shape in shapes}
    spots: dict[str, Spot] = {}
    arrows: list[tuple[Arrow, tuple[Spot, ...]]] = []
    order: list[str] = []
    floors: dict[int, float] = {}  # place in a band -> how far down it is taken
    for first, after in zip(breaks, [*breaks[1:], columns.count], strict=True):
        within = {n: c - first for n, c in columns.of.items() if first <= c < after}
        drawn = [
            (name, row, target)
            for name in within
            for row, target in columns.onward[name]
            if target in within and 0 < within[target] - within[name] <= REACH
        ]
        placed = place({name: boxes[name] for name in within}, within, drawn, GAP)
        threads = [point for arrow in placed.arrows for point in arrow.via]
        tops = [*((within[name], top) for name, top in placed.tops.items()), *threads]
        down = max((floors.get(c, 0.0) - top for c, top in tops), default=0.0)
        for name, top in placed.tops.items():
            spots[name] = Spot(within[name] * _STEP, top + down)
            floor = top + down + boxes[name].height + BAND_GAP
            floors[within[name]] = max(floors.get(within[name], 0.0), floor)
        for column, top in threads:
            floors[column] = max(floors.get(column, 0.0), top + down + BAND_GAP)
        arrows += [
            (arrow, tuple(Spot(column * _STEP, top + down) for column, top in arrow.via))
            for arrow in placed.arrows
        ]
        order += sorted(within, key=lambda n: (within[n], placed.tops[n]))
    drawn_rows = {(arrow.source, arrow.row) for arrow, _ in arrows}
    return Page(
        shapes=by_name,
        spots=spots,
        numbers={name: number + place for place, name in enumerate(order)},
        arrows=tuple(arrows),
        jumps=frozenset(
            (shape.card.name, index)
            for shape in shapes
            for index, row in enumerate(shape.rows)
            if row.row.target in by_name and (shape.card.name, index) not in drawn_rows
        ),
        unreached=columns.unreached,
        width=max((spot.x for spot in spots.values()), default=0.0) + CARD_WIDTH,
        height=max((spots[n].y + boxes[n].height for n in spots), default=0.0),
    )
