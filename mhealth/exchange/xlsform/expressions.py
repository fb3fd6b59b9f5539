"""XLSForm's expressions, as far as a flow's conditions say the same: `${age} < 5 and selected(${s}, 'f')`.

They are XPath 1.0 (https://getodk.github.io/xforms-spec/). A comparison with a question that was not
answered is false there but for `!=`, which is true; so `!=` becomes `not` of `eq`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mhealth.exchange.forms.form import HAS
from mhealth.ussd.condition import All, AnyOf, Compare, Condition, IsSet, Not

SELF = "."
"""The item that a constraint stands at."""
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<ref>\$\{\s*[^}\s]+\s*\}|(?:\.\./)+[A-Za-z_][\w.-]*)
    | (?P<number>-?\d+(?:\.\d+)?(?![\w-]))
    | (?P<text>'[^']*'|"[^"]*"|‘[^’]*’)
    | (?P<op><=|>=|!=|=|<|>|\(|\)|,|\+|\*|-|\||/|\[|\])
    | (?P<word>[A-Za-z][\w:-]*)
    | (?P<self>\.)
    )""",
    re.VERBOSE,
)
_OPS = {"=": "eq", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
TURNED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


class CannotSay(ValueError):
    """A flow's conditions cannot say this; `str()` names the part."""


@dataclass(frozen=True, slots=True)
class Ref:
    """The value of an item."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function and its arguments, each as it was read."""

    name: str
    args: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def read_condition(text: str) -> Condition:
    """The condition that an expression is. Raises CannotSay."""
    parser = Parser(text)
    condition = parser.condition()
    parser.end()
    return condition


def read_value(text: str) -> Any:
    """A literal, a `Ref`, or the `Call` of `if(…)` with its condition and two values. Raises CannotSay."""
    parser = Parser(text)
    value = parser.value()
    parser.end()
    return value


class Parser:
    """Reads one expression from left to right; whatever it does not know raises CannotSay."""

    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self.at = 0

    def condition(self) -> Condition:
        """Comparisons joined by `and` and `or`."""
        parts = [self._both()]
        while self.takes_word("or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def _both(self) -> Condition:
        parts = [self._one()]
        while self.takes_word("and"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _one(self) -> Condition:
        if self.takes("("):
            inner = self.condition()
            self.need(")")
            return inner
        left = self.side()
        op = self.peek()
        if op.kind == "op" and op.text in TURNED:
            self.at += 1
            return _compared(left, op.text, self.side())
        return _alone(left)

    def value(self) -> Any:
        """A literal, another item's value, or `if(…)`."""
        side = self.side()
        if isinstance(side, Call) and side.name != "if":
            raise CannotSay(f"`{side.name}(…)`")
        return side

    def side(self) -> Any:
        """One side of a comparison: a literal, a `Ref` or a `Call`."""
        token = self._next()
        if token.kind == "ref":
            return Ref(token.text.strip("${} ").rpartition("../")[2])
        if token.kind == "self":
            return Ref(SELF)
        if token.kind == "number":
            return float(token.text) if "." in token.text else int(token.text)
        if token.kind == "text":
            return token.text[1:-1]
        if token.kind == "word" and self.takes("("):
            return self._call(token.text)
        raise CannotSay(f"`{token.text}`")

    def _call(self, name: str) -> Any:
        if name in ("true", "false") and self.takes(")"):
            return name == "true"
        args: list[Any] = []
        if not self.takes(")"):
            args.append(self._argument(name, 0))
            while self.takes(","):
                args.append(self._argument(name, len(args)))
            self.need(")")
        if name in ("string", "number", "int") and len(args) == 1 and isinstance(args[0], Ref):
            return args[0]
        return Call(name, tuple(args))

    def _argument(self, function: str, place: int) -> Any:
        takes_condition = function in ("not", "boolean") or (function == "if" and place == 0)
        return self.condition() if takes_condition else self.side()

    def end(self) -> None:
        """Nothing may be left."""
        if self.at < len(self._tokens):
            raise CannotSay(f"`{self._tokens[self.at].text}`")

    def peek(self) -> _Token:
        """What comes next."""
        return self._tokens[self.at] if self.at < len(self._tokens) else _Token("end", "its end")

    def _next(self) -> _Token:
        token = self.peek()
        self.at += 1
        return token

    def takes(self, text: str) -> bool:
        """Pass this sign, when it comes next."""
        if self.peek() != _Token("op", text):
            return False
        self.at += 1
        return True

    def takes_word(self, word: str) -> bool:
        """Pass this word, when it comes next."""
        token = self.peek()
        if token.kind != "word" or token.text.lower() != word:
            return False
        self.at += 1
        return True

    def need(self, text: str) -> None:
        """Pass this sign, which must come next."""
        if not self.takes(text):
            raise CannotSay(f"`{self.peek().text}`")


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    text = text.rstrip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            raise CannotSay(f"`{text[at:].strip()[:20]}`")
        yield _Token(found.lastgroup, found.group(found.lastgroup))
        at = found.end()


def _alone(side: Any) -> Condition:
    """What stands without a comparison: `selected(…)`, `not(…)`, `true()`."""
    if isinstance(side, bool):
        return All(()) if side else AnyOf(())
    if isinstance(side, Call):
        if side.name == "selected" and len(side.args) == 2 and isinstance(side.args[0], Ref):
            return Compare(side.args[0].name, HAS, literal(side.args[1]))
        if side.name == "not" and len(side.args) == 1:
            return Not(side.args[0])
        if side.name == "boolean" and len(side.args) == 1:
            return _as_condition(side.args[0])
        raise CannotSay(f"`{side.name}(…)`")
    raise CannotSay(f"`{side.name if isinstance(side, Ref) else side}` alone")


def _as_condition(part: Any) -> Condition:
    if isinstance(part, Compare | IsSet | All | AnyOf | Not):
        return part
    raise CannotSay("`boolean(…)`")


def _compared(left: Any, op: str, right: Any) -> Condition:
    if isinstance(right, Ref) and not isinstance(left, Ref):
        left, op, right = right, TURNED[op], left
    if isinstance(left, Call):
        return _call_compared(left, op, right)
    if not isinstance(left, Ref):
        raise CannotSay("a comparison without a question")
    if isinstance(right, Ref):
        raise CannotSay("a comparison of two questions")
    value = literal(right)
    if value == "":
        if op not in ("=", "!="):
            raise CannotSay(f"`{op} ''`")
        return IsSet(left.name, op == "!=")
    if op == "!=":
        return Not(Compare(left.name, "eq", value))
    return Compare(left.name, _OPS[op], value)


def _call_compared(call: Call, op: str, right: Any) -> Condition:
    """`string-length(${name}) > 0` asks whether there is an answer."""
    is_length = call.name in ("string-length", "count-selected") and len(call.args) == 1
    if is_length and isinstance(call.args[0], Ref):
        name = call.args[0].name
        if (op, right) in ((">", 0), (">=", 1), ("!=", 0)):
            return IsSet(name, True)
        if (op, right) in (("=", 0), ("<", 1)):
            return IsSet(name, False)
    if call.name in ("selected", "not") and isinstance(right, bool) and op == "=":
        condition = _alone(call)
        return condition if right else Not(condition)
    raise CannotSay(f"`{call.name}(…)` compared")


def literal(value: Any) -> Any:
    """A word or a number; anything else raises CannotSay."""
    if isinstance(value, Ref | Call):
        raise CannotSay(f"`{value.name}` as a value")
    return value
