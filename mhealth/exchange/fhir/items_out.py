"""One node of a flow as an item of a Questionnaire: its type, its limits, its answers, its translations."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from mhealth.exchange.fhir import elements as fhir
from mhealth.exchange.fhir.elements import Json, put_said
from mhealth.exchange.fhir.steps_out import is_taken_back
from mhealth.exchange.forms.form import Said
from mhealth.ussd.kinds.call import Call
from mhealth.ussd.kinds.choose import LANGUAGES, Choose
from mhealth.ussd.kinds.code import Code
from mhealth.ussd.kinds.date import Date
from mhealth.ussd.kinds.end import End
from mhealth.ussd.kinds.menu import Menu
from mhealth.ussd.kinds.message import Message
from mhealth.ussd.kinds.number import Number
from mhealth.ussd.kinds.phone import Phone
from mhealth.ussd.kinds.pin import Pin
from mhealth.ussd.kinds.several import Several
from mhealth.ussd.kinds.text import Text
from mhealth.ussd.plan import Node
from mhealth.ussd.question import Question
from mhealth.ussd.typed import MOST_OF_A_CODE

SUB_QUESTIONNAIRE = (
    "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-subQuestionnaire"
)
_LONGEST_NUMBER = 20
Written = Mapping[str, Mapping[str, Any]]
"""Language -> its nodes as they are written in YAML, the flow's own first."""


class Texts:
    """A flow's texts as they are written, in every language that has its own."""

    def __init__(self, written: Written) -> None:
        self._written = written
        self.language = next(iter(written))

    def said(self, node: str, *path: str) -> Said:
        """The text of a node, or of a part of it; a translation has the text where its own part stands."""
        found: dict[str, str] = {}
        is_part = path[-1:] == ("text",) and len(path) > 1
        for code, nodes in self._written.items():
            steps = path[:-1] if is_part and code != self.language else path
            part: Any = nodes.get(node)
            for step in steps:
                part = part.get(step) if isinstance(part, Mapping) else None
            if isinstance(part, str) and part.strip():
                found[code] = " ".join(part.split(" ")).strip()
        return found


def item_of(node: Node, texts: Texts, base: str) -> Json | None:
    """The item, without its condition; None for a node that nobody sees."""
    if isinstance(node, Pin):
        return None  # what is typed there may stand in no answer
    name = node.name.partition(".")[2]
    item: Json = {"linkId": name}
    own = list(_extensions(node, name, texts, base))
    if own:
        item["extension"] = own
    if isinstance(node, Call):
        return {**item, "text": f"→ {node.flow}", "type": "display"}
    said = texts.said(name, "text")
    if not said:
        return None
    put_said(item, "text", _unskipped(node, said), texts.language)
    if isinstance(node, Message | End):
        return {**item, "type": "display"}
    return {**item, **_answers(node, name, texts)}


def _answers(node: Node, name: str, texts: Texts) -> Json:
    match node:
        case Menu() | Choose():
            options = list(_options(node, name, texts))
            more = {"answerOption": options} if options else {}
            return {"type": "choice", "required": True, **more}
        case Several():
            options = list(_options(node, name, texts))
            return {"type": "choice", "repeats": True, "answerOption": options}
        case Number():
            return {"type": "decimal" if node.decimals else "integer", **_required(node)}
        case Date():
            return {"type": "date", **_required(node)}
        case Text():
            return {"type": "string", **_required(node), "maxLength": node.most}
        case Code():
            return {"type": "string", **_required(node), "maxLength": node.length or MOST_OF_A_CODE}
        case Phone():
            return {"type": "string", **_required(node), "maxLength": _LONGEST_NUMBER}
        case _:
            return {"type": "string", "required": True}


def _required(node: Question) -> Json:
    can_pass = node.unknown is not None or (
        isinstance(node, Text) and any(is_taken_back(node, a.sets) for a in node.answers)
    )
    return {} if can_pass else {"required": True}


