"""What a person typed, forgiven where it can only mean one thing; None where it cannot."""

import re
from collections.abc import Container, Iterable

from mhealth.domain.digits import lenient_digits, western_digits

_AROUND = " \t\r\n#.)("
_BETWEEN = re.compile(r"[\s,;.*+/&#،-]+")
_NUMBER = re.compile(r"\s*([0-9OolI]{1,6})\s*[#.]*\s*([^\W\d_]*)\.?\s*")


def read_key(typed: str) -> str:
    """A menu's key: any script's digits, O for 0, stray spaces and # away. Case of letters kept."""
    return lenient_digits(typed[:20]).strip(_AROUND)


def read_picks(typed: str, on_page: Container[str], joining: Iterable[str]) -> set[str] | None:
    """Several one-digit keys: `13`, `1 3`, `1,3`, `1*3`, `1.3`, `1 et 3`; `0` alone is the empty set.

    None when any of it is not on the page: then nothing of it counts.
    """
    text = western_digits(typed[:60]).casefold()
    for word in joining:
        text = re.sub(rf"(?<![^\W\d_]){re.escape(word)}(?![^\W\d_])", " ", text)
    digits = lenient_digits(_BETWEEN.sub("", text).replace("i", "1"))
    if not digits.isdecimal():
        return None
    picks = set(digits)
    if picks == {"0"}:
        return set()
    return picks if all(pick in on_page for pick in picks) else None


def read_number(typed: str, unit: str) -> int | None:
    """A whole number, with or without the beginning of its unit: `3`, `3 mois`, `3m`."""
    found = _NUMBER.fullmatch(western_digits(typed[:30]))
    if found is None:
        return None
    digits, said = lenient_digits(found.group(1)), found.group(2)
    if said and not (unit and unit.casefold().startswith(said.casefold())):
        return None
    return int(digits)
