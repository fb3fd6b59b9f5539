"""Which column each card stands in: loops opened, each card right of what leads to it, no column too tall."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Rows = Sequence[tuple[int, str]]
"""(row, the card that it leads to)."""


@dataclass(frozen=True, slots=True)
class Box:
    """A card: its height, and each row's (height of its arrow below the card's top, target)."""

    name: str
    height: float
    rows: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """The column of each card, what leads on from each, and the cards that nothing leads to."""

    of: Mapping[str, int]
    onward: Mapping[str, Rows]
    unreached: frozenset[str]

    @property
    def count(self) -> int:
        """How many columns."""
        return max(self.of.values(), default=-1) + 1


def assign_columns(boxes: Sequence[Box], start: str, *, tallest: float, gap: float) -> Columns:
    """Columns of at most about `tallest`, cards `gap` apart. What nothing leads to stands last."""
    by_name = {box.name: box for box in boxes}
    reached = _reached(by_name, start)
    onward = {
        name: [(row, to) for row, to in rows if name in reached or to not in reached]
        for name, rows in _without_loops(by_name, start).items()
    }
    columns = _columns(by_name, onward, start, tallest, gap)
    return Columns(columns, onward, frozenset(by_name) - reached)


def _reached(boxes: Mapping[str, Box], start: str) -> set[str]:
    reached, waiting = set(), [start] if start in boxes else []
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += [target for _, target in boxes[name].rows if target in boxes]
    return reached


def _without_loops(boxes: Mapping[str, Box], start: str) -> dict[str, list[tuple[int, str]]]:
    """(row, target) of each card, leaving out what leads back; walked depth first from the start."""
    onward: dict[str, list[tuple[int, str]]] = {}
    under_way: set[str] = set()
    for root in [name for name in (start, *boxes) if name in boxes]:
        trail: list[tuple[str, int]] = [(root, 0)] if root not in onward else []
        while trail:
            name, index = trail.pop()
            if index == 0:
                onward[name] = []
                under_way.add(name)
            rows = boxes[name].rows
            if index == len(rows):
                under_way.discard(name)
                continue
            trail.append((name, index + 1))
            target = rows[index][1]
            if target in boxes and target not in under_way:
                onward[name].append((index, target))
                if target not in onward:
                    trail.append((target, 0))
    return onward


def _columns(
    boxes: Mapping[str, Box],
    onward: Mapping[str, Rows],
    start: str,
    tallest: float,
    gap: float,
) -> dict[str, int]:
    """Each card right of all that lead to it, as early as there is room."""
    earlier: dict[str, list[str]] = {name: [] for name in boxes}
    for name, rows in onward.items():
        for _, target in rows:
            earlier[target].append(name)
    columns: dict[str, int] = {}
    filled: dict[int, float] = {}
    for name in _sorted(boxes, onward, earlier, start):
        column = max((columns[each] + 1 for each in earlier[name]), default=0)
        if not earlier[name] and name != start:  # unreached: after all others
            column = max(columns.values(), default=0) + 1
        while filled.get(column) and filled[column] + boxes[name].height > tallest:
            column += 1
        columns[name] = column
        filled[column] = filled.get(column, 0.0) + boxes[name].height + gap
    used = {column: number for number, column in enumerate(sorted(filled))}
    return {name: used[column] for name, column in columns.items()}


def _sorted(
    boxes: Mapping[str, Box],
    onward: Mapping[str, Rows],
    earlier: Mapping[str, Sequence[str]],
    start: str,
) -> list[str]:
    """Cards after all that lead to them; what a card leads to comes right after it where it can."""
    missing = {name: len(sources) for name, sources in earlier.items()}
    free = [name for name in reversed([*boxes]) if not missing[name] and name != start]
    free += [start] if start in boxes else []
    done: list[str] = []
    while free:
        name = free.pop()
        done.append(name)
        ready = []
        for _, target in onward[name]:
            missing[target] -= 1
            if not missing[target]:
                ready.append(target)
        free += reversed(ready)
    return done
