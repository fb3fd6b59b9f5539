"""`mhealth funnel`: what a programme officer reads of it, and what a spreadsheet gets."""

import csv
import json
from datetime import UTC, datetime

import pytest

from mhealth.store.database import Database
from tests.cli.commands import run
from tests.product import ADJOA, MOTHER, STRANGER, MovableClock, Product


@pytest.fixture
def url(sqlite_database: Database) -> str:
    return sqlite_database.full.url.render_as_string(hide_password=False)


@pytest.fixture
def called(sqlite_database: Database, url: str) -> str:
    """A district in which three calls were made today."""
    clock = MovableClock(datetime.now(UTC))
    product = Product(sqlite_database, clock)
    for caller, answers in ((MOTHER, "118"), (STRANGER, "11"), (ADJOA, "91")):
        call = product.dial(caller)
        for answer in answers:
            clock.move(seconds=6)
            call.type(answer)
        call.drop()
    product.count_calls()
    return url


def test_a_flow_is_a_table_in_its_order_with_the_worst_named(called: str) -> None:
    done = run(called, "funnel", "--flow", "report", COLUMNS="118")

    assert done.exit_code == 0
    lines = done.output.splitlines()
    rows = [line.split()[0] for line in lines if line]
    assert rows.index("ask") < rows.index("without_consent") < rows.index("area")
    asked = next(line for line in lines if line.startswith("ask "))
    assert "Vos réponses vont à l'agent d" in asked
    assert "████████████" in asked
    assert asked.endswith(" 6 s")
    worst = lines[lines.index("Most calls are lost at:") + 1 :]
    assert worst[0].startswith('  1. ask "Vos réponses vont')
    assert worst[1].strip() == "2 of 2 (100 %): 2 cut off"


def test_without_a_flow_each_is_a_line(called: str) -> None:
    done = run(called, "funnel")

    assert done.exit_code == 0
    assert "3 calls: 0 went to an end (0 %), 3 were lost on the way." in done.output
    assert "1. report.ask" in done.output
    assert [line.split()[0] for line in done.output.splitlines() if "██" in line] == [
        "main", "report",
    ]  # fmt: skip


def test_a_narrow_terminal_keeps_every_number(called: str) -> None:
    done = run(called, "funnel", "--flow", "report", COLUMNS="80")

    lines = done.output.splitlines()
    assert max(map(len, lines[1 : lines.index("Most calls are lost at:")])) == 80
    assert next(line for line in lines if line.startswith("ask ")).endswith(" 6 s")


def test_machines_get_every_count(called: str) -> None:
    data = json.loads(run(called, "funnel", "--json").output)
    rows = list(
        csv.DictReader(run(called, "funnel", "--csv", "--flow", "report").output.splitlines())
    )

    by_name = {(row["flow"], row["screen"]): row for row in data["screens"]}
    asked = by_name["report", "ask"]
    assert (asked["entered"], asked["dropped"], asked["invalid"]) == (2, 2, 1)
    assert by_name["main", "worker"]["began"] == 1
    assert by_name["report", "area"]["entered"] == 0
    assert by_name["report", "area"]["median_seconds"] is None
    assert {row["flow"] for row in rows} == {"report"}
    assert next(row for row in rows if row["screen"] == "ask")["entered"] == "2"


def test_a_district_and_a_language_are_read_alone(called: str) -> None:
    known = json.loads(run(called, "funnel", "--json", "--district", "soukoumé").output)
    english = json.loads(run(called, "funnel", "--json", "--language", "en").output)

    assert sum(row["began"] for row in known["screens"]) == 1  # the health worker's
    assert sum(row["entered"] for row in english["screens"]) == 0
    assert next(row for row in english["screens"] if row["screen"] == "ask")["text"].startswith(
        "Your"
    )


def test_nobody_called_yet(url: str) -> None:
    for words in ((), ("--flow", "report")):
        done = run(url, "funnel", *words)
        assert done.exit_code == 0
        assert "Nobody called in these days." in done.output
        assert "mhealth clock" in done.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--flow", "repport"), "there is no flow 'repport'. Did you mean report? There are:"),
        (("--language", "xx"), "there is no language 'xx'"),
        (("--days", "0"), "0 is not in the range"),
        (("--json", "--csv"), "say --json or --csv, not both"),
        (("--district", "nowhere"), "No district"),
    ],
)
def test_what_is_not_there_is_told_in_a_line(url: str, words: tuple[str, ...], said: str) -> None:
    done = run(url, "funnel", *words)

    assert done.exit_code != 0
    assert said in " ".join(done.output.split())
    assert "Traceback" not in done.output
