"""Finds lines of a long list by the beginning of a name, typed on a phone's keys."""

import unicodedata
from collections.abc import Sequence

MOST_LETTERS = 24


def read_letters(typed: str) -> str | None:
    """What was typed as a beginning of a name: at least one letter, accents and case away; else None."""
    plain = _plain(typed[:MOST_LETTERS])
    return plain if any(letter.isalpha() for letter in plain) else None


def found(rows: Sequence[tuple[str, str]], letters: str) -> list[tuple[str, str]]:
    """The (key, label) rows of which a word begins so; none of these: those that hold it anywhere."""
    plain = [(row, f" {_plain(row[1])}") for row in rows]
    begun = [row for row, label in plain if f" {letters}" in label]
    return begun or [row for row, label in plain if letters in label]


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    kept = (c if c.isalnum() else " " for c in apart if not unicodedata.combining(c))
    return " ".join("".join(kept).split())
