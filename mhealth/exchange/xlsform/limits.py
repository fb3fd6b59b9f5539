"""XLSForm's constraints, as far as a question's own range, length and pattern say the same."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from mhealth.exchange.xlsform.expressions import SELF, TURNED, Call, CannotSay, Parser, Ref, literal


@dataclass(slots=True)
class Limits:
    """What a constraint leaves of the answers; days from today are whole numbers."""

    least: Any = None
    most: Any = None
    longest: int | None = None
    shortest: int | None = None
    pattern: str = ""


def read_limits(text: str, *, is_whole: bool) -> Limits:
    """A constraint as a range, a length and a pattern. Raises CannotSay.

    `. > 0` of whole numbers is `from 1`; of others it cannot be said.
    """
    limits = Limits()
    for part in _conjuncts(_Limits(text).parts()):
        _limit(part, limits, is_whole)
    return limits


@dataclass(frozen=True, slots=True)
class _Bound:
    side: Any
    op: str
    value: Any


class _Limits(Parser):
    """Reads `a and b and c` of comparisons with the item itself."""

    def parts(self) -> list[Any]:
        """All of them; those in brackets as a list."""
        parts = [self._part()]
        while self.takes_word("and"):
            parts.append(self._part())
        self.end()
        return parts

    def _part(self) -> Any:
        if self.takes("("):
            parts = [self._part()]
            while self.takes_word("and"):
                parts.append(self._part())
            self.need(")")
            return parts
        left = self.side()
        op = self.peek().text
        if op not in TURNED:
            return _Bound(left, "", None)
        self.at += 1
        right = self.side()
        if isinstance(right, Ref) or (isinstance(right, Call) and right.name == "string-length"):
            left, op, right = right, TURNED[op], left
        return _Bound(left, op, right)


def _conjuncts(parts: Sequence[Any]) -> Iterator[_Bound]:
    for part in parts:
        if isinstance(part, list):
            yield from _conjuncts(part)
        else:
            yield part


def _limit(bound: _Bound, limits: Limits, is_whole: bool) -> None:
    side, op, value = bound.side, bound.op, bound.value
    if isinstance(side, Call):
        _limit_call(side, op, value, limits)
        return
    if side != Ref(SELF):
        raise CannotSay("a limit that depends on another question")
    value = _day(value) if isinstance(value, Call | str) else value
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number and not isinstance(value, date):
        raise CannotSay("a limit that is no number and no day")
    step = 1 if is_whole or isinstance(value, date) else None
    if op in ("<", ">") and step is None:
        raise CannotSay(f"`. {op} {value}` of decimals")
    if op in (">", ">="):
        limits.least = _stepped(value, 1) if op == ">" else value
    elif op in ("<", "<="):
        limits.most = _stepped(value, -1) if op == "<" else value
    else:
        raise CannotSay(f"`. {op} …`")


def _stepped(value: Any, by: int) -> Any:
    if isinstance(value, date):
        return date.fromordinal(value.toordinal() + by)
    return value + by


def _day(value: Any) -> Any:
    """`today()` is 0 days from today; `date('2026-01-31')` or the text alone is a day."""
    if isinstance(value, Call) and value.name in ("today", "now") and not value.args:
        return 0
    if isinstance(value, Call) and value.name == "date" and len(value.args) == 1:
        value = value.args[0]
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _limit_call(call: Call, op: str, value: Any, limits: Limits) -> None:
    if call.name == "regex" and not op and len(call.args) == 2 and call.args[0] == Ref(SELF):
        limits.pattern = str(literal(call.args[1]))
        return
    if call.name == "string-length" and call.args in ((Ref(SELF),), ()) and isinstance(value, int):
        if op in ("<=", "<", "="):
            limits.longest = value - (op == "<")
        if op in (">=", ">", "="):
            limits.shortest = value + (op == ">")
        return
    raise CannotSay(f"`{call.name}(…)`")
