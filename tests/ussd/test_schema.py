"""The published schema says what the reader says: the same words, all shipped files, none of the mistakes."""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from jsonschema import Draft202012Validator, FormatChecker

from mhealth.cli.schema import SCHEMAS, schema, written
from mhealth.content.library import shipped_root
from mhealth.content.yaml_file import read_yaml
from mhealth.ussd.condition import OPERATORS
from mhealth.ussd.header import HEADER, node_shape
from mhealth.ussd.keys import DEFAULT_KEYS
from mhealth.ussd.kinds import KINDS
from mhealth.ussd.schema import flow_schema, translation_schema
from mhealth.ussd.shape import Field, Shape
from tests.ussd.asking import EXAMPLES
from tests.ussd.test_broken_flows import BROKEN, spread

FLOWS = shipped_root() / "ussd_flows"
FLOW = Draft202012Validator(flow_schema(), format_checker=FormatChecker())
TRANSLATION = Draft202012Validator(translation_schema(), format_checker=FormatChecker())
NOT_OF_US = {"languages.yaml", "phrases.yaml"}
FLOW_FILES = [p for p in FLOWS.glob("*.yaml") if p.name not in {*NOT_OF_US, "screens.yaml"}]
TRANSLATIONS = [p for p in FLOWS.glob("lang/*/*.yaml") if p.name not in NOT_OF_US]

BEYOND_A_SCHEMA = {
    # of the whole flow or of several files
    "flows_call_each_other_in_a_circle", "loop_without_a_wait", "missing_start", "missing_target",
    "missing_target_of_an_option", "no_way_out", "unreachable_node", "unknown_flow", "translation_of_no_flow",
    "translation_into_no_language", "translation_of_nothing", "translation_lacks_a_variable",
    "translation_with_an_unknown_variable", "patients_shown_without_a_pin",
    "patients_shown_without_a_pin_in_another_flow", "variable_longer_than_its_screen",
    "unknown_variable_in_a_condition", "unknown_variable_in_a_text", "unknown_variable_in_set",
}  # fmt: skip


def plain(part: Any) -> Any:
    """As an editor's JSON: a day is a text, a key is a text."""
    if isinstance(part, dict):
        return {str(key): plain(value) for key, value in part.items()}
    if isinstance(part, list):
        return [plain(value) for value in part]
    return part.isoformat() if isinstance(part, date) else part


def faults(validator: Draft202012Validator, path: Path) -> list[str]:
    return [
        f"{e.json_path}: {e.message}" for e in validator.iter_errors(plain(read_yaml(path).data))
    ]


@pytest.mark.parametrize("which", SCHEMAS)
def test_the_published_file_is_in_step(which: str) -> None:
    published = FLOWS / f"{which}.schema.json"
    assert published.read_text(encoding="utf-8") == written(which), (
        "run: mhealth schema --into ussd_flows"
    )
    Draft202012Validator.check_schema(json.loads(written(which)))


@pytest.mark.parametrize("path", [*FLOW_FILES, EXAMPLES / "main.yaml"], ids=lambda path: path.stem)
def test_every_flow_is_accepted(path: Path) -> None:
    assert faults(FLOW, path) == []


@pytest.mark.parametrize(
    "path",
    [FLOWS / "screens.yaml", *TRANSLATIONS, EXAMPLES / "lang" / "en" / "main.yaml"],
    ids=lambda path: f"{path.parent.name}/{path.stem}",
)
def test_every_translation_is_accepted(path: Path) -> None:
    assert faults(TRANSLATION, path) == []


def is_refused(text: str) -> bool:
    for path, content in spread(text).items():
        try:
            data = plain(yaml.safe_load(content))
        except yaml.YAMLError:
            return True
        validator = TRANSLATION if path.startswith("lang/") else FLOW
        if not validator.is_valid(data):
            return True
    return False


def test_what_can_be_seen_in_one_place_is_refused() -> None:
    """Most mistakes that stand in one place; none of those that only the whole shows."""
    refused = {path.stem for path in BROKEN if is_refused(path.read_text(encoding="utf-8"))}
    assert not refused & BEYOND_A_SCHEMA
    assert refused >= {
        "advice_read_somehow", "advice_without_a_row", "argument_without_quotes", "branch_without_otherwise",
        "choose_without_empty", "comparison_with_nothing", "dead_end", "dead_end_of_an_option", "empty_text",
        "key_that_is_no_key", "list_in_a_deed", "missing_argument", "no_kind", "no_list_in_choose",
        "not_yaml",
        "pin_deed_without_a_pin", "pin_kept_in_a_variable", "pin_to_a_deed_without", "reserved_name",
        "source_without_a_year", "sources_without_a_list", "text_that_is_a_number", "unknown_argument",
        "unknown_deed", "unknown_header", "unknown_key", "unknown_kind", "unknown_operator", "unreviewed",
        "variable_without_longest", "word_compared_as_a_number", "answer_without_anything_typed",
        "check_that_nobody_knows", "date_without_a_range", "date_bound_that_is_no_day", "decimals_below_none",
        "several_without_options", "text_that_leads_nowhere", "text_that_leads_two_ways", "secret_kept",
        "otherwise_without_answers",
    }  # fmt: skip


