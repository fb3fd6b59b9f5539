"""`mhealth import`: a dry run unless told to write, templates, export, history, exit codes."""

import json
import stat
from base64 import b64encode
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook
from sqlalchemy import select

from mhealth.cli import import_directory
from mhealth.cli.main import mhealth
from mhealth.runtime import Runtime, build_runtime
from mhealth.settings import Settings, read_settings
from mhealth.store.database import Database, open_database
from mhealth.store.directory import District, Village
from mhealth.store.imports import DirectoryImport
from mhealth.store.staff import AccessRecord
from tests.big_district import DISTRICT, Size, write_big_district
from tests.databases import copied_sqlite, open_test_database
from tests.product import Product

KEYS = {
    "MHEALTH_SECRET_KEY": "k" * 32,
    "MHEALTH_ENCRYPTION_KEYS": "test:" + b64encode(bytes(range(32))).decode(),
    "MHEALTH_INDEX_KEY": b64encode(bytes(range(32, 64))).decode(),
    "MHEALTH_WEBHOOK_TOKENS": "africastalking:token",
    "MHEALTH_REGION": "BJ",
}


@cache
def built() -> Runtime:
    """Flows and rules take long to read, and no import looks at them."""
    return build_runtime(read_settings({**KEYS, "MHEALTH_DATABASE_URL": "sqlite:///never-opened"}))


@pytest.fixture(autouse=True)
def _built_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def over_its_database(settings: Settings, *, serves_people: bool) -> Runtime:
        assert not serves_people
        database = open_database(settings.database_url, built().workbench.keyring)
        return replace(built(), settings=settings, database=database)

    monkeypatch.setattr(import_directory, "build_runtime", over_its_database)


@pytest.fixture
def url(sqlite_template: Path, tmp_path: Path) -> str:
    url = copied_sqlite(sqlite_template, tmp_path)
    product = Product(open_test_database(url))
    product.database.close()
    return url


def run(url: str, *words: object) -> Result:
    environ = {**KEYS, "MHEALTH_DATABASE_URL": url}
    return CliRunner().invoke(mhealth, ["import", *map(str, words)], env=environ)


def database(url: str) -> Database:
    return open_test_database(url)


def names(url: str) -> set[str]:
    with database(url).reading() as session:
        return set(session.scalars(select(Village.name)))


def file(folder: Path, name: str, *lines: str) -> Path:
    path = folder / name
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_without_apply_it_tells_and_writes_nothing(url: str, tmp_path: Path) -> None:
    path = file(tmp_path, "villages.csv", "code;nom", "SK-V01;Agbodji Haut")
    told = run(url, path)

    assert told.exit_code == 0
    assert "villages!2 SK-V01: changé (nom: Agbodji → Agbodji Haut)" in told.output
    assert told.output.endswith("Pour écrire : la même commande avec --apply.\n")
    assert "Agbodji Haut" not in names(url)


def test_apply_writes_once_and_the_history_tells_it(url: str, tmp_path: Path) -> None:
    path = file(tmp_path, "villages.csv", "code;nom", "SK-V01;Agbodji Haut")
    told = run(url, path, "--apply", "--language", "en")
    again = run(url, path, "--apply")
    history = run(url, "--history", "SK-V01", "--language", "en")

    assert told.output.endswith("Written: 1 row(s).\n")
    assert again.output.endswith("Le répertoire est déjà ainsi : rien à écrire.\n")
    assert "name: Agbodji → Agbodji Haut  (villages.csv)" in history.output
    assert "before  posted: SK-S1 (1)" in history.output
    with database(url).reading() as session:
        row = session.scalars(select(DirectoryImport)).one()
        assert (row.state, row.file_name, row.file_sealed) == ("applied", "villages.csv", None)
        assert session.scalars(select(AccessRecord.deed)).all() == ["view_history"]


