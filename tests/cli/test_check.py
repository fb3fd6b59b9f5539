"""`mhealth check`: lines, JSON and SARIF of the same faults; exit codes; rules and scores."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner, Result

from mhealth.cli.check_lines import FIRST, MANY, lines_of
from mhealth.cli.check_rules import rules_page
from mhealth.cli.check_scores import COLUMN, LABEL, score_lines
from mhealth.cli.main import mhealth
from mhealth.content.library import shipped_root
from mhealth.ussd.checks import Fault, Severity
from mhealth.ussd.proofs.catalogue import RULES
from tests.databases import copied_sqlite, open_test_database
from tests.factories import a_district, a_health_area, a_village

ROOT = Path(__file__).parents[2]
NOWHERE = "sqlite:////nowhere/mhealth.sqlite3"


def run(*words: str, country: Path | None = None, **environ: str) -> Result:
    env = {"MHEALTH_DATABASE_URL": NOWHERE, "MHEALTH_COUNTRY_DIR": str(country or ""), **environ}
    return CliRunner().invoke(mhealth, ["check", *words], env=env, catch_exceptions=False)


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A country's folder whose referrals lead to a node that does not exist."""
    return changed(tmp_path, "referrals.yaml", "next: has_appointment", "next: has_apointment")


@pytest.fixture
def doubtful(tmp_path: Path) -> Path:
    """One whose English says a text as the French."""
    french = "Aucune référence en cours dans vos villages."
    english = "No open referral in your villages."
    return changed(tmp_path, "lang/en/referrals.yaml", english, french)


def changed(folder: Path, path: str, old: str, new: str) -> Path:
    text = (shipped_root() / "ussd_flows" / path).read_text()
    assert old in text
    place = folder / "ussd_flows" / path
    place.parent.mkdir(parents=True)
    place.write_text(text.replace(old, new))
    return folder


def line_of(path: str, text: str) -> int:
    lines = (shipped_root() / "ussd_flows" / path).read_text().splitlines()
    return 1 + next(number for number, line in enumerate(lines) if text in line)


def test_the_shipped_content_is_sound_and_it_says_what_is_proven() -> None:
    result = run("--strict")
    assert result.exit_code == 0
    proved, counts = result.output.splitlines()
    assert proved.startswith("proved: ")
    assert proved.endswith("kinds of proof, names as long as declared")
    assert "2 limits of a screen" in proved
    assert counts.startswith("0 errors, 0 warnings, ")


def test_an_error_is_one_line_with_place_hint_and_rule(broken: Path) -> None:
    result = run(country=broken)
    assert result.exit_code == 1
    line = line_of("referrals.yaml", "next: has_appointment")
    assert result.output.splitlines() == [
        f"ussd_flows/referrals.yaml:{line}:5: error: there is no node `has_apointment`"
        " (did you mean `has_appointment`?) [missing-target]",
        "1 error, 0 warnings",
    ]


def test_a_warning_fails_only_where_it_is_strict(doubtful: Path) -> None:
    assert run(country=doubtful).exit_code == 0
    strict = run("--strict", country=doubtful)
    assert strict.exit_code == 1
    assert "[same-as-original]" in strict.output.splitlines()[0]


def test_json_names_file_line_column_rule_and_scores(broken: Path, doubtful: Path) -> None:
    told = json.loads(run("--json", country=broken).output)
    fault = told["faults"][0]
    assert fault["file"] == "ussd_flows/referrals.yaml"
    assert (fault["rule"], fault["severity"]) == ("missing-target", "error")
    assert all(each["hint"] for each in told["faults"])
    assert fault["place"] == f"{fault['file']}:{fault['line']}:{fault['column']}"
    assert told["proved"] is None
    assert told["scores"] == []


def test_json_of_sound_content_has_figures_of_each_language() -> None:
    told = json.loads(run("--json").output)
    assert told["faults"] == []
    assert told["proved"]["flows"] >= 10
    french = told["scores"][0]
    assert french["code"] == "fr"
    assert french["sms"]["segments"] == 1
    assert {"flow", "language", "quickest", "longest"} == set(told["times"][0])


