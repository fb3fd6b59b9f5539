"""The two alphabets in which a phone's text travels, and how each counts what fits.

A USSD string has 160 octets, which are 182 septets or 80 UCS-2 characters; carriers that count as for an
SMS stop at 140 octets, 160 septets or 70 characters.

Sources: 3GPP TS 23.038 (alphabets; section 5, USSD), TS 23.040 (140 octets of an SMS).
"""

import unicodedata
from collections.abc import Mapping
from enum import StrEnum

from mhealth.domain import gsm7

_BASIC = frozenset(gsm7.BASIC)
_UNITS = 0xFFFF
"""A character beyond it takes two UTF-16 units."""


class Alphabet(StrEnum):
    """What the texts of a language are written in."""

    GSM7 = "gsm7"  # 7 bits a septet; an escaped character takes two
    UCS2 = "ucs2"  # 16 bits a unit

    def size(self, text: str) -> int:
        """Septets or UTF-16 units. Raises ValueError for a character that GSM-7 has not."""
        if self is Alphabet.GSM7:
            return gsm7.septets(text)
        return len(text) + sum(1 for char in text if ord(char) > _UNITS)

    def reach(self, text: str, room: int) -> int:
        """How many characters of a text fit into so many septets or units."""
        if len(text) * 2 <= room:
            return len(text)
        filled = 0
        for count, char in enumerate(text):
            filled += self._cost(char)
            if filled > room:
                return count
        return len(text)

    def _cost(self, char: str) -> int:
        if self is Alphabet.GSM7:
            return 1 if char in _BASIC else 2
        return 2 if ord(char) > _UNITS else 1

    def fold(self, text: str) -> str:
        """Bring a text as near as it can be: likenesses for GSM-7, composed characters for UCS-2."""
        return gsm7.fold(text) if self is Alphabet.GSM7 else unicodedata.normalize("NFC", text)

    def holds(self, text: str) -> bool:
        """True when every character can be sent."""
        return self is Alphabet.UCS2 or gsm7.is_gsm7(text)


NARROW, WIDE = 160, 182
LIMITS: Mapping[int, Mapping[Alphabet, int]] = {
    NARROW: {Alphabet.GSM7: 160, Alphabet.UCS2: 70},
    WIDE: {Alphabet.GSM7: 182, Alphabet.UCS2: 80},
}
"""A carrier's limit of a screen, named by its septets -> septets or UTF-16 units."""


def room_for(limit: int, alphabet: Alphabet) -> int:
    """What a screen holds. A limit that is not known is the narrowest."""
    return LIMITS.get(limit, LIMITS[NARROW])[alphabet]