def _unskipped(node: Node, said: Said) -> Said:
    """A question for words names in its text the key that passes it by: it stands in its extension."""
    if not isinstance(node, Text) or not any(is_taken_back(node, a.sets) for a in node.answers):
        return said
    return {code: text.rpartition("\n")[0] or text for code, text in said.items()}


def _options(node: Menu | Choose | Several, name: str, texts: Texts) -> Iterator[Json]:
    for key, option in node.options.items():
        code = str(getattr(option, "name", key))
        coding: Json = {"code": code}
        said = texts.said(name, "options", code, "text")
        if said:
            put_said(coding, "display", said, texts.language)
        yield {"valueCoding": coding}


def _extensions(node: Node, name: str, texts: Texts, base: str) -> Iterator[Json]:
    yield from _limits(node)
    if isinstance(node, Number) and node.unit:
        unit: Json = {}
        put_said(unit, "display", texts.said(name, "unit"), texts.language)
        yield {"url": fhir.UNIT, "valueCoding": {"code": unit["display"].split(" ")[0], **unit}}
    for url, said in ((fhir.NOT_KNOWN, _skip_words(node, name, texts)),
                      (fhir.WRONG, texts.said(name, "hint"))):  # fmt: skip
        if said:
            parts = [{"url": code, "valueString": text} for code, text in said.items()]
            yield {"url": url, "extension": parts}
    if isinstance(node, Choose):
        what = "languages" if node.lookup == LANGUAGES else node.lookup
        yield {"url": fhir.LIST, "valueString": what}
    if isinstance(node, Call):
        yield {"url": SUB_QUESTIONNAIRE, "valueCanonical": canonical(base, node.flow)}
    if getattr(node, "sensitivity", "public") != "public":
        yield {"url": fhir.SENSITIVE, "valueBoolean": True}


def _limits(node: Node) -> Iterator[Json]:
    if isinstance(node, Number):
        kind = "valueDecimal" if node.decimals else "valueInteger"
        yield {"url": fhir.MIN_VALUE, kind: node.least}
        yield {"url": fhir.MAX_VALUE, kind: node.most}
        if node.decimals:
            yield {"url": fhir.DECIMALS, "valueInteger": node.decimals}
    if isinstance(node, Date):
        yield from _days(node)
    if isinstance(node, Text):
        if node.least > 1:
            yield {"url": fhir.MIN_LENGTH, "valueInteger": node.least}
        if node.pattern is not None:
            yield {"url": fhir.REGEX, "valueString": node.pattern.pattern}


def _days(node: Date) -> Iterator[Json]:
    """Days as such; those that are counted from today in an extension of our own."""
    bounds = ((fhir.MIN_VALUE, "earliest", node.earliest), (fhir.MAX_VALUE, "latest", node.latest))
    for url, _, bound in bounds:
        if isinstance(bound, date):
            yield {"url": url, "valueDate": bound.isoformat()}
    counted = [{"url": w, "valueInteger": b} for _, w, b in bounds if not isinstance(b, date)]
    if counted:
        yield {"url": fhir.FROM_TODAY, "extension": counted}


def _skip_words(node: Node, name: str, texts: Texts) -> Said:
    """The words of the key that passes a question by."""
    if isinstance(node, Text) and any(is_taken_back(node, a.sets) for a in node.answers):
        last = {c: t.rpartition("\n")[2] for c, t in texts.said(name, "text").items() if "\n" in t}
        return {code: line.partition(" ")[2] for code, line in last.items() if " " in line}
    if isinstance(node, Question) and node.unknown is not None:
        return texts.said(name, "unknown", "text")
    return {}


def canonical(base: str, flow: str) -> str:
    """The address by which a flow's Questionnaire is known."""
    if base.startswith("urn:"):
        return f"{base}:Questionnaire:{flow}"
    return f"{base.rstrip('/')}/fhir/Questionnaire/{flow}"
