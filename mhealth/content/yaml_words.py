"""What a scalar of YAML is that stands there without quotes and without a tag, by YAML 1.2's words."""

import re

TAG = "tag:yaml.org,2002:"
STR, MAP, SEQ = f"{TAG}str", f"{TAG}map", f"{TAG}seq"
NULL, BOOL, INT, FLOAT = (f"{TAG}{word}" for word in ("null", "bool", "int", "float"))
TIME, MERGE = f"{TAG}timestamp", f"{TAG}merge"

_DIGITS = "0123456789"
_WORDS: tuple[tuple[str, str, str], ...] = (  # tag, what it looks like, how it begins
    (NULL, r"~|null|Null|NULL|", "~nN"),
    (BOOL, r"true|True|TRUE|false|False|FALSE", "tTfF"),
    (
        FLOAT,
        r"[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?|[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+"
        r"|[-+]?\.[0-9_]+(?:[eE][-+][0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
        f"-+.{_DIGITS}",
    ),
    (INT, r"[-+]?(?:0b[01_]+|0o?[0-7_]+|[0-9_]+|0x[0-9a-fA-F_]+)", f"-+{_DIGITS}"),
    (MERGE, r"<<", "<"),
    (
        TIME,
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
        r"|[0-9]{4}-[0-9]{2}?-[0-9]{2}?(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?"
        r"(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?",
        _DIGITS,
    ),
)
_BY_FIRST = {
    first: tuple((tag, re.compile(f"(?:{shape})\\Z").match) for tag, shape, at in _WORDS if first in at)
    for first in {char for _, _, at in _WORDS for char in at}
}  # fmt: skip
_BASES = {"0b": 2, "0o": 8, "0x": 16}


def tag_of(written: str) -> str:
    """The tag that a plain scalar has by its looks."""
    if not written:
        return NULL
    for tag, matches in _BY_FIRST.get(written[0], ()):
        if matches(written):
            return tag
    return STR


def whole(written: str) -> int:
    """A whole number as written. Raises ValueError, IndexError."""
    digits = written.replace("_", "")
    sign = -1 if digits[0] == "-" else 1
    digits = digits.lstrip("+-")
    return sign * int(digits, _BASES.get(digits[:2], 10))


def decimal(written: str) -> str:
    """A decimal number as Python's `float` wants it."""
    return written.replace("_", "").lower().replace(".inf", "inf").replace(".nan", "nan")
