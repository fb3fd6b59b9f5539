"""The keys that each part of a flow has, and what may stand at them: one declaration for reader and editor.

A `Field` says the same thing twice, side by side: as a test for the reader, and as JSON Schema (draft
2020-12) for the schema that editors read. A test holds the two against each other.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

from mhealth.ussd.faults import SYNTAX

Json = dict[str, Any]

NAME_PATTERN = "^[a-z][a-z0-9_]*$"
"""How a variable is called."""
KEY_PATTERN = "^[0-9]{1,2}$"
_NAME = re.compile(NAME_PATTERN)
_SHOWN = 40
"""A longer value is not said again in what is wrong with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What may stand at one key. `about` is what an editor shows; the reader says "must be `must`".

    `is_translated`: words for a screen, which stand in translations too. `inner` is the shape of the
    parts below, of each of them by its name when there are `many`.
    """

    about: str
    must: str
    holds: Callable[[Any], bool]
    schema: Json
    hint: str = ""
    rule: str = SYNTAX
    is_translated: bool = False
    inner: "Shape | None" = None
    many: bool = False
    is_told_here: bool = True  # False: another room says when it is missing

    def refused(self, value: Any) -> tuple[str, str]:
        """What is wrong with a value that does not hold, and how to mend it."""
        if value is None or (isinstance(value, str) and not value.strip()):
            hint = f"write it, and {self.hint}" if self.hint else f"write it. {self.about}"
            return f"is empty, and must be {self.must}", hint
        written = str(value).lower() if isinstance(value, bool) else value
        is_short = not isinstance(value, Mapping | list) and len(str(value)) <= _SHOWN
        problem = f"must be {self.must}" + (f", not `{written}`" if is_short else "")
        near = get_close_matches(str(value), map(str, self.schema.get("enum", ())), n=1)
        return problem, f"did you mean `{near[0]}`?" if near else self.hint or self.about

    def described(self) -> Json:
        """The schema with its words for people."""
        return {**self.schema, "description": self.about}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The keys of a part: those that it needs, and those that it may have.

    `rules`: what they have to do with each other, in JSON Schema; its reader says it in words.
    """

    required: Mapping[str, Field]
    optional: Mapping[str, Field] = field(default_factory=dict)
    rules: Sequence[Json] = ()

    @property
    def fields(self) -> Mapping[str, Field]:
        """All of them."""
        return {**self.required, **self.optional}

    def schema(self) -> Json:
        """JSON Schema of such a part."""
        schema: Json = {
            "type": "object",
            "properties": {key: each.described() for key, each in self.fields.items()},
            "required": list(self.required),
            "additionalProperties": False,
        }
        return {**schema, "allOf": list(self.rules)} if self.rules else schema


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def text(about: str) -> Field:
    """Words for a screen, translated beside the flow."""
    return Field(about=about, must="a text", holds=_is_text,
                 schema={"type": "string", "pattern": "\\S"},
                 hint="put it in quotes", rule="empty-text", is_translated=True)  # fmt: skip


def words(about: str) -> Field:
    """Words that are not shown on a phone, or a name that its reader looks up."""
    return Field(about=about, must="a text", holds=_is_text,
                 schema={"type": "string", "pattern": "\\S"}, hint="put it in quotes")  # fmt: skip


def target(about: str) -> Field:
    """A node of the flow, `home` or `return`."""
    return words(f"{about} A node of this flow, `home` or `return`.")


def name(about: str) -> Field:
    """A variable."""
    return Field(about=about, must="a variable's name", hint="small letters, digits and _",
                 holds=lambda value: isinstance(value, str) and bool(_NAME.match(value)),
                 schema={"type": "string", "pattern": NAME_PATTERN})  # fmt: skip


def whole(about: str, least: int | None = None) -> Field:
    """A whole number, perhaps of at least `least`."""
    return Field(
        about=about,
        must="a whole number" if least is None else f"a whole number from {least}",
        holds=lambda value: _is_whole(value) and (least is None or value >= least),
        schema={"type": "integer"} if least is None else {"type": "integer", "minimum": least},
    )


def decimal(about: str) -> Field:
    """A number, whole or not."""
    return Field(about=about, must="a number", schema={"type": "number"},
                 hint="without quotes, and with a point: 0.5",
                 holds=lambda v: isinstance(v, int | float) and not isinstance(v, bool))  # fmt: skip


def flag(about: str) -> Field:
    """True or false."""
    return Field(about=about, must="true or false", schema={"type": "boolean"},
                 hint="without quotes",
                 holds=lambda value: isinstance(value, bool))  # fmt: skip


def one_of(about: str, among: Iterable[str]) -> Field:
    """One of a few words."""
    known = tuple(among)
    return Field(about=about, must=f"one of {', '.join(known)}", schema={"enum": list(known)},
                 holds=lambda value: isinstance(value, str) and value in known)  # fmt: skip


def declared(about: str, among: Iterable[str]) -> Field:
    """One of the words that the platform knows; its reader says which is near to a wrong one."""
    return Field(about=about, must="a name", schema={"enum": list(among)},
                 holds=lambda value: value is not None)  # fmt: skip


def key(about: str) -> Field:
    """One or two digits."""
    written: list[Json] = [
        {"type": "integer", "minimum": 0, "maximum": 99},
        {"type": "string", "pattern": KEY_PATTERN},
    ]
    return Field(about=about, must="one or two digits", schema={"anyOf": written},
                 holds=lambda value: value is not None)  # fmt: skip


def mapping(about: str, inner: Json, *, least: int = 0) -> Field:
    """A mapping with names of the author's own."""
    return Field(about=about, must="a mapping", holds=lambda value: isinstance(value, Mapping),
                 schema={"type": "object", "additionalProperties": inner,
                         **({"minProperties": least} if least else {})})  # fmt: skip


def by_name(about: str, shape: Shape) -> Field:
    """Parts by their names."""
    return replace(mapping(about, shape.schema(), least=1), inner=shape, many=True)


def in_order(about: str, shape: Shape) -> Field:
    """Parts one after the other."""
    return Field(about=about, must="a list", hint="begin each entry with `- `",
                 holds=lambda value: isinstance(value, list) and bool(value),
                 schema={"type": "array", "minItems": 1, "items": shape.schema()})  # fmt: skip


def part(about: str, shape: Shape, *, or_text: bool = False) -> Field:
    """One part; `or_text`: or a single word in its place."""
    schema = shape.schema()
    if or_text:
        schema = {"anyOf": [{"type": "string", "pattern": "\\S"}, schema]}
    return Field(about=about, must="a mapping", schema=schema, inner=shape,
                 holds=lambda v: isinstance(v, Mapping) or (or_text and _is_text(v)))  # fmt: skip