def test_sarif_has_the_shape_of_its_standard(broken: Path) -> None:
    log = json.loads(run("--sarif", country=broken).output)
    jsonschema.validate(log, SARIF)
    (run_,) = log["runs"]
    rules = [rule["id"] for rule in run_["tool"]["driver"]["rules"]]
    assert rules == list(RULES)
    assert run_["results"]
    for result in run_["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        (location,) = result["locations"]
        uri = location["physicalLocation"]["artifactLocation"]["uri"]
        assert (shipped_root() / uri).is_file()  # relative: a code host finds it


def test_sarif_names_drafts_as_notes_when_asked() -> None:
    silent = json.loads(run("--format", "sarif").output)
    assert silent["runs"][0]["results"] == []
    told = json.loads(run("--sarif", "--drafts").output)
    jsonschema.validate(told, SARIF)
    levels = {result["level"] for result in told["runs"][0]["results"]}
    assert levels == {"note"}


def test_the_score_sheet_fits_a_terminal() -> None:
    lines = run("--scores").output.splitlines()
    (head,) = (line for line in lines if line.startswith("by language"))
    table = lines[lines.index(head) :]
    assert len(table) == 15
    assert max(map(len, table)) <= 80
    assert LABEL + 6 * COLUMN <= 80
    assert any(line.startswith("texts translated") and "100 %" in line for line in table)


def test_without_scores_the_sheet_says_why(broken: Path) -> None:
    assert score_lines((), {}) == ["no score sheet: mend the errors first"]
    assert "no score sheet" in run("--scores", country=broken).output


def test_hundreds_of_faults_alike_are_counted(tmp_path: Path) -> None:
    many = [
        Fault(
            f"a.yaml:{n}:1",
            f"not translated into ha: {n}",
            "",
            Severity.WARNING,
            rule="untranslated",
        )
        for n in range(1, MANY + 41)
    ]
    short = list(lines_of([*many, Fault("b.yaml:1:1", "other")], show_all=False))
    assert len(short) == FIRST + 2
    assert (
        short[FIRST]
        == f"a.yaml: warning: {MANY + 40 - FIRST} more of [untranslated]; --all says each"
    )
    assert len(list(lines_of(many, show_all=True))) == len(many)
    assert len(list(lines_of(many[:MANY], show_all=False))) == MANY


def test_rules_are_listed_and_explained() -> None:
    listed = run("--rules").output
    assert all(f"  {rule} " in listed for rule in RULES)
    told = run("--explain", "catastrophic-pattern").output
    assert told.startswith("catastrophic-pattern (error)\n")
    assert "Mend it: " in told
    unknown = run("--explain", "catastrofic-pattern")
    assert unknown.exit_code == 2
    assert "did you mean `catastrophic-pattern`?" in unknown.output


def test_the_page_of_rules_is_in_step() -> None:
    assert (ROOT / "docs" / "check-rules.md").read_text() == rules_page()


def test_a_directory_that_must_be_asked_and_is_away_is_told() -> None:
    result = run("--data")
    assert result.exit_code == 2
    assert "the directory cannot be asked for its names: no file /nowhere" in result.output


def test_the_directory_is_asked_unless_told_not_to(sqlite_template: Path, tmp_path: Path) -> None:
    url = copied_sqlite(sqlite_template, tmp_path)
    database = open_test_database(url)
    long = "Sainte-Marie-du-Bon-Secours-les-Deux-Rives"
    with database.writing() as session:
        area = a_health_area(session, a_district(session), name="Kpéla")
        a_village(session, area, name=long[:40])
    database.close()

    told = run("--data", MHEALTH_DATABASE_URL=url)
    assert told.exit_code == 0
    assert (
        f"village {long[:40]} of Kpéla has 40 characters; screens keep 24, so it is cut"
        in told.output
    )
    assert "[name-cut]" in told.output
    assert "names of the directory" in told.output
    assert run("--strict", MHEALTH_DATABASE_URL=url).exit_code == 1
    assert "[name-cut]" not in run("--no-data", MHEALTH_DATABASE_URL=url).output


PLACE: dict[str, Any] = {
    "type": "object",
    "required": ["physicalLocation"],
    "properties": {
        "physicalLocation": {
            "type": "object",
            "required": ["artifactLocation", "region"],
            "properties": {
                "artifactLocation": {
                    "type": "object",
                    "required": ["uri"],
                    "additionalProperties": False,
                    "properties": {
                        "uri": {"type": "string", "pattern": "^(ussd_flows|sms_templates)/[^:]+$"},
                        "uriBaseId": {"const": "SRCROOT"},
                    },
                },
                "region": {
                    "type": "object",
                    "required": ["startLine"],
                    "additionalProperties": False,
                    "properties": {
                        "startLine": {"type": "integer", "minimum": 1},
                        "startColumn": {"type": "integer", "minimum": 1},
                    },
                },
            },
        }
    },
}
MESSAGE = {
    "type": "object",
    "required": ["text"],
    "additionalProperties": False,
    "properties": {"text": {"type": "string", "minLength": 1}},
}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
SARIF: dict[str, Any] = {
    "type": "object",
    "required": ["version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "additionalProperties": False,
                "properties": {
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "originalUriBaseIds": {
                        "type": "object",
                        "additionalProperties": {
                            "type": "object",
                            "additionalProperties": False,
                            "properties": {"uri": {"type": "string"}, "description": MESSAGE},
                        },
                    },
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "additionalProperties": False,
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name"],
                                "additionalProperties": False,
                                "properties": {
                                    "name": {"type": "string"},
                                    "version": {"type": "string"},
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {
                                            "type": "object",
                                            "required": ["id"],
                                            "additionalProperties": False,
                                            "properties": {
                                                "id": {"type": "string", "pattern": "^[a-z-]+$"},
                                                "shortDescription": MESSAGE,
                                                "help": MESSAGE,
                                                "defaultConfiguration": {
                                                    "type": "object",
                                                    "additionalProperties": False,
                                                    "properties": {"level": LEVEL},
                                                },
                                            },
                                        },
                                    },
                                },
                            }
                        },
                    },
                    "results": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["message"],
                            "additionalProperties": False,
                            "properties": {
                                "ruleId": {"type": "string"},
                                "ruleIndex": {"type": "integer", "minimum": 0},
                                "level": LEVEL,
                                "message": MESSAGE,
                                "locations": {"type": "array", "items": PLACE},
                            },
                        },
                    },
                },
            },
        },
    },
}
"""The parts of OASIS' schema of SARIF 2.1.0 (sections 3.13 to 3.49) that we write, and no others."""
