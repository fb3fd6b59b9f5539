"""Takes out of a log line what may not leave the house: numbers of phones, webhook tokens, passwords."""

import re
from collections.abc import Mapping
from typing import Any

from mhealth.domain.msisdn import Msisdn, mask

_DEEPEST = 6
_SHORT = 10_000_000  # numbers below have fewer than eight digits before the point
_DATE = r"(?<![\d-])(?:19|20)\d\d-[01]\d-[0-3]\d(?![\d-])"
_NUMBER = re.compile(rf"(?P<date>{_DATE})|\+?\d(?:[ .()\-]{{0,2}}\d){{7,}}")
_HOOK = re.compile(r"((?:/|%2F)hooks(?:/|%2F)[^/%\s]+(?:/|%2F))[^/%\s?&'\"]+", re.IGNORECASE)
_USER_INFO = re.compile(r"(://)[^/\s@]+@")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")
_TYPED = re.compile(r"((?:^|[&?\s])(?:text|input)=)[^&\r\n]*", re.IGNORECASE)
_TYPED_PART = re.compile(
    r'(name="(?:text|input)"\r?\n(?:[^\r\n]+\r?\n)*\r?\n)[^\r\n]*', re.IGNORECASE
)
_PIN = re.compile(r"(?<!\d)\d(?:[ .+-]?\d){5}(?![\d])")
_UNREADABLE = "<unprintable>"


def hide_typed(body: str) -> str:
    """A USSD call's body without what was typed on the phone, where a PIN may stand.

    The value of a form's or an address's field `text` or `input` goes, and so does, whatever the
    form, every run of six digits that stands alone.
    """
    return _PIN.sub("******", _TYPED_PART.sub(r"\1***", _TYPED.sub(r"\1***", body)))


def scrub(text: str) -> str:
    """Mask each run of eight digits or more, hide tokens and passwords, flatten control characters.

    A referral's code has seven digits and stays readable, and so does a date.
    """
    flat = _CONTROL.sub(" ", text)
    return _NUMBER.sub(_masked, _USER_INFO.sub(r"\1***@", _HOOK.sub(r"\1***", flat)))


def _masked(found: re.Match[str]) -> str:
    number = found.group()
    if found["date"]:
        return number
    if number.startswith("+") or sum(map(str.isdigit, number)) > 10:
        return mask(number)
    return "*" * (len(number) - 2) + number[-2:]  # a local number: its start tells too much


def scrub_value(value: object, depth: int = 0) -> Any:
    """The same for anything: numbers that are long, and all that lists, maps and objects hold.

    Returns text, numbers, True, False, None, and lists and maps of them.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return value if abs(value) < _SHORT else scrub(_written(value))
    if isinstance(value, Mapping) and depth < _DEEPEST:
        return {scrub(_written(k)): scrub_value(v, depth + 1) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset) and depth < _DEEPEST:
        return [scrub_value(item, depth + 1) for item in value]
    return scrub(_written(value))


def _written(value: object) -> str:
    """As text; whatever cannot even be written must not stop a log line."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Msisdn):
        return value.masked
    if isinstance(value, bytes | bytearray):
        return value.decode("utf-8", "replace")
    try:
        return str(value)
    except Exception:
        return _UNREADABLE