def shapes() -> Iterator[tuple[str, Shape]]:
    yield "header", HEADER
    for name, kind in KINDS.items():
        yield name, node_shape(kind)


def fields_of(shape: Shape, at: str) -> Iterator[tuple[str, Field]]:
    for key, field in shape.fields.items():
        yield f"{at}.{key}", field
        if field.inner is not None:
            yield from fields_of(field.inner, f"{at}.{key}")


ALL_FIELDS = [pair for name, shape in shapes() for pair in fields_of(shape, name)]
VALUES = [None, True, False, 0, 1, -1, 7, 99, 1.5, "", " ", "a", "A b", "1", "12", "123", "home", [], ["a"],
          [1], {}, {"a": 1}, "2026-11-24", "2026-13-01", "(", "x_1", "draft", -99999, "éa", "-"]  # fmt: skip


@pytest.mark.parametrize(("at", "field"), ALL_FIELDS, ids=[at for at, _ in ALL_FIELDS])
def test_what_the_schema_takes_the_reader_takes(at: str, field: Field) -> None:
    document = {"$defs": flow_schema()["$defs"], **field.schema}
    validator = Draft202012Validator(document, format_checker=FormatChecker())
    for value in VALUES:
        if validator.is_valid(value):
            assert field.holds(value), f"{at}: {value!r}"


PLAIN = [pair for pair in ALL_FIELDS if pair[1].inner is None and "$ref" not in str(pair[1].schema)]
ITS_READER_LOOKS = (
    "key",
    "kind",
    "deed",
    "from",
    "review",
    "keys",
    "variables",
    "set",
    "args",
    "sources",
)


@pytest.mark.parametrize(("at", "field"), PLAIN, ids=[at for at, _ in PLAIN])
def test_what_the_reader_takes_the_schema_takes(at: str, field: Field) -> None:
    if at.rpartition(".")[2] in ITS_READER_LOOKS:
        return
    validator = Draft202012Validator(field.schema, format_checker=FormatChecker())
    for value in VALUES:
        if field.holds(value):
            assert validator.is_valid(value), f"{at}: {value!r}"


@pytest.mark.parametrize(("at", "field"), ALL_FIELDS, ids=[at for at, _ in ALL_FIELDS])
def test_every_key_has_words_for_a_person(at: str, field: Field) -> None:
    assert 10 <= len(field.about) <= 110
    assert field.about[0].isupper()
    assert field.about.endswith((".", "…", "!", "26", "31", "hier"))


def test_the_schema_names_all_that_there_is() -> None:
    flow = flow_schema()
    kinds = [each["const"] for each in flow["$defs"]["node"]["properties"]["kind"]["oneOf"]]
    assert kinds == list(KINDS)
    comparison = flow["$defs"]["condition"]["then"]["properties"]
    assert set(comparison) == {"var", *OPERATORS, "is_set"}
    assert set(flow["properties"]["keys"]["properties"]) == set(DEFAULT_KEYS)


README = (FLOWS / "README.md").read_text(encoding="utf-8")
SNIPPETS = [
    yaml.safe_load(text) for text in re.findall(r"```yaml\n(  \w+:\n.*?)```", README, re.DOTALL)
]


@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda snippet: next(iter(snippet)))
def test_a_node_of_the_readme_is_one(snippet: dict[str, Any]) -> None:
    flow = {"review": "draft", "start": next(iter(snippet)), "nodes": snippet}
    assert [error.message for error in FLOW.iter_errors(flow)] == []


def test_the_command_prints_and_writes_them(tmp_path: Path) -> None:
    runner = CliRunner()
    assert json.loads(runner.invoke(schema, []).output) == flow_schema()
    assert json.loads(runner.invoke(schema, ["translation"]).output) == translation_schema()
    done = runner.invoke(schema, ["--into", str(tmp_path)])
    assert done.exit_code == 0
    assert {path.name for path in tmp_path.iterdir()} == {
        "flow.schema.json",
        "translation.schema.json",
    }
    assert runner.invoke(schema, ["--into", str(tmp_path / "nowhere")]).exit_code == 2
    assert runner.invoke(schema, ["flows"]).exit_code == 2
