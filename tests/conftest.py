"""Fixtures for all tests: an empty database of each kind, migrated, with the tests' keys.

`database` runs a test on SQLite and on PostgreSQL, `sqlite_database` on SQLite alone.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from mhealth.store.database import Database
from tests import databases
from tests.scheduling import Scheduling

FOLDER = "MHEALTH_TEST_FOLDER"

# A loaded machine is no fault of what is tested: no example has a time of its own.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def pytest_configure(config: pytest.Config) -> None:
    """The first process of a run makes the folder that its workers share."""
    if FOLDER in os.environ:
        return
    folder = Path(tempfile.mkdtemp(prefix="mhealth-tests-"))
    folder.chmod(0o755)  # as root, PostgreSQL runs as another user
    os.environ[FOLDER] = str(folder)
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    (runtime / "python_PostgresServer").mkdir()  # its lock lies here, else in /tmp for all users
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    config.add_cleanup(lambda: _forget(folder))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    """Hand tests to workers as `tests.scheduling` says."""
    return Scheduling(config, log)


def _forget(folder: Path) -> None:
    del os.environ[FOLDER]
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return databases.migrated_sqlite(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_url(worker_id: str) -> Iterator[str]:
    """The address of this worker's PostgreSQL database; `postgres_database` empties it."""
    with databases.postgres_server(Path(os.environ[FOLDER]) / "postgres") as server:
        yield databases.created_postgres(server, f"mhealth_{worker_id}")


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    database = databases.open_test_database(databases.copied_sqlite(sqlite_template, tmp_path))
    yield database
    database.close()


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[Database]:
    database = databases.open_test_database(postgres_url)
    yield database
    databases.empty(database)
    database.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.pg)])
def database(request: pytest.FixtureRequest) -> Database:
    """An empty, migrated database of each kind in turn."""
    opened: Database = request.getfixturevalue(f"{request.param}_database")
    return opened
