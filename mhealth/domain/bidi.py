"""What a text from right to left needs so that a phone shows numbers and Latin names in their order.

Source: Unicode Standard Annex 9, rules W2-W7 and P2-P3. A phone lays each line out by its first letter. In
a line from right to left two numbers with a space between them change places (`482 1935` reads 1935 482),
while a no-break space joins them to one; and `+229…` or `*384*55#` keep their order behind a mark only.
"""

import re
import unicodedata

RLM, LRM, NO_BREAK = "\u200f", "\u200e", "\u00a0"
_BETWEEN_DIGITS = re.compile(r"(?<=\d) (?=\d)")
_TURNING = frozenset("+*#-–()")
"""Signs that change sides beside a number; a slash, colon or point between two digits does not."""


def ordered(value: str) -> str:
    """A value for a text from right to left: its numbers kept whole, and a mark before signs that turn.

    At most one character longer than before.
    """
    if value.isalpha():
        return value
    joined = _BETWEEN_DIGITS.sub(NO_BREAK, value)
    for char in joined:
        if char in _TURNING:
            return LRM + joined
        if _is_letter(char):
            break
    return joined


def right_to_left(line: str) -> str:
    """A line that a phone lays out from the right: with a mark when its first letter is a Latin one."""
    for char in line:
        if _is_letter(char):
            return RLM + line if unicodedata.bidirectional(char) == "L" else line
    return line


def _is_letter(char: str) -> bool:
    return unicodedata.bidirectional(char) in ("L", "R", "AL")
