"""Finds lines of a long list by the beginning of a name, typed on a phone's keys."""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

MOST_LETTERS = 24
FEWEST_LETTERS = 3
"""A misspelt name is cut from its end down to so many letters until a line is found."""


def read_letters(typed: str) -> str | None:
    """What was typed as a beginning of a name: at least one letter, accents and case away; else None."""
    letters = plain(typed[:MOST_LETTERS])
    return letters if any(letter.isalpha() for letter in letters) else None


def found(rows: Sequence[tuple[str, str]], letters: str) -> list[tuple[str, str]]:
    """The (key, label) rows of which a word begins so; none of these: those that hold it anywhere.

    Spaces, hyphens and apostrophes count for nothing: `ndali`, `n dali` and `dali` find N'Dali.
    """
    sought = letters.replace(" ", "")
    begun = [row for row in rows if f"\n{sought}" in _ends(row[1])]
    return begun or [row for row in rows if sought in _ends(row[1])]


def longest_beginning(rows: Sequence[tuple[str, str]], letters: str) -> str | None:
    """As much of the letters as finds a line; None when even three of them find nothing."""
    while not found(rows, letters):
        letters = letters[:-1].strip()
        if len(letters) < FEWEST_LETTERS:
            return None
    return letters


@lru_cache(maxsize=8192)
def _ends(label: str) -> str:
    """A label from each of its words on, a line each. Kept: the same villages are sought all day."""
    words = plain(label).split()
    return "".join("\n" + "".join(words[at:]) for at in range(len(words)))


def plain(text: str) -> str:
    """Small letters and digits without accents, other signs as one space: how names are compared."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    kept = (c if c.isalnum() else " " for c in apart if not unicodedata.combining(c))
    return " ".join("".join(kept).split())
