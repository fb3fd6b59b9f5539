"""What a person typed, forgiven where it can only mean one thing; None where it cannot."""

import re
import unicodedata
from collections.abc import Container, Iterable
from decimal import Decimal

from mhealth.domain.digits import lenient_digits, western_digits

PIN_DIGITS = 6
MOST_TYPED = 300
"""More characters than any carrier takes in one answer are not looked at."""
MOST_OF_A_CODE = 24
MOST_FIGURE = 999_999_999
"""The largest number that is read; nobody types a minus."""
_AROUND = " \t\r\n#.)("
_PADDING = "@\r\n\x00"
"""Behind seven characters of GSM-7 seven bits are left over: some carriers read them as one more, `@`."""
_BETWEEN = re.compile(r"[\s,;.*+/&#،-]+")
_PIN_GAPS = str.maketrans("", "", " \t.-")
_CODE = re.compile(r"[A-Z0-9](?:[A-Z0-9/_.-]{0,22}[A-Z0-9])?")
_NUMBER = re.compile(r"[\s#]*([0-9OolI]{1,9})\s*[#.]*\s*([^\W\d_]*)\.?\s*")
_UNIT_FIRST = re.compile(r"\s*(?P<unit>[^\W\d_]{2,})\s*(?P<digits>[0-9]{1,9})\s*[#.]*\s*")
_DECIMAL = re.compile(
    r"[\s#]*(?P<first>[^\W\d_]{2,})?\s*(?P<whole>[0-9]{1,9})(?:\s?[,.*٫]\s?(?P<rest>[0-9]{1,4}))?"
    r"\s*[#.]*\s*(?P<last>[^\W\d_]*)\.?\s*"
)
_LETTERS_OF_DIGITS = re.compile(r"(?<=[0-9])[OolI]|[OolI](?=[0-9,.*])")
_CODE_GAPS = str.maketrans("", "", "/_.-")


def without_padding(typed: str) -> str:
    """What was typed, without what a carrier's alphabet put behind it."""
    return typed.rstrip(_PADDING)


def read_key(typed: str, *, letters: bool = False) -> str:
    """A menu's key: any script's digits, O for 0, stray spaces and # away. Case of letters kept.

    Where `letters` are an answer too, an O is an O.
    """
    read = western_digits if letters else lenient_digits
    return read(typed[:20]).strip(_AROUND)


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


def read_pin(typed: str) -> str | None:
    """Six digits, with or without gaps."""
    digits = lenient_digits(typed[:20]).strip(_AROUND).translate(_PIN_GAPS)
    return digits if len(digits) == PIN_DIGITS and digits.isdecimal() else None


def read_code(typed: str) -> str | None:
    """A register's code in capitals, without spaces: at most 24 letters, digits and / _ . - between."""
    text = "".join(western_digits(typed[:60]).split()).strip(_AROUND).upper()
    return text if _CODE.fullmatch(text) else None


def read_number(typed: str, unit: str) -> int | None:
    """A whole number, with or without the beginning of its unit: `3`, `3 mois`, `3m`, `miezi 3`.

    `unit` may hold several words for it: `miezi mwezi`.
    """
    text = western_digits(typed[:30])
    found, first = _NUMBER.fullmatch(text), _UNIT_FIRST.fullmatch(text)
    if found is not None:
        digits, said = lenient_digits(found.group(1)), found.group(2).casefold()
    elif first is not None:
        digits, said = first["digits"], first["unit"].casefold()
    else:
        return None
    return int(digits) if _is_unit(said, unit) else None


def read_decimal(typed: str, unit: str, decimals: int) -> Decimal | None:
    """A number with at most so many decimals: `12,5`, `12.5`, `12*5`, `12,5 kg`, `kg 12,5`, `12`.

    `12,50` is 12,5; three digits behind the mark may stand for thousands and are refused unless asked for.
    """
    text = _LETTERS_OF_DIGITS.sub(lambda seen: lenient_digits(seen[0]), western_digits(typed[:30]))
    found = _DECIMAL.fullmatch(text)
    if found is None or (found["first"] and found["last"]):
        return None
    if not _is_unit((found["first"] or found["last"]).casefold(), unit):
        return None
    rest = found["rest"] or ""
    if len(rest) == decimals + 1 < 3:
        rest = rest.removesuffix("0")
    return Decimal(f"{found['whole']}.{rest or 0}") if len(rest) <= decimals else None


def _is_unit(said: str, unit: str) -> bool:
    """True for nothing, and for the beginning of a word of the unit."""
    return not said or any(word.startswith(said) for word in unit.casefold().split())


def read_checked_code(typed: str, *, letters: bool) -> str | None:
    """A code that carries a check: as `read_code`, but without what stands between, and without
    `letters` O and l as the digits that they stand for."""
    code = read_code(typed if letters else lenient_digits(typed[:60]))
    plain = code.translate(_CODE_GAPS) if code else ""
    return plain if plain and (letters or plain.isdecimal()) else None


def read_words(typed: str, most: int) -> str | None:
    """Free words on one line, spaces and invisible marks tidied; None when none are left or too many."""
    if len(typed) > MOST_TYPED:
        return None
    seen = "".join(" " if char.isspace() else char for char in typed)
    kept = "".join(c for c in seen if unicodedata.category(c) not in ("Cc", "Cf"))
    text = " ".join(unicodedata.normalize("NFC", kept).split())
    return text if 0 < len(text) <= most else None
