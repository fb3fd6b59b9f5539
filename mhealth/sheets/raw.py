"""A file's sheets before anybody has looked into their cells."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

Value: TypeAlias = object
"""A cell: text, int, float, bool, date, time, or None for an empty one."""

Row: TypeAlias = tuple[int, tuple[Value, ...]]
"""The row's number as a spreadsheet counts, and its cells from column A on."""

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 60_000
MOST_COLUMNS = 64
MOST_LETTERS = 2_000
"""Limits of a file, of all its rows, of a row and of a cell: what is more is no sheet of a district."""


class UnreadableSheet(Exception):
    """A file that cannot be read at all; `problem` and `values` are those of a finding."""

    def __init__(self, problem: str, **values: str) -> None:
        self.problem, self.values = problem, values
        super().__init__(problem)


@dataclass(frozen=True, slots=True)
class RawSheet:
    """One sheet: its name as written, and its rows that are not empty."""

    name: str
    rows: list[Row]


def kept(number: int, cells: Iterable[Value]) -> Row | None:
    """The row without what is empty at its end; None for an empty one."""
    values = [_bare(value) for value in cells]
    while values and values[-1] is None:
        values.pop()
    return (number, tuple(values[:MOST_COLUMNS])) if values else None


def _bare(value: Value) -> Value:
    if isinstance(value, str):
        return value.strip()[:MOST_LETTERS] or None
    return value


def letter(column: int) -> str:
    """The letters of a column, counted from 0: A, B, … Z, AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