def test_faults_are_told_by_cell_with_exit_code_1_and_nothing_is_written(
    url: str, tmp_path: Path
) -> None:
    path = file(tmp_path, "villages.csv", "code;nom;aire", "SK-V01;Haut;", "X1;Neuf;ZZ")
    told = run(url, path, "--apply", "--language", "en")

    assert told.exit_code == 1
    assert "villages!C3: fault: unknown health area: ZZ" in told.output
    assert told.output.endswith("Nothing is written: mend the faults first.\n")
    assert "Haut" not in names(url)


def test_machines_get_one_json_object(url: str, tmp_path: Path) -> None:
    path = file(tmp_path, "agents.csv", "code;téléphone", "SK-S1;+229 01 91 00 00 77", "SK-S2;x")
    told = run(url, path, "--json")
    data = json.loads(told.stdout)

    assert (told.exit_code, data["applied"], data["faults"]) == (1, False, 1)
    assert data["findings"][0] == {
        "cell": "agents!B3", "severity": "fault", "problem": "bad_phone",
        "text": "pas un numéro de téléphone",
    }  # fmt: skip
    assert data["changes"][0]["fields"] == {"msisdn": ["+229********01", "+229********77"]}
    assert "91 00 00 77" not in told.stdout


@pytest.mark.parametrize("form", ["t.xlsx", "folder"])
def test_a_template_and_an_export_come_back_as_they_are(
    url: str, tmp_path: Path, form: str
) -> None:
    for option, name in (("--template", f"a-{form}"), ("--export", f"b-{form}")):
        target = tmp_path / name
        assert run(url, option, target).exit_code == 0
        files = sorted(target.iterdir()) if target.is_dir() else [target]
        assert all(stat.S_IMODE(one.stat().st_mode) == 0o600 for one in files)
        told = run(url, *files)
        assert told.exit_code == 0
        assert told.output.endswith("rien à écrire.\n")
        files[0].write_text("filled in meanwhile")
        again = run(url, option, target)  # what people typed is never written over
        assert (again.exit_code, "is there already" in again.output) == (2, True)
        assert files[0].read_text() == "filled in meanwhile"
    with database(url).reading() as session:
        assert session.scalars(select(AccessRecord.deed)).all() == ["export_directory"] * 2


def test_a_whole_district_comes_in_from_one_workbook(url: str, tmp_path: Path) -> None:
    (path,) = write_big_district(tmp_path / "big", Size(villages=150, workers=100))
    told = run(url, path, "--apply")

    assert told.exit_code == 0, told.output
    assert "  villages: nouveau 150\n" in told.output
    assert run(url, path).output.endswith("rien à écrire.\n")

    everything = tmp_path / "everything.xlsx"
    assert run(url, "--export", everything).exit_code == 0
    book = load_workbook(everything)
    for row in book["districts"].iter_rows(min_row=2):
        row[4].value = None
        row[3].value = "en"
    book.save(everything)
    assert run(url, everything, "--apply").exit_code == 0
    # whose desk shows it: its names are for the eyes of one district
    with database(url).reading() as session:
        big = session.scalars(select(District.id).where(District.code == DISTRICT)).one()
        whose = select(DirectoryImport.district_id).order_by(DirectoryImport.id)
        assert session.scalars(whose).all() == [big, None]


@pytest.mark.parametrize(
    ("words", "code", "part"),
    [
        ([], 2, "Give FILES, or one of"),
        (["--export", "a", "--history", "b"], 2, "Give FILES, or one of"),
        (["/nowhere/x.csv"], 2, "does not exist"),
        (["--export", "/proc/no/x.xlsx"], 1, "/proc/no/x.xlsx"),
        (["--history", "NOPE"], 1, "Aucune ligne du répertoire n’a le code NOPE."),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    url: str, words: list[str], code: int, part: str
) -> None:
    told = run(url, *words)

    assert told.exit_code == code
    assert part in told.output
    assert "Traceback" not in told.output
