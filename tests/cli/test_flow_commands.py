"""Drawing, importing and exporting flows from the command line: files, refusals, exit codes."""

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from mhealth.cli.main import mhealth
from mhealth.content.library import shipped_root
from tests.exchange.sheets import xlsform


def run(*words: str, country: Path | None = None) -> Result:
    env = {"MHEALTH_COUNTRY_DIR": str(country)} if country else {}
    return CliRunner().invoke(mhealth, words, env=env, catch_exceptions=False)


def test_a_drawing_goes_to_a_file_and_nothing_is_written_over(tmp_path: Path) -> None:
    place = tmp_path / "main.svg"
    assert run("draw", "main", "--output", str(place)).exit_code == 0
    assert ElementTree.fromstring(place.read_text(encoding="utf-8")).tag.endswith("svg")
    again = run("draw", "main", "--language", "en", "--output", str(place))
    assert (again.exit_code, "--force" in again.output) == (1, True)
    assert run("draw", "main", "--language", "en", "--output", str(place), "--force").exit_code == 0
    assert "DRAFT: nobody has signed it" in place.read_text(encoding="utf-8")
    assert run("draw", "main", "--format", "mermaid").output.startswith("---\ntitle: ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("draw", "reprot"), "did you mean `report`?"),
        (("draw", "main", "--language", "xx"), "There is no language 'xx'"),
        (("export-flow", "reprot"), "did you mean `report`?"),
    ],
)
def test_a_slip_is_told_with_what_was_meant(words: tuple[str, ...], said: str) -> None:
    result = run(*words)
    assert (result.exit_code, said in result.output) == (2, True)


def test_a_broken_flow_is_not_drawn_but_named(tmp_path: Path) -> None:
    folder = tmp_path / "ussd_flows"
    folder.mkdir()
    flow = (shipped_root() / "ussd_flows/main.yaml").read_text(encoding="utf-8")
    (folder / "main.yaml").write_text(
        flow.replace("otherwise: patient", "otherwise: patent"), encoding="utf-8"
    )
    for command in ("draw", "export-flow"):
        result = run(command, "main", country=tmp_path)
        assert result.exit_code == 1
        assert "there is no node `patent`" in result.output
        assert "ussd_flows/main.yaml:" in result.output


def test_a_form_is_imported_drawn_and_exported(tmp_path: Path) -> None:
    form = tmp_path / "form.xlsx"
    form.write_bytes(
        xlsform([("text", "nom", "Nom ?", "Name?"), ("image", "photo", "Photo", "Photo")])
    )
    result = run("import-flow", str(form), "--name", "visite", country=tmp_path)
    assert result.exit_code == 0, result.output
    assert "refused  survey row 3 `photo`" in result.output
    assert "1 questions; 1 refused" in result.output.replace("1 question;", "1 questions;")
    assert (tmp_path / "ussd_flows/visite.yaml").is_file()
    assert run("draw", "visite", country=tmp_path).exit_code == 0
    written = tmp_path / "visite.json"
    assert run("export-flow", "visite", "--output", str(written), country=tmp_path).exit_code == 0
    assert json.loads(written.read_text(encoding="utf-8"))["resourceType"] == "Questionnaire"
    again = run("import-flow", str(form), "--name", "visite", country=tmp_path)
    assert (again.exit_code, "--force takes its place" in again.output) == (1, True)
    back = run("import-flow", str(written), "--name", "visite", "--force", country=tmp_path)
    assert back.exit_code == 0, back.output


def test_strict_writes_nothing_when_a_part_is_refused(tmp_path: Path) -> None:
    form = tmp_path / "form.xlsx"
    form.write_bytes(
        xlsform([("text", "nom", "Nom ?", "Name?"), ("image", "photo", "Photo", "Photo")])
    )
    out = tmp_path / "out"
    result = run("import-flow", str(form), "--name", "visite", "--output", str(out), "--strict")
    assert result.exit_code == 1
    assert "nothing is written" in result.output
    assert not out.exists()


def test_what_is_no_form_is_one_line(tmp_path: Path) -> None:
    form = tmp_path / "form.xlsx"
    shutil.copy(shipped_root() / "README.md", form)
    result = run("import-flow", str(form), "--name", "visite", "--output", str(tmp_path / "out"))
    assert result.exit_code == 1
    assert "not JSON" in result.output
    assert "Traceback" not in result.output
