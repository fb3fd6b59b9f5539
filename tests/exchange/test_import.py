"""Forms become flows that pass the check; every part that does not fit is named where its author finds it."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mhealth.content.languages import declared_languages
from mhealth.content.library import Library, open_library
from mhealth.content.yaml_file import read_yaml
from mhealth.exchange.forms.form import Form, Item, ItemKind, Verdict
from mhealth.exchange.forms.steps import Without, make_draft
from mhealth.exchange.forms.yaml_text import flow_text, translation_text
from mhealth.services.content_check import check_content
from mhealth.services.flow_import import CannotImport, Imported, import_form
from mhealth.ussd.faults import Severity
from tests.exchange.sheets import xlsform
from tests.exchange.small import book_of, library_with, plain_library, walk

YES_NO = (("ouinon", "oui", "Oui", "Yes"), ("ouinon", "non", "Non", "No"))


def imported(content: bytes, name: str = "suivi") -> Imported:
    library = plain_library()
    return import_form(content, name, library, declared_languages(library))


def refusals(result: Imported) -> dict[str, str]:
    return {f.where: f.problem for f in result.findings if f.verdict is Verdict.REFUSED}


def changes(result: Imported) -> str:
    return "\n".join(str(f) for f in result.findings if f.verdict is Verdict.CHANGED)


def asked(result: Imported, folder: Path, answers: Mapping[str, str]) -> list[str]:
    """The nodes that somebody comes to who answers so; what is not named is passed by or the first."""
    files = {path.removeprefix("ussd_flows/"): text for path, text in result.files.items()}
    book = book_of(library_with(folder, files))

    def answer(name: str, options: list[str]) -> str:
        return answers.get(name) or ("skip" if "skip" in options else options[0])

    return [name for name, _ in walk(book, "suivi", answer)]


def test_a_form_becomes_a_flow_that_passes_the_check_in_both_languages(tmp_path: Path) -> None:
    result = imported(
        xlsform(
            [
                ("note", "bonjour", "Bonjour: répondez #vite, s'il vous plaît.", "Hello"),
                ("select_one ouinon", "enceinte", "Enceinte ?", "Pregnant?", "", "", "", "yes"),
                ("begin_group", "g", "Grossesse", "Pregnancy", "", "${enceinte} = 'oui'"),
                (
                    "integer",
                    "mois",
                    "Mois ?",
                    "Months?",
                    "De 1 à 9",
                    "",
                    ". >= 1 and . <= 9",
                    "yes",
                ),
                ("end_group",),
                ("select_multiple ouinon", "plusieurs", "Lesquels ?", "Which?"),
                ("note", "fin", "Oui !", "Yes!", "", "selected(${plusieurs}, 'oui')"),
                ("decimal", "poids", "Poids ?", "Weight?", "", "", ". >= 2.5 and . <= 80"),
                ("date", "quand", "Quand ?", "When?", "", "", ". <= today() and . >= '2020-01-01'"),
                ("text", "nom", "Votre nom ?", "Your name?", "", "", "string-length(.) <= 30"),
            ],
            YES_NO,
        )
    )
    assert refusals(result) == {}
    assert set(result.files) == {"ussd_flows/suivi.yaml", "ussd_flows/lang/en/suivi.yaml"}
    assert result.questions == 6
    for path, text in result.files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    proof = check_content(Library((tmp_path, *open_library().roots)))
    assert not [fault for fault in proof.faults if fault.severity is Severity.ERROR]
    assert "review: draft" in result.files["ussd_flows/suivi.yaml"]
    assert "# survey row 5 `mois`: integer" in result.files["ussd_flows/suivi.yaml"]
    assert "text: Pregnant?" in result.files["ussd_flows/lang/en/suivi.yaml"]


def test_what_is_relevant_is_asked_and_nothing_else(tmp_path: Path) -> None:
    result = imported(
        xlsform(
            [
                ("select_one ouinon", "a", "A ?", "A?", "", "", "", "yes"),
                ("integer", "b", "B ?", "B?", "", "${a} = 'oui'", ". >= 1 and . <= 9"),
                ("integer", "c", "C ?", "C?", "", "${b} > 4", ". >= 1 and . <= 9"),
                ("integer", "d", "D ?", "D?", "", "${b} != 5", ". >= 1 and . <= 9"),
            ],
            YES_NO,
        )
    )
    some = {"b": "5", "c": "1", "d": "1"}
    assert asked(result, tmp_path / "1", {"a": "oui", **some}) == ["a", "b", "c", "done"]
    assert asked(result, tmp_path / "2", {"a": "oui", **some, "b": "3"}) == ["a", "b", "d", "done"]
    assert asked(result, tmp_path / "3", {"a": "non", **some}) == ["a", "d", "done"]
    assert asked(result, tmp_path / "4", {"a": "oui", **some, "b": "99"}) == ["a", "b", "d", "done"]


def test_each_part_that_does_not_fit_is_named_by_its_row() -> None:
    many = [("long", str(n), f"Choix {n}", "") for n in range(1, 24)]
    result = imported(
        xlsform(
            [
                ("text", "nom", "Nom ?", "Name?", "", "", "", "yes"),
                (),
                ("image", "photo", "Photo", ""),
                ("geopoint", "ici", "Où ?", ""),
                ("calculate", "double", "", "", "", "", "", "", "${age} * 2"),
                ("begin_repeat", "enfants", "Enfants", ""),
                ("text", "enfant", "Nom ?", ""),
                ("end_repeat",),
                ("select_one long", "liste", "Choisissez", ""),
                ("text", "trop", "x" * 170, "", "", "", "", "yes"),
                ("text", "suite", "Et la photo ?", "", "", "${photo} != ''"),
                ("text", "tot", "Trop tôt ?", "", "", "${tard} = 'x'"),
                ("text", "tard", "Plus tard ?", ""),
                ("integer", "age", "Âge ?", "", "", "", ". >= -5 and . <= 5"),
            ],
            many,
        )
    )
    refused = refusals(result)
    assert {where.split(" `")[0] for where in refused} == {
        "survey row 4", "survey row 5", "survey row 6", "survey row 7", "survey row 10", "survey row 11",
        "survey row 12", "survey row 13", "survey row 15",
    }  # fmt: skip
    assert "no picture" in refused["survey row 4 `photo`"]
    assert "23 choices" in refused["survey row 10 `liste`"]
    assert "its screen is too long, by so many characters: " in refused["survey row 11 `trop`"]
    assert "`photo`, which is not asked" in refused["survey row 12 `suite`"]
    assert "asked after it" in refused["survey row 13 `tot`"]
    text = result.files["ussd_flows/suivi.yaml"]
    assert all(f"LEFT OUT {where.split(' `')[0]}" in " ".join(text.split()) for where in refused)


def test_what_changed_is_told() -> None:
    result = imported(
        xlsform(
            [
                ("integer", "Age-En-Jours", "Âge ?", "Age?"),
                ("text", "village", "Village ?", "Village?"),
                ("text", "rue", "Rue ?", "Street?", "h" * 140, "", "", "yes"),
                ("text", "regle", "Règle ?", "Rule?", "", "", "", "yes", "", "aucune"),
                ("integer", "gens", "Gens ?", "People?", "", "", ". >= 1 and . <= 8000000000"),
            ]
        )
    )
    told = changes(result)
    assert "`Age-En-Jours` is called `age_en_jours`" in told
    assert "`village` is called `suivi_village`" in told
    assert "range is taken as 0 to 99999" in told
    assert "range goes to 8000000000, and 999999999 is the most that is read" in told
    assert "survey row 4 `rue`: its hint is left out: with it the screen is" in told
    assert "begins with is not shown" in told


def test_a_form_in_english_alone_speaks_english_where_french_should_stand() -> None:
    head = ("type", "name", "label::English (en)", "label::Español (es)")
    rows = [("text", "name", "Your name?", "¿Nombre?")]
    result = imported(xlsform(rows, head=head, settings={"default_language": "English (en)"}))
    assert "text: |-\n      Your name?" in result.files["ussd_flows/suivi.yaml"]
    assert "Your name?" in result.files["ussd_flows/lang/en/suivi.yaml"]
    assert "that of en stands in its place" in changes(result)
    assert "language Español (es)" in refusals(result)


def test_answers_stand_in_texts_and_braces_are_only_braces(tmp_path: Path) -> None:
    result = imported(
        xlsform(
            [
                ("text", "nom", "Nom {complet} ?", "Name?", "", "", "", "yes"),
                ("note", "salut", 'Bonjour ${nom}: "à" bientôt', "Hello ${nom}"),
            ]
        )
    )
    text = result.files["ussd_flows/suivi.yaml"]
    assert "Nom {{complet}} ?" in text
    assert 'Bonjour {nom}: \\"à\\" bientôt' in text
    assert result.files["ussd_flows/lang/en/suivi.yaml"].count("Hello {nom}") == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not JSON"),
        (b"\xd0\xcf\x11\xe0old", "save it as .xlsx"),
        (b"PK\x03\x04broken", "not an XLSX workbook"),
        (b"[1]", "a FHIR Questionnaire is needed"),
        (b'{"resourceType": "Patient"}', "this is Patient"),
        (b'{"resourceType": "Questionnaire", "item": []}', "no items"),
        (b'{"resourceType": "Questionnaire", "item": [{"type": "string"}]}', "no linkId"),
        (b"[" * 100_000, "not JSON"),
        (b'{"resourceType":"Questionnaire","item":[{"linkId":"1","type":"attachment"}]}', "nothing is left"),
        (b'{"resourceType":"Questionnaire","item":["x",1]}', "not a Questionnaire"),
        (b'{"resourceType":"Questionnaire","item":[{"linkId":"1","type":"choice","answerOption":[1]}]}',
         "not a Questionnaire"),
    ],
)  # fmt: skip
def test_what_is_no_form_is_refused_in_one_line(content: bytes, said: str) -> None:
    with pytest.raises(CannotImport, match=said):
        imported(content)


@pytest.mark.parametrize("name", ["main", "screens", "languages", "Suivi", "a b", "../x", ""])
def test_a_name_that_no_flow_can_have_is_refused(name: str) -> None:
    with pytest.raises(CannotImport, match="no name"):
        imported(xlsform([("text", "a", "A ?", "A?")]), name)


def questionnaire(*items: Mapping[str, Any]) -> bytes:
    whole = {
        "resourceType": "Questionnaire",
        "status": "draft",
        "language": "fr",
        "item": list(items),
    }
    return json.dumps(whole).encode()


def test_enable_when_has_its_meaning(tmp_path: Path) -> None:
    def when(behavior: str, *parts: tuple[str, str, Mapping[str, Any]]) -> dict[str, Any]:
        entries = [{"question": q, "operator": op, **answer} for q, op, answer in parts]
        return {"enableWhen": entries, "enableBehavior": behavior}

    limits = [{"url": f"http://hl7.org/fhir/StructureDefinition/{name}", "valueInteger": value}
              for name, value in (("minValue", 1), ("maxValue", 9))]  # fmt: skip
    three = ("k", ">", {"answerInteger": 3})
    result = imported(
        questionnaire(
            {"linkId": "b", "type": "boolean", "text": "B ?", "required": True},
            {"linkId": "k", "type": "integer", "text": "K ?", "extension": limits,
             **when("all", ("b", "=", {"answerBoolean": True}))},
            {"linkId": "all", "type": "display", "text": "Tous",
             **when("all", three, ("b", "!=", {"answerBoolean": False}))},
            {"linkId": "any", "type": "display", "text": "Un",
             **when("any", three, ("b", "=", {"answerBoolean": False}))},
            {"linkId": "not", "type": "display", "text": "Pas",
             **when("all", ("k", "exists", {"answerBoolean": False}))},
        )
    )  # fmt: skip
    assert refusals(result) == {}
    assert asked(result, tmp_path / "1", {"b": "yes", "k": "5"}) == ["b", "k", "all", "any", "done"]
    assert asked(result, tmp_path / "2", {"b": "yes", "k": "2"}) == ["b", "k", "done"]
    assert asked(result, tmp_path / "3", {"b": "yes", "k": "99"}) == ["b", "k", "not", "done"]
    assert asked(result, tmp_path / "4", {"b": "no"}) == ["b", "any", "not", "done"]


def test_each_item_that_does_not_fit_is_named_by_its_link() -> None:
    expression = {
        "url": "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-enableWhenExpression"
    }
    result = imported(
        questionnaire(
            {"linkId": "1", "type": "string", "text": "Nom ?", "maxLength": 500},
            {"linkId": "2", "type": "attachment", "text": "Photo"},
            {"linkId": "3", "type": "quantity", "text": "Poids"},
            {"linkId": "4", "type": "group", "repeats": True, "text": "E",
             "item": [{"linkId": "4.1", "type": "string", "text": "N"}]},
            {"linkId": "5", "type": "string", "text": "X", "extension": [expression]},
            {"linkId": "6", "type": "choice", "text": "Y", "answerValueSet": "http://x/vs"},
            {"linkId": "7", "type": "string", "text": "Z", "modifierExtension": [{"url": "x"}]},
            {"linkId": "8", "type": "string", "text": "W",
             "enableWhen": [{"question": "2", "operator": "exists", "answerBoolean": True}]},
            {"linkId": "9", "type": "string", "text": "V",
             "enableWhen": [{"question": "nobody", "operator": "exists", "answerBoolean": True}]},
            {"linkId": "10", "type": "dateTime", "text": "U"},
            {"linkId": "11", "type": "string"},
        )
    )  # fmt: skip
    assert set(refusals(result)) == {
        f"linkId {link}" for link in (2, 3, 4, "4.1", 5, 6, 7, 8, 9, 10, 11)
    }
    assert "more than 140 characters" in changes(result)


def test_no_process_at_rest_loads_what_reads_forms_and_workbooks() -> None:
    code = (
        "import sys, importlib\n"
        "for name in ('mhealth.app', 'mhealth.jobs', 'mhealth.cli.worker', 'mhealth.cli.web',"
        " 'mhealth.cli.clock'): importlib.import_module(name)\n"
        "assert not {'openpyxl', 'pyxform', 'lark', 'mhealth.exchange'} & set(sys.modules)\n"
        "importlib.import_module('mhealth.cli.draw')\n"
        "assert not {'pyxform', 'lark', 'mhealth.exchange.xlsform'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


@settings(max_examples=60, deadline=None)
@given(
    st.text(
        st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=90
    ).filter(lambda text: text.strip() == text)
)
@example("a: b #c")
@example("- x")
@example("yes")
@example("123")
@example("{x} [y]")
@example("'x\"")
@example("\u2028")
@example("é" * 80)
def test_any_text_stands_in_yaml_as_it_was(text: str) -> None:
    item = Item(
        where="row", name="a", kind=ItemKind.NOTE, label={"fr": text, "en": text}, about=text
    )
    form = Form(title=text, origin="x", languages=("fr", "en"), items=(item,), findings=())
    draft, _ = make_draft(form, "f", ["fr", "en"], set(), Without())
    braces = text.replace("{", "{{").replace("}", "}}")
    with TemporaryDirectory() as folder:
        for written in (flow_text(draft, "fr", [text]), translation_text(draft, "en", "f")):
            place = Path(folder) / "f.yaml"
            place.write_text(written, encoding="utf-8")
            assert read_yaml(place).data["nodes"]["a"]["text"] == braces


def test_arabic_is_measured_in_its_own_alphabet() -> None:
    head = ("type", "name", "label::Français (fr)", "label::العربية (ar)", "required")
    rows = [
        ("text", "nom", "Votre nom ?", "ما اسمك؟", "yes"),
        (
            "text",
            "rue",
            "Votre rue ?",
            "ما اسم الشارع الذي تسكن فيه الآن مع عائلتك وأولادك وجيرانك؟",
            "yes",
        ),
    ]
    result = imported(xlsform(rows, head=head))
    arabic = result.files["ussd_flows/lang/ar/suivi.yaml"]
    assert "ما اسمك؟" in arabic
    assert "الشارع" not in arabic
    assert "survey row 3 `rue`: its text in ar is left out: the screen is" in changes(result)
    assert refusals(result) == {}
