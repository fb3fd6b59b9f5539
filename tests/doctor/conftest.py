"""The doctor as the shell calls it, over a database, a Redis and a carrier of the test's own."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner

from mhealth.cli.main import mhealth
from mhealth.services.pulse import Pulse
from mhealth.store.database import Database
from tests.aggregators.carrier import Carrier, running_carrier
from tests.backup.conftest import BYTES, key, url_of
from tests.faults.parts import takes

SECRET = "r4nd0m-Kq7vZp2Lw9TgXbYcJdHnMfRs-6A"
Findings = dict[str, str]  # code -> what was seen


@dataclass
class Doctor:
    """Looks, and remembers what the command printed."""

    env: dict[str, str | None] = field(default_factory=dict)

    def look(self, *parts: str, **env: str | None) -> Findings:
        """Every finding of these parts that is not well, by code; the exit code must agree."""
        environ = {**self.env, **env}
        done = CliRunner().invoke(mhealth, ["doctor", "--json", *parts], env=environ)
        assert done.exit_code in (0, 1), (done.output, done.exception)
        told = json.loads(done.stdout)
        assert (told["status"] == "broken") == (done.exit_code == 1)
        for finding in told["findings"]:
            assert finding["level"] == "well" or finding["mend"], finding
            assert finding["code"] != "doctor.failed", finding
        self.parts = {finding["part"] for finding in told["findings"]}
        self.levels = {finding["code"]: finding["level"] for finding in told["findings"]}
        seen: dict[str, list[str]] = {}
        for finding in told["findings"]:
            if finding["level"] != "well":
                seen.setdefault(finding["code"], []).append(finding["seen"])
        return {code: "\n".join(lines) for code, lines in seen.items()}

    def lines(self, **env: str | None) -> str:
        """The same for a person."""
        return CliRunner().invoke(mhealth, ["doctor"], env={**self.env, **env}).output


def healthy_env(url: str, home: Path) -> dict[str, str | None]:
    return {
        "MHEALTH_HOME": str(home),
        "MHEALTH_TEST_FOLDER": None,
        "MHEALTH_DATABASE_URL": url,
        "MHEALTH_SECRET_KEY": SECRET,
        "MHEALTH_ENCRYPTION_KEYS": f"test:{key(BYTES[0])}",
        "MHEALTH_INDEX_KEY": key(BYTES[1]),
        "MHEALTH_WEBHOOK_TOKENS": f"africastalking:{SECRET}",
    }


@pytest.fixture
def carrier() -> Iterator[Carrier]:
    with running_carrier() as running:
        running.move = takes
        yield running


@pytest.fixture
def doctor(database: Database, tmp_path: Path) -> Doctor:
    """All well: a clock and a web have just given a sign."""
    for kind in ("clock", "web"):
        Pulse(database, kind).beat_when_due()  # type: ignore[arg-type]
    return Doctor(healthy_env(url_of(database), tmp_path))


@pytest.fixture
def alone(tmp_path: Path, copied: Callable[[], str]) -> Doctor:
    """Over a SQLite file, for parts that have nothing to do with the kind of database."""
    return Doctor(healthy_env(copied(), tmp_path))


@pytest.fixture
def copied(sqlite_template: Path, tmp_path: Path) -> Callable[[], str]:
    def copy() -> str:
        file = tmp_path / "own.sqlite3"
        file.write_bytes(sqlite_template.read_bytes())
        return f"sqlite:///{file}"

    return copy
