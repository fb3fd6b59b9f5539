"""Live mode as real processes: with one unsigned rule nothing starts, with French signed it serves."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from sqlalchemy import select

from mhealth.services.content import load_content
from mhealth.store.database import Database
from mhealth.store.worker_phones import WorkerPin
from tests.accounts import LIVE_ACCOUNT
from tests.cli.commands import KEYS, run
from tests.databases import copied_sqlite, open_test_database
from tests.faults.parts import wait_for
from tests.ports import free_pair
from tests.product import ADJOA, LIBRARY, Product
from tests.signatures import sign_all
from tests.web.doors import some_settings

FRENCH = load_content(LIBRARY, some_settings(languages="fr")).files
UNSIGNED = "ussd_flows/content/protocols/child.yaml"
LIVE = {"MHEALTH_MODE": "live", "MHEALTH_LANGUAGES": "fr"} | {
    f"MHEALTH_{name.upper()}": value for name, value in LIVE_ACCOUNT.items()
}


def url_of(database: Database) -> str:
    return database.full.url.render_as_string(hide_password=False)


def start(url: str, home: Path, *words: str) -> "subprocess.Popen[str]":
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("MHEALTH_")}
    ours = {**KEYS, **LIVE, "MHEALTH_DATABASE_URL": url, "MHEALTH_HOME": str(home)}
    return subprocess.Popen(
        [sys.executable, "-m", "mhealth.cli.main", *words],
        env={**inherited, **ours, "NO_PROXY": "*"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def test_with_one_unsigned_rule_no_process_that_speaks_starts_and_each_says_which(
    database: Database, tmp_path: Path
) -> None:
    sign_all(database, [file for file in FRENCH if file.path != UNSIGNED])
    line = (
        f"mhealth: MHEALTH_MODE=live: 1 of {len(FRENCH)} rules and texts is not signed as they"
        f" stand: {UNSIGNED}; see `mhealth review --state unsigned`, sign with `mhealth review sign`\n"
    )
    port = str(free_pair())
    started = [start(url_of(database), tmp_path, "web", "--port", port)]
    started.append(start(url_of(database), tmp_path, "clock"))
    for process in started:
        said, _ = process.communicate(timeout=60)
        assert (process.returncode, said) == (2, line)


def test_the_whole_product_refuses_too_and_leaves_nothing_running(
    sqlite_database: Database, tmp_path: Path
) -> None:
    process = start(url_of(sqlite_database), tmp_path, "run", "--port", str(free_pair()))
    said, _ = process.communicate(timeout=90)
    assert process.returncode == 2
    assert said.splitlines()[-1].startswith(
        f"mhealth: MHEALTH_MODE=live: {len(FRENCH)} of {len(FRENCH)} rules and texts are not signed"
    )


def test_a_district_goes_live_with_french_alone_while_other_languages_are_drafts(
    database: Database, tmp_path: Path
) -> None:
    sign_all(database, FRENCH)
    port = free_pair()
    process = start(url_of(database), tmp_path, "web", "--port", str(port))
    try:
        wait_for(lambda: _answers(port) or process.poll() is not None, "the web does not serve")
        assert process.poll() is None, process.communicate()
    finally:
        process.terminate()
        process.communicate(timeout=30)
    refused = run(url_of(database), "review", "gate", MHEALTH_LANGUAGES="fr,en")
    assert refused.exit_code == 2
    assert "ussd_flows/lang/en/" in refused.output
    passed = run(url_of(database), "review", "gate", MHEALTH_LANGUAGES="fr")
    assert passed.output == f"All {len(FRENCH)} rules and texts are signed.\n"


def _answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/healthz", timeout=5).status_code == 200
    except requests.ConnectionError:
        return False


def test_a_command_that_speaks_to_nobody_starts_and_none_writes_an_unsigned_sms(
    sqlite_template: Path, tmp_path: Path
) -> None:
    """Filling the directory and trying the line come before the signatures."""
    url = copied_sqlite(sqlite_template, tmp_path)
    product = Product(open_test_database(url))
    product.dial(ADJOA, "2", "739164", "739164")
    sign_all(product.database, [file for file in FRENCH if file.path != UNSIGNED])

    def live(*words: str) -> str:
        done = run(url, *words, **LIVE)
        return f"{done.exit_code} {done.output}"

    assert "PIN since" in live("health-worker", "list", "--search", "adjoa")
    assert live("import", "--template", str(tmp_path / "t.xlsx")).startswith("0 ")
    refused = live("health-worker", "reset-pin", ADJOA.e164)
    assert refused.startswith(
        "2 mhealth: nothing was changed: an SMS would go out. MHEALTH_MODE=live: 1 of"
    )
    assert UNSIGNED in refused
    with product.database.reading() as session:
        assert None not in session.scalars(select(WorkerPin.pin_hash)).all()

    sign_all(product.database, [file for file in FRENCH if file.path == UNSIGNED], by="Dr B. Sossa")
    assert live("health-worker", "reset-pin", ADJOA.e164).startswith("0 PIN cleared")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:///{folder}/empty.sqlite3", "older than this program; run `mhealth migrate`"),
        ("postgresql://nobody@localhost/x?host={folder}", "correct MHEALTH_DATABASE_URL"),
    ],
)
def test_a_database_that_cannot_tell_has_a_line_of_its_own(
    tmp_path: Path, url: str, said: str
) -> None:
    process = start(url.format(folder=tmp_path), tmp_path, "web", "--port", str(free_pair()))
    told, _ = process.communicate(timeout=60)
    assert process.returncode == 2
    assert told.startswith("mhealth: the signatures cannot be read")
    assert told.endswith(f"{said}\n")
    assert told.count("\n") == 1
