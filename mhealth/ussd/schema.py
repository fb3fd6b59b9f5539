"""The language of flows as JSON Schema (draft 2020-12), for editors.

Made of the shapes that the reader checks, so the two cannot differ.

What a schema cannot say (whether a target exists, whether a screen fits) is left to `mhealth check`.
"""

from collections.abc import Mapping

from mhealth.ussd.condition import OPERATORS, ORDERING
from mhealth.ussd.header import HEADER, REVIEW, node_shape
from mhealth.ussd.keys import PHRASE_VARIABLES
from mhealth.ussd.kinds import KINDS, Kind
from mhealth.ussd.shape import NAME_PATTERN, Field, Json

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_WORDS: Json = {"type": "string", "pattern": "\\S"}
_LITERAL: Json = {"anyOf": [{"type": ["number", "boolean"]}, {"type": "string", "minLength": 1}]}
_SAYS: Mapping[str, str] = {
    "eq": "Equal.", "ne": "Set, and not equal.", "lt": "Less than.", "le": "Less or equal.",
    "gt": "Greater than.", "ge": "Greater or equal.", "in": "One of these.",
}  # fmt: skip


def flow_schema() -> Json:
    """Of a flow's file."""
    return {
        "$schema": DRAFT,
        "title": "A flow of Mhealth",
        "description": "A dialogue on a phone's screen. The language: ussd_flows/README.md.",
        **HEADER.schema(),
        "$defs": {
            "node": _node(),
            "condition": _condition(),
            **{f"node_{kind.name}": _of_kind(kind) for kind in KINDS.values()},
        },
    }


def _node() -> Json:
    """Any node: its kind says which keys it has."""
    kinds = [{"const": kind.name, "description": kind.about} for kind in KINDS.values()]
    return {
        "type": "object",
        "properties": {"kind": {"oneOf": kinds, "description": "What the node does."}},
        "required": ["kind"],
        "allOf": [
            {
                "if": {"properties": {"kind": {"const": name}}, "required": ["kind"]},
                "then": {"$ref": f"#/$defs/node_{name}"},
            }
            for name in KINDS
        ],
    }


def _of_kind(kind: Kind) -> Json:
    return {"description": kind.about, **node_shape(kind).schema()}


def _condition() -> Json:
    """A comparison when there is a `var`, else one of the words that hold conditions."""
    inner: Json = {"$ref": "#/$defs/condition"}
    some: Json = {"type": "array", "minItems": 1, "items": inner}
    groups: Json = {
        "properties": {
            "all": {**some, "description": "Every one of these holds."},
            "any": {**some, "description": "At least one of these holds."},
            "not": {**inner, "description": "This does not hold."},
        },
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }
    return {
        "type": "object",
        "description": "A comparison with a variable that is not set is false, whatever it compares.",
        "if": {"required": ["var"]},
        "then": _comparison(),
        "else": groups,
    }


def _comparison() -> Json:
    operators = {op: {**_compared(op), "description": _SAYS[op]} for op in OPERATORS}
    return {
        "properties": {
            "var": {
                "type": "string",
                "pattern": NAME_PATTERN,
                "description": "The variable that is compared.",
            },
            **operators,
            "is_set": {"type": "boolean", "description": "Whether it is set at all."},
        },
        "additionalProperties": False,
        "minProperties": 2,
        "maxProperties": 2,
    }


def _compared(op: str) -> Json:
    if op == "in":
        return {"type": "array", "minItems": 1}
    return {"type": "number"} if op in ORDERING else dict(_LITERAL)


def translation_schema() -> Json:
    """Of a translation: the texts of a flow, or the engine's own words."""
    phrases: Json = {
        "type": "object",
        "description": "The engine's own words (screens.yaml).",
        "properties": dict.fromkeys(PHRASE_VARIABLES, _WORDS),
        "additionalProperties": False,
    }
    nodes: Json = {
        "type": "object",
        "description": "The same names as in the flow, and only texts.",
        "additionalProperties": _translated_node(),
    }
    same: Json = {
        "type": "array",
        "description": "Texts that are rightly word for word the original: `menu.options.me`.",
        "items": {"type": "string"},
    }
    return {
        "$schema": DRAFT,
        "title": "A translation of Mhealth",
        "description": "Its texts show the variables of the original. The language: ussd_flows/README.md.",
        "type": "object",
        "properties": {
            "review": REVIEW.described(),
            "same": same,
            "nodes": nodes,
            "phrases": phrases,
        },
        "required": ["review"],
        "oneOf": [{"required": ["nodes"]}, {"required": ["phrases"]}],
        "additionalProperties": False,
    }


def _translated_node() -> Json:
    """The texts that a node of any kind can have."""
    texts: Json = {}
    for kind in KINDS.values():
        for key, field in kind.shape.fields.items():
            schema = _translated(field)
            if schema is not None:
                texts.setdefault(key, {**schema, "description": field.about})
    return {"type": "object", "properties": texts, "additionalProperties": False}


def _translated(field: Field) -> Json | None:
    """A text itself; of a part that has a `text`, that text in the part's place; else None."""
    if field.is_translated:
        return dict(_WORDS)
    if field.inner is None or not any(f.is_translated for f in field.inner.fields.values()):
        return None
    return {"type": "object", "additionalProperties": _WORDS} if field.many else dict(_WORDS)
