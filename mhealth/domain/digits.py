"""Digits as phones send them: any script, letter O for zero, invisible marks."""

import unicodedata

_INVISIBLE = dict.fromkeys(
    [0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066]
    + [0x2067, 0x2068, 0x2069, 0x2060, 0xFEFF, 0x00AD]
)


_FULL_WIDTH = {0xFF01 + n: 0x21 + n for n in range(94)}
_SEEN = {**_INVISIBLE, **_FULL_WIDTH, 0x3000: " "}


def western_digits(text: str) -> str:
    """Turn Arabic-Indic, full-width and other decimal digits into 0-9 and drop invisible marks.

    Full-width signs and letters (`＃`, `Ｏ`) become their narrow ones too.
    """
    if text.isascii():
        return text
    plain = text.translate(_SEEN)
    return "".join(
        str(unicodedata.decimal(c)) if unicodedata.category(c) == "Nd" else c for c in plain
    )


def lenient_digits(text: str) -> str:
    """As `western_digits`, and a letter that stands for a digit is read as one: O as 0, l and I as 1.

    Only for fields that can hold nothing but digits.
    """
    return western_digits(text).translate(str.maketrans("OolI", "0011"))
