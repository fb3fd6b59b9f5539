"""A flow as a FHIR R4 Questionnaire: its screens in an order that fits every way, each with its condition."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mhealth.exchange.fhir import elements as fhir
from mhealth.exchange.fhir.elements import Json, put_said
from mhealth.exchange.fhir.enabling_out import Enabling
from mhealth.exchange.fhir.formulas import NEVER, Answer, every
from mhealth.exchange.fhir.items_out import Texts, Written, canonical, item_of
from mhealth.exchange.fhir.meaning import PLATFORM, Meaning
from mhealth.exchange.fhir.remarks import Remark, remarks_of
from mhealth.exchange.forms.form import Said
from mhealth.ussd.kinds.signs import Signs
from mhealth.ussd.plan import Node
from mhealth.ussd.source import Groups


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A flow to be written: its nodes by their own names, their texts as written, what it is about."""

    flow: str
    version: str
    title: str
    is_signed: bool
    start: str
    nodes: Mapping[str, Node]
    written: Written
    protocols: Mapping[str, Groups]


def questionnaire_of(source: Source, base: str) -> tuple[Json, tuple[Remark, ...]]:
    """The resource, and what it cannot say, which stands in it too."""
    meaning = Meaning(source.nodes, source.start)
    writer = _Writer(source, meaning, base)
    items = writer.items()
    remarks = tuple(remarks_of(source.nodes, meaning, writer.left_out))
    resource: Json = {
        "resourceType": "Questionnaire",
        "id": source.flow.replace("_", "-"),
        "language": writer.texts.language,
    }
    if remarks:
        resource["extension"] = [
            {"url": fhir.CANNOT_SAY, "valueString": str(remark)} for remark in remarks
        ]
    resource |= {
        "url": canonical(base, source.flow),
        "version": source.version,
        "name": "".join(part.capitalize() for part in source.flow.split("_")),
        "title": source.title or source.flow,
        "status": "active" if source.is_signed else "draft",
        "subjectType": ["Patient"],
        "item": items,
    }
    return resource, remarks


class _Writer:
    def __init__(self, source: Source, meaning: Meaning, base: str) -> None:
        self.source, self.meaning, self.base = source, meaning, base
        self.texts = Texts(source.written)
        self._types: dict[str, str] = {}
        self.left_out: list[str] = []

    def items(self) -> list[Json]:
        """Every item, those of the platform first, each after the hidden ones that it needs."""
        made = {name: self._item(name) for name in self.meaning.order}
        enabling = Enabling(self._type, self.meaning.reached.__getitem__)
        asked: list[Json] = []
        for name, item in made.items():
            formula = self.meaning.reached[name]
            if item is None:
                continue
            if formula == NEVER:
                self.left_out.append(name)
                continue
            enabled = enabling.enable(item, formula)
            for each in (*enabling.hidden, *self._signs(name, enabled, enabling)):
                asked.append(each)
            enabling.hidden.clear()
        return [*self._platform(), *asked]

    def _item(self, name: str) -> Json | None:
        item = item_of(self.source.nodes[name], self.texts, self.base)
        if item is not None:
            self._types[name] = str(item["type"])
        return item

    def _type(self, link: str) -> str:
        return self._types.get(link, "")

    def _signs(self, name: str, item: Json, enabling: Enabling) -> Iterator[Json]:
        """A node of signs is a group: a question for each protocol, asked when it is the one."""
        node = self.source.nodes[name]
        if not isinstance(node, Signs):
            yield item
            return
        below = []
        for protocol, groups in self.source.protocols.items():
            self.meaning.platform.setdefault(node.source, protocol)
            link = f"{name}.{protocol}"
            question: Json = {"linkId": link, **_text_of(item), "type": "choice", "repeats": True,
                              "answerOption": list(self._sign_options(groups))}  # fmt: skip
            chosen = Answer(f"{PLATFORM}{node.source}", "=", protocol)
            below.append(enabling.enable(question, every([chosen])))
        group = {k: v for k, v in item.items() if k not in ("required", "repeats", "answerOption")}
        yield {**group, "type": "group", "item": below}

    def _sign_options(self, groups: Groups) -> Iterator[Json]:
        for sign in (sign for group in groups for sign in group):
            coding: Json = {"code": sign.key}
            labels = {code: sign.labels[code] for code in self._codes(sign.labels)}
            put_said(coding, "display", labels, self.texts.language)
            option: Json = {"valueCoding": coding}
            if sign.stops:
                option = {"extension": [{"url": fhir.STOPS, "valueBoolean": True}], **option}
            yield option

    def _codes(self, labels: Said) -> list[str]:
        first = self.texts.language
        return [first, *(c for c in labels if c != first and labels[c] != labels[first])]

    def _platform(self) -> Iterator[Json]:
        """What the platform knows or a deed gives: hidden, answered by it alone."""
        for name, example in self.meaning.platform.items():
            yield {
                "linkId": f"{PLATFORM}{name}",
                "extension": [
                    {"url": fhir.HIDDEN, "valueBoolean": True},
                    {"url": fhir.VARIABLE, "valueString": name},
                ],
                "text": f"{name}: known to the platform",
                "type": _type_of(example),
                "readOnly": True,
            }


def _text_of(item: Json) -> Json:
    return {key: item[key] for key in ("text", "_text") if key in item}


def _type_of(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    return "decimal" if isinstance(value, float) else "string"
