"""The GSM 7-bit alphabet: what fits, what it costs, and how French is brought into it.

Sources: 3GPP TS 23.038 tables 6.2.1 and 6.2.1.1 (alphabet), TS 23.040 (concatenation).
"""

import re
import unicodedata
from dataclasses import dataclass

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = "\f^{}\\[~]|€"
"""Each of these costs two septets: an escape and the code."""

_BASIC_ONLY = re.compile(f"[{re.escape(BASIC)}]*")
_GSM7 = re.compile(f"[{re.escape(BASIC + EXTENDED)}]*")
_TWO = re.compile(f"[{re.escape(EXTENDED)}]")

LETTERS = {
    "ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y", "ɛ": "e", "ɔ": "o", "ɲ": "n", "ŋ": "n",
}  # fmt: skip
"""Letters of African languages that no accent makes, with what people type for them."""

_FOLD = str.maketrans(
    {
        "ç": "c", "œ": "oe", "Œ": "OE", "’": "'", "‘": "'", "ʼ": "'", "«": '"', "»": '"',
        "“": '"', "”": '"', "„": '"', "–": "-", "—": "-", "‑": "-", "…": "...", "°": "o",
        "\u00a0": " ", "\u202f": " ", "\u2009": " ", "•": "-", "×": "x", "\t": " ",
        **LETTERS,
        **{letter.upper(): plain.upper() for letter, plain in LETTERS.items()},
    }
)  # fmt: skip

_CAPITAL_OE = re.compile(r"Œ(?=[^\W\d_A-ZÀ-Þ])")
"""At the head of a word, `Œil`; in a word of capitals it stays `OE`."""

SINGLE_GSM7, PART_GSM7 = 160, 153
SINGLE_UCS2, PART_UCS2 = 70, 67


def fold(text: str) -> str:
    """Bring French and its neighbours into GSM-7: `hôpital` -> `hopital`; à é è ù É stay.

    What has no likeness there (Arabic, emoji) is left as it is: `is_gsm7` then says no.
    """
    if _GSM7.fullmatch(text):
        return text
    composed = _CAPITAL_OE.sub("Oe", unicodedata.normalize("NFC", text))
    return "".join(_fold_one(c) for c in composed.translate(_FOLD))


def _fold_one(char: str) -> str:
    if char in BASIC or char in EXTENDED:
        return char
    plain = unicodedata.normalize("NFD", char)[0]
    return plain if plain in BASIC else char


def is_gsm7(text: str) -> bool:
    """True when every character is in the GSM-7 alphabet or its extension."""
    return _GSM7.fullmatch(text) is not None


def septets(text: str) -> int:
    """Length in septets. Raises ValueError when a character is outside GSM-7."""
    if _BASIC_ONLY.fullmatch(text):
        return len(text)
    if not is_gsm7(text):
        strange = next(c for c in text if c not in BASIC and c not in EXTENDED)
        raise ValueError(f"not in GSM-7: {strange!r}")
    return len(text) + len(_TWO.findall(text))


@dataclass(frozen=True, slots=True)
class SmsSize:
    """How an SMS travels: its alphabet, its length in septets or UTF-16 units, its segments."""

    is_gsm7: bool
    length: int
    segments: int


def measure(text: str, *, as_ucs2: bool = False) -> SmsSize:
    """Size of a text as sent; no escape pair and no surrogate pair is split between segments.

    `as_ucs2`: as it is with one letter that GSM-7 has not.
    """
    if not as_ucs2 and is_gsm7(text):
        costs = [2 if c in EXTENDED else 1 for c in text]
        return SmsSize(True, sum(costs), _segments(costs, SINGLE_GSM7, PART_GSM7))
    costs = [2 if ord(c) > 0xFFFF else 1 for c in text]
    return SmsSize(False, sum(costs), _segments(costs, SINGLE_UCS2, PART_UCS2))


def _segments(costs: list[int], single: int, part: int) -> int:
    if sum(costs) <= single:
        return 1
    count, filled = 1, 0
    for cost in costs:
        if filled + cost > part:
            count, filled = count + 1, 0
        filled += cost
    return count
