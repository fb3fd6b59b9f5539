"""The languages that a picture has words of its own in; others are served by their fallbacks."""

from collections.abc import Mapping, Sequence

from mhealth.exchange.drawing.words import Words
from mhealth.exchange.drawing.words_en import ENGLISH
from mhealth.exchange.drawing.words_fr import FRENCH

TABLES: Mapping[str, Words] = {"fr": FRENCH, "en": ENGLISH}


def words_for(chain: Sequence[str]) -> Words:
    """The tables of the first of these codes that has some; French when none has."""
    return next((TABLES[code] for code in chain if code in TABLES), FRENCH)
