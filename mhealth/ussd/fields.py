"""Keys that several parts of a flow share."""

from collections.abc import Callable, Mapping
from typing import Any

from mhealth.content.reading import Reading
from mhealth.ussd.deeds import DEEDS, Deed
from mhealth.ussd.shape import (
    Field,
    Json,
    Shape,
    declared,
    key,
    mapping,
    name,
    one_of,
    part,
    target,
    text,
    words,
)

WORTH: Json = {"type": ["string", "number", "boolean", "null"]}
"""A literal, or `"{name}"`, the value of another variable."""

TEXT = text("What the screen says; {name} shows a variable.")
NEXT = target("Where it leads.")
INTO = name("The variable that gets the answer.")
LABEL_INTO = name("The variable that gets the answer in words.")
STOPPED = name("The variable that becomes true when an answer stopped the questions.")
SET = mapping('Variables and their new values; "{name}" takes another variable\'s.', WORTH)
ARGS = mapping('What the deed is given; "{name}" takes a variable\'s value.', WORTH)
HINT = text("What stands in front after a wrong answer, in place of the engine's words.")
WHEN = Field(
    about="Shown only when this condition holds.",
    must="a mapping",
    holds=lambda value: isinstance(value, Mapping),
    schema={"$ref": "#/$defs/condition"},
)
SENSITIVE = Field(
    about="Whether a recording must hide the answer (true), or may hold it (false).",
    must="true or false",
    hint="what nobody may keep is asked for by `pin`",
    holds=lambda value: isinstance(value, bool),
    schema={"type": "boolean"},
)

OPTION = Shape(
    required={
        "key": key("The key of this option: one or two digits."),
        "text": text("The words behind the key."),
        "next": target("Where this option leads."),
    },
    optional={"set": SET, "when": WHEN},
)
UNKNOWN = Shape(
    required={
        "key": key("A key that is no answer, for those who do not know."),
        "text": text("The words behind the key, such as: I do not know."),
    },
    optional={"set": SET, "next": target("Where it leads; without it, where the question leads.")},
)
NOT_KNOWN = part("An answer of its own for those who do not know.", UNKNOWN)
OTHERWISE = Shape(
    required={"next": target("Where it leads when nothing before holds.")},
    optional={"set": SET},
)

ORIGIN = Shape(
    required={
        "from": words("The `key` of a source in the flow's header."),
        "row": words("Where in the source: a row, a paragraph, a page."),
        "read": one_of("How it was read: in the original, restated elsewhere …", Reading),
    },
    optional={"note": words("What whoever signs should know.")},
)
SOURCE = part("Where this advice stands; nothing of it is shown on a phone.", ORIGIN)


def deed_name(about: str, belongs: Callable[[Deed], bool], *others: str) -> Field:
    """A deed of those that belong there."""
    return declared(about, [*others, *(each for each, deed in DEEDS.items() if belongs(deed))])


def args_rules(at: str) -> list[Json]:
    """What `args` must hold, by the deed that is named at a key."""
    return [_args_rule(at, each, deed) for each, deed in DEEDS.items()]


def _args_rule(at: str, deed_name: str, deed: Deed) -> Json:
    named: Json = {"properties": {at: {"const": deed_name}}, "required": [at]}
    if not deed.args:
        return {"if": named, "then": {"properties": {"args": {"maxProperties": 0}}}}
    args: dict[str, Any] = {
        "properties": dict.fromkeys(deed.args, WORTH),
        "required": list(deed.args),
        "additionalProperties": False,
    }
    return {"if": named, "then": {"properties": {"args": args}, "required": ["args"]}}
