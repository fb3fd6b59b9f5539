"""The keys of a flow's header, and those that every node has beside the keys of its kind."""

from collections.abc import Mapping

from mhealth.ussd.keys import DEFAULT_KEYS, KEY_OF_A_FLOW
from mhealth.ussd.kinds import KINDS, Kind
from mhealth.ussd.origins import SOURCE
from mhealth.ussd.plan import HOME, RETURN
from mhealth.ussd.resume_header import AT_A_NODE
from mhealth.ussd.resume_header import HEADER as RESUME
from mhealth.ussd.shape import (
    NAME_PATTERN,
    Field,
    Json,
    Shape,
    declared,
    in_order,
    part,
    target,
    words,
)
from mhealth.ussd.variables import MOST

_SIGNED: Json = {
    "type": "object",
    "properties": {
        "by": {"type": "string", "pattern": "\\S"},
        "on": {"type": "string", "format": "date"},
        "version": {"type": ["string", "integer"]},
    },
    "required": ["by", "on", "version"],
    "additionalProperties": False,
}
REVIEW = Field(
    about="Either `draft`, or who signed this file, when, and which version of it.",
    must="a review",  # the content room reads it
    holds=lambda value: True,
    schema={"anyOf": [{"const": "draft"}, _SIGNED]},
    is_told_here=False,
)
_LONGEST: Json = {
    "anyOf": [
        {"type": "integer", "minimum": 1, "maximum": MOST},
        {"type": "string", "minLength": 1},
    ],
    "description": "A number of characters, or the longest text itself.",
}


def _mapping_of(about: str, must: str, schema: Json) -> Field:
    return Field(about=about, must=must, schema={"type": "object", **schema},
                 holds=lambda value: isinstance(value, Mapping))  # fmt: skip


HEADER = Shape(
    required={
        "review": REVIEW,
        "start": target("Where the flow begins."),
        "nodes": _mapping_of(
            "The screens and steps of the flow, by name.",
            "a mapping of nodes",
            {
                "additionalProperties": {"$ref": "#/$defs/node"},
                "propertyNames": {"not": {"enum": [HOME, RETURN]}},
                "minProperties": 1,
            },
        ),
    },
    optional={
        "about": words("What the flow is for, for people."),
        "keys": _mapping_of(
            "Keys that lead about in this flow; an empty one is switched off.",
            "a mapping",
            {
                "properties": dict.fromkeys(DEFAULT_KEYS, KEY_OF_A_FLOW),
                "additionalProperties": False,
            },
        ),
        "resume": part("How a dropped call of this flow goes on.", RESUME),
        "sources": in_order("What the advice of this flow comes from.", SOURCE),
        "variables": _mapping_of(
            "How much room texts of this flow keep for a variable.",
            "a mapping",
            {
                "propertyNames": {"pattern": NAME_PATTERN},
                "additionalProperties": {
                    "type": "object",
                    "properties": {"longest": _LONGEST},
                    "required": ["longest"],
                    "additionalProperties": False,
                },
            },
        ),
    },
)

_SHAPES = {
    name: Shape(
        required={"kind": declared("What the node does.", KINDS), **kind.shape.required},
        optional={**kind.shape.optional, "resume": AT_A_NODE},
        rules=kind.shape.rules,
    )
    for name, kind in KINDS.items()
}


def node_shape(kind: Kind) -> Shape:
    """The keys of a node of a kind."""
    return _SHAPES[kind.name]
