"""Check digits: whether a code that was typed can be one, so that a slip of a finger is told at once.

`luhn` (ISO/IEC 7812-1), `verhoeff` (J. Verhoeff, 1969), `damm` (H. M. Damm, 2004; our referral codes),
`mod97` (ISO/IEC 7064 MOD 97-10, letters and digits). The last three find every single wrong digit and
every swap of two neighbours; luhn misses the swap of 0 and 9.
"""

from collections.abc import Callable, Mapping

from stdnum import damm, luhn, verhoeff
from stdnum.iso7064 import mod_97_10

SHORTEST = 3
"""A code of fewer characters has no check worth the name: 0 would be one."""

CHECKS: Mapping[str, Callable[[str], bool]] = {
    "luhn": luhn.is_valid,
    "verhoeff": verhoeff.is_valid,
    "damm": damm.is_valid,
    "mod97": mod_97_10.is_valid,
}
LETTERS = frozenset({"mod97"})
"""Checks over letters and digits; the others are over digits alone."""


def is_right(check: str, code: str) -> bool:
    """True for a code of ASCII capitals and digits, nothing between them, whose check is right."""
    return len(code) >= SHORTEST and code.isascii() and code.isalnum() and CHECKS[check](code)
