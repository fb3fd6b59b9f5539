"""The text of an SMS laid out for reading: what is understood is crossed out, what stays is the note."""

import re
import unicodedata
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from mhealth.domain.digits import western_digits
from mhealth.domain.gsm7 import LETTERS
from mhealth.domain.language import Languages

ANSWER, WHEN = "\x02", "\x01"
"""What crosses out: parts of the answer (code, yes, no), and parts of a day or hour."""

_MOST_READ = 4096
_MOST_NOTE = 300
_GAP = re.compile(r"[ \-]{0,3}|.")
"""Between the parts of one word: `d accord`, `d.accord`, `après - demain`."""
_LIKENESS = str.maketrans("’‘ʼ`´–—‑−؟،؛", "'''''----?,;", "\u0640")
"""And the stroke that stretches an Arabic word is no letter."""
_NUMBER_SIGN = re.compile(r"№|\b[nN][oO]?\s?[°º]")
_WORD = re.compile(r"[^\W\d_]+(?:'\s?[^\W\d_]+)*")
_SAYS_SOMETHING = re.compile(r"[^\W\d_]{3}|\d")


@dataclass(frozen=True, slots=True)
class Word:
    """A word without apostrophes, and where it stands; `means` what it is known for."""

    text: str
    start: int
    end: int
    means: frozenset[str] = frozenset()


class Sheet:
    """`clean` is the text for people, `open` the same places in lower case without accents."""

    def __init__(self, text: str) -> None:
        self.clean = _clean(text[:_MOST_READ])
        self.open = "".join(_plain(char) for char in self.clean)

    def cross_out(self, start: int, end: int, mark: str) -> None:
        """Mark a part as understood."""
        self.open = self.open[:start] + mark * (end - start) + self.open[end:]

    def write_over(self, start: int, letters: str) -> None:
        """Read a part as these letters, as many as it had."""
        self.open = self.open[:start] + letters + self.open[start + len(letters) :]

    def words(self, known: Mapping[str, frozenset[str]] | None = None) -> list[Word]:
        """The words not yet crossed out; with `known` their meanings, also when typed in parts."""
        words = [
            Word(re.sub(r"['\s]", "", found.group()), found.start(), found.end())
            for found in _WORD.finditer(self.open)
        ]
        return words if known is None else list(self._with_meanings(words, known))

    def note(self, *, without: str) -> str:
        """What is left for a person to read; `without` names the marks that leave it out."""
        pairs = zip(self.clean, self.open, strict=True)
        kept = "".join(" " if mark in without else char for char, mark in pairs)
        note = " ".join(kept.split()).strip(" .,;:!?-/'\"()=")[:_MOST_NOTE]
        return note if _SAYS_SOMETHING.search(note) else ""

    def _with_meanings(
        self, words: list[Word], known: Mapping[str, frozenset[str]]
    ) -> Iterator[Word]:
        at = 0
        while at < len(words):
            few = next(few for few in self._longest_first(words, at) if _stands_for(few, known))
            joined = "".join(word.text for word in few)
            means = known.get(joined) or known.get(self._elided(few[0])) or frozenset()
            yield Word(joined, few[0].start, few[-1].end, means)
            at += len(few)

    def _longest_first(self, words: list[Word], at: int) -> Iterator[list[Word]]:
        """Three words as one, two, and the word alone."""
        for parts in (3, 2, 1):
            few = words[at : at + parts]
            gaps = (self.open[one.end : two.start] for one, two in pairwise(few))
            if len(few) == parts and all(_GAP.fullmatch(gap) for gap in gaps):
                yield few

    def _elided(self, word: Word) -> str:
        """What stands before the apostrophe, with it: the `n'` of `n'avons`; else nothing."""
        before, apostrophe, _ = self.open[word.start : word.end].partition("'")
        return before + apostrophe if apostrophe else ""


def _stands_for(few: list[Word], known: Container[str]) -> bool:
    return len(few) == 1 or "".join(word.text for word in few) in known


def plain_word(text: str) -> str:
    """A word as people may type it: no case, accents, apostrophes, spaces or punctuation."""
    return "".join(c for c in (_plain(char) for char in _clean(text)) if c.isalnum())


def vocabulary(languages: Languages, meanings: Iterable[str]) -> Mapping[str, frozenset[str]]:
    """Plain word -> what it means, over every language; `n'` keeps the apostrophe that it ends in."""
    found: dict[str, frozenset[str]] = {}
    for language in languages.by_code.values():
        for meaning in meanings:
            for word in language.words.get(meaning, ()):
                key = _declared(word)
                found[key] = found.get(key, frozenset()) | {meaning}
    found.pop("", None)
    return found


@cache
def _declared(word: str) -> str:
    """A word of a language as it is looked up; few, and asked for with every SMS."""
    return plain_word(word) + ("'" if word.endswith("'") else "")


def _clean(text: str) -> str:
    whole = unicodedata.normalize("NFKC", _NUMBER_SIGN.sub(" ", text).translate(_LIKENESS))
    letters = (c for c in western_digits(whole) if unicodedata.category(c) != "Mn")
    return "".join(c if c.isprintable() else " " for c in letters)


def _plain(char: str) -> str:
    plain = unicodedata.normalize("NFD", char.lower())[0]
    return LETTERS.get(plain, plain)
