"""Where the cards of neighbouring columns stand: ordered by the rows that lead to them, near to those rows.

The later half of a layered layout after Sugiyama: crossings are lessened by ordering columns by their
neighbours' middles, heights are settled by least squares. No column gets taller than the tallest must be.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from mhealth.exchange.drawing.columns import Box

ENTRY = 12.0
"""An arrow arrives so far below a card's top."""
_ROUNDS = 12

Drawn = tuple[str, int, str]
"""An arrow: its card, its row, the card that it leads to."""


@dataclass(frozen=True, slots=True)
class Arrow:
    """From a row of a card to another card, through the points between (column, height)."""

    source: str
    row: int
    target: str
    via: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """The top of each card, and the arrows."""

    tops: Mapping[str, float]
    arrows: tuple[Arrow, ...]


@dataclass(frozen=True, slots=True)
class _Thread:
    """What an arrow keeps free in a column that it only passes."""

    arrow: int
    column: int


_Item = str | _Thread


def place(
    boxes: Mapping[str, Box], columns: Mapping[str, int], drawn: Sequence[Drawn], gap: float
) -> Placed:
    """Stand these cards in their columns, which are numbered from 0."""
    order = _order(boxes, columns, drawn)
    tops = _settle(boxes, order, columns, drawn, gap)
    arrows = tuple(
        Arrow(source, row, target, tuple(
            (item.column, tops[item])
            for column in order for item in column
            if isinstance(item, _Thread) and item.arrow == number
        ))
        for number, (source, row, target) in enumerate(drawn)
    )  # fmt: skip
    return Placed({item: top for item, top in tops.items() if isinstance(item, str)}, arrows)


def _order(
    boxes: Mapping[str, Box], columns: Mapping[str, int], drawn: Sequence[Drawn]
) -> list[list[_Item]]:
    """Cards and threads of each column, ordered by what they are joined to on both sides."""
    order: list[list[_Item]] = [[] for _ in range(max(columns.values(), default=-1) + 1)]
    for name in boxes:
        order[columns[name]].append(name)
    before, after = _joints(boxes, columns, drawn, order)
    best, fewest = [list(column) for column in order], None
    for turn in range(_ROUNDS):
        joints = before if turn % 2 == 0 else after
        for column in order if turn % 2 == 0 else reversed(order):
            places = _places(order)
            column.sort(key=_middle(joints, places))
        crossings = _crossings(order, after)
        if fewest is None or crossings < fewest:
            best, fewest = [list(column) for column in order], crossings
    return best


_Joints = dict[_Item, list[tuple[_Item, float]]]


def _joints(
    boxes: Mapping[str, Box],
    columns: Mapping[str, int],
    drawn: Sequence[Drawn],
    order: list[list[_Item]],
) -> tuple[_Joints, _Joints]:
    """What each item is joined to on its left and on its right, with the part of it that is meant."""
    before: _Joints = {}
    after: _Joints = {}
    for number, (source, row, target) in enumerate(drawn):
        part = (row + 1) / (len(boxes[source].rows) + 1)
        chain: list[tuple[_Item, float]] = [(source, part)]
        for column in range(columns[source] + 1, columns[target]):
            thread = _Thread(number, column)
            order[column].append(thread)
            chain.append((thread, 0.5))
        chain.append((target, 0.0))
        for (left, left_part), (right, right_part) in zip(chain, chain[1:], strict=False):
            after.setdefault(left, []).append((right, right_part))
            before.setdefault(right, []).append((left, left_part))
    return before, after


def _places(order: list[list[_Item]]) -> dict[_Item, int]:
    return {item: place for column in order for place, item in enumerate(column)}


def _middle(joints: _Joints, places: Mapping[_Item, int]) -> Callable[[_Item], float]:
    def middle(item: _Item) -> float:
        joined = joints.get(item)
        if not joined:
            return float(places[item])
        return sum(places[other] + part for other, part in joined) / len(joined)

    return middle


def _crossings(order: list[list[_Item]], after: _Joints) -> int:
    places = _places(order)
    crossings = 0
    for column in order:
        ends = [
            (place, places[other])
            for place, item in enumerate(column)
            for other, _ in after.get(item, ())
        ]
        crossings += sum(
            1
            for index, (left, right) in enumerate(ends)
            for other_left, other_right in ends[index + 1 :]
            if (left - other_left) * (right - other_right) < 0
        )
    return crossings


def _settle(
    boxes: Mapping[str, Box],
    order: list[list[_Item]],
    columns: Mapping[str, int],
    drawn: Sequence[Drawn],
    gap: float,
) -> dict[_Item, float]:
    """Tops that keep each column's order and bring joined items to one height as far as can be."""
    ties = _ties(boxes, columns, drawn)
    tops: dict[_Item, float] = {}
    for column in order:
        at = 0.0
        for item in column:
            tops[item] = at
            at += _height(boxes, item) + gap
    tallest = max((sum(_height(boxes, i) + gap for i in column) for column in order), default=0.0)
    for turn in range(_ROUNDS):
        for column in order if turn % 2 == 0 else reversed(order):
            wishes = [
                sum(tops[other] + shift for other, shift in ties[item]) / len(ties[item])
                if ties.get(item)
                else tops[item]
                for item in column
            ]
            sizes = [_height(boxes, item) + gap for item in column]
            tops.update(zip(column, _apart(wishes, sizes, tallest), strict=True))
    return tops


def _height(boxes: Mapping[str, Box], item: _Item) -> float:
    return boxes[item].height if isinstance(item, str) else 0.0


def _ties(
    boxes: Mapping[str, Box], columns: Mapping[str, int], drawn: Sequence[Drawn]
) -> dict[_Item, list[tuple[_Item, float]]]:
    """For each item, where its top would be by each that it is joined to: (other, shift)."""
    ties: dict[_Item, list[tuple[_Item, float]]] = {}
    for number, (source, row, target) in enumerate(drawn):
        chain: list[tuple[_Item, float]] = [(source, boxes[source].rows[row][0])]
        chain += [(_Thread(number, c), 0.0) for c in range(columns[source] + 1, columns[target])]
        chain.append((target, ENTRY))
        for (left, out), (right, into) in zip(chain, chain[1:], strict=False):
            ties.setdefault(right, []).append((left, out - into))
            ties.setdefault(left, []).append((right, into - out))
    return ties


def _apart(wishes: Sequence[float], sizes: Sequence[float], tallest: float) -> list[float]:
    """The tops nearest to the wishes, in order, `sizes` apart, between 0 and the foot of the tallest column.

    Least squares by pooling neighbours that get into each other's way.
    """
    pools: list[tuple[float, int]] = []  # (mean, count) of wishes less what stands above
    above = 0.0
    for wish, size in zip(wishes, sizes, strict=True):
        mean, count = wish - above, 1
        while pools and pools[-1][0] > mean:
            other, members = pools.pop()
            mean = (mean * count + other * members) / (count + members)
            count += members
        pools.append((mean, count))
        above += size
    most = max(tallest - sum(sizes), 0.0)
    tops, above, at = [], 0.0, 0
    for mean, count in pools:
        for _ in range(count):
            tops.append(min(max(mean, 0.0), most) + above)
            above += sizes[at]
            at += 1
    return tops
