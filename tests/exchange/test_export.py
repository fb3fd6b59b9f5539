"""Flows as FHIR R4 Questionnaires: valid, stable, honest, in every language."""

import json
from typing import Any

import pytest
from fhir.resources.R4B.questionnaire import Questionnaire

from mhealth.content.languages import load_languages
from mhealth.content.library import Library, open_library
from mhealth.exchange.fhir.elements import CANNOT_SAY, NOT_KNOWN, SENSITIVE, TRANSLATION, walk
from mhealth.exchange.fhir.formulas import ALWAYS, NEVER, Answer, Reached, every, exists, no, some
from mhealth.services.content import load_book
from mhealth.services.flow_export import export_flow
from mhealth.triage.loader import load_protocols
from mhealth.ussd.book import Book

# https://hl7.org/fhir/R4/questionnaire.html: codes of required bindings, and which type holds which answer
TYPES = {
    "group", "display", "boolean", "decimal", "integer", "date", "dateTime", "time", "string", "text",
    "url", "choice", "open-choice", "attachment", "reference", "quantity",
}  # fmt: skip
OPERATORS = {"exists", "=", "!=", ">", "<", ">=", "<="}
ANSWERS = {"choice": "answerCoding", "boolean": "answerBoolean", "integer": "answerInteger",
           "decimal": "answerDecimal", "date": "answerDate", "string": "answerString"}  # fmt: skip


@pytest.fixture(scope="module")
def shipped() -> tuple[Library, Book]:
    library = open_library()
    languages = load_languages(library)
    return library, load_book(library, languages, load_protocols(library, languages))


def exported(shipped: tuple[Library, Book], flow: str) -> dict[str, Any]:
    return export_flow(*shipped, flow, "https://sante.example")[0]


def test_every_flow_is_a_valid_questionnaire(shipped: tuple[Library, Book]) -> None:
    for flow in shipped[1].current:
        resource = exported(shipped, flow)
        Questionnaire.model_validate(json.loads(json.dumps(resource)))
        assert resource["status"] in {"draft", "active"}
        items = list(walk(resource["item"]))
        types = {item["linkId"]: item["type"] for item in items}
        assert len(types) == len(items)
        assert set(types.values()) <= TYPES
        seen: set[str] = set()
        for item in items:
            check_item(item, types, seen)
            seen.add(item["linkId"])


def check_item(item: dict[str, Any], types: dict[str, str], seen: set[str]) -> None:
    """R4's invariants of items, and that a condition looks back only."""
    whens = item.get("enableWhen", [])
    assert (len(whens) > 1) is ("enableBehavior" in item)  # que-12
    for when in whens:
        assert when["operator"] in OPERATORS
        assert when["question"] in seen
        wanted = (
            "answerBoolean" if when["operator"] == "exists" else ANSWERS[types[when["question"]]]
        )
        assert wanted in when  # que-7
    if item["type"] == "display":  # que-1, que-6, que-8, que-9
        assert not {"item", "required", "repeats", "readOnly", "initial"} & set(item)
    if item["type"] == "group":
        assert item["item"]
    if "answerOption" in item:  # que-5
        assert item["type"] in ("choice", "open-choice", "integer", "date", "time", "string")
    if "maxLength" in item:  # que-10
        assert item["type"] in {
            "boolean",
            "decimal",
            "integer",
            "string",
            "text",
            "url",
            "open-choice",
        }


def test_its_address_is_stable_and_its_version_is_what_the_flow_says(
    shipped: tuple[Library, Book],
) -> None:
    resource = exported(shipped, "report")
    assert resource["url"] == "https://sante.example/fhir/Questionnaire/report"
    assert resource["version"] == shipped[1].current["report"]
    assert resource["status"] == "draft"
    assert resource == exported(shipped, "report")
    links = [item["linkId"] for item in walk(resource["item"])]
    assert {"whom", "age", "months", "signs.child", "advice"} <= set(links)


def test_texts_are_in_full_letters_and_translated(shipped: tuple[Library, Book]) -> None:
    resource = exported(shipped, "report")
    items = {item["linkId"]: item for item in walk(resource["item"])}
    assert items["age"]["text"] == "Quel âge ?"
    translations = {
        part["extension"][0]["valueCode"]: part["extension"][1]["valueString"]
        for part in items["age"]["_text"]["extension"]
        if part["url"] == TRANSLATION
    }
    assert translations["en"] == "How old?"
    assert [option["valueCoding"]["code"] for option in items["age"]["answerOption"]] == [
        "infant", "months", "years", "school", "older",
    ]  # fmt: skip
    not_known = next(e for e in items["months"]["extension"] if e["url"] == NOT_KNOWN)
    assert {"url": "fr", "valueString": "Je ne sais pas"} in not_known["extension"]
    assert "required" not in items["months"]


def test_what_it_cannot_say_stands_in_it(shipped: tuple[Library, Book]) -> None:
    resource, remarks = export_flow(*shipped, "report", "urn:mhealth")
    said = [e["valueString"] for e in resource["extension"] if e["url"] == CANNOT_SAY]
    assert said == [str(remark) for remark in remarks]
    assert any("send_report" in each for each in said)
    assert any("leads back to whom" in each for each in said)
    assert "platform: is_worker is known to it alone: a hidden item stands for it" in said
    enrolment = exported(shipped, "enrolment")
    assert any("PIN" in e["valueString"] for e in enrolment["extension"])
    assert "pin" not in [item["linkId"] for item in walk(enrolment["item"])]
    code = next(item for item in walk(enrolment["item"]) if item["linkId"] == "code")
    assert {"url": SENSITIVE, "valueBoolean": True} in code["extension"]


A, B, C = exists("a"), Answer("b", "=", "x"), Answer("c", "<", 5)


@pytest.mark.parametrize(
    ("formula", "short"),
    [
        (every([]), ALWAYS),
        (some([]), NEVER),
        (every([A, ALWAYS]), A),
        (some([A, ALWAYS, B]), ALWAYS),
        (every([A, NEVER]), NEVER),
        (some([A, every([A, B])]), A),
        (every([A, some([A, B])]), A),
        (some([A, A]), A),
        (some([some([A, B]), C]), some([A, B, C])),
        (no(no(B)), every([exists("b"), some([exists("b", False), B])])),
        (no(A), exists("a", False)),
        (no(some([A, Reached("n")])), every([exists("a", False), no(Reached("n"))])),
        (some([Reached("n"), no(Reached("n"))]), ALWAYS),
    ],
)  # fmt: skip
def test_formulas_are_as_short_as_they_can_be(formula: Any, short: Any) -> None:
    assert formula == short
