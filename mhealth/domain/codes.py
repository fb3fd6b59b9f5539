"""Referral codes: seven digits, the last a Damm check digit (H. M. Damm, 2004).

The check finds every single wrong digit and every swap of two neighbours.
"""

import re
import secrets

from mhealth.domain.digits import lenient_digits

_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
LENGTH = 7


def check_digit(digits: str) -> int:
    """The Damm digit of a run of digits; 0 when the run already ends in its own check digit."""
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return interim


def new_code() -> str:
    """A random code; the first digit is never 0, so that no one drops it when typing."""
    body = str(secrets.choice(range(100_000, 1_000_000)))
    return body + str(check_digit(body))


def show_code(code: str) -> str:
    """As it is printed on screens and in SMS: `482 1935`."""
    return f"{code[:3]} {code[3:]}"


def is_code(digits: str) -> bool:
    """True when the digits are a well-formed code with the right check digit."""
    return bool(re.fullmatch(r"[1-9]\d{6}", digits)) and check_digit(digits) == 0


def read_code(text: str) -> str | None:
    """The code a person typed, with or without spaces, dots, dashes or a `#`; None when it is none."""
    digits = re.sub(r"[\s.\-#]", "", lenient_digits(text))
    return digits if is_code(digits) else None
