"""The note that spares a start the loading of Alembic is believed only while it is true."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from mhealth.launcher import migrated
from mhealth.launcher.home import Home
from mhealth.launcher.migrated import is_migrated, note_migrated


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    home.var.mkdir()
    _write(home, "CREATE TABLE alembic_version (version_num TEXT)")
    _write(home, "INSERT INTO alembic_version VALUES ('0005')")
    return home


def _write(home: Home, statement: str) -> None:
    with closing(sqlite3.connect(home.database)) as connection, connection:
        connection.execute(statement)


def test_nothing_is_believed_before_it_is_noted(home: Home) -> None:
    assert not is_migrated(home)
    note_migrated(home)
    assert is_migrated(home)


def test_a_database_brought_to_another_revision_is_migrated_again(home: Home) -> None:
    note_migrated(home)
    _write(home, "UPDATE alembic_version SET version_num = '0004'")

    assert not is_migrated(home)


def test_a_new_migration_is_seen(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    note_migrated(home)
    monkeypatch.setattr(migrated, "content_hash", lambda *_texts: "other")

    assert not is_migrated(home)


@pytest.mark.parametrize("content", [None, b"", b"no database" * 100])
def test_a_missing_empty_or_broken_database_is_left_to_alembic(
    home: Home, content: bytes | None
) -> None:
    note_migrated(home)
    home.database.unlink()
    if content is not None:
        home.database.write_bytes(content)

    assert not is_migrated(home)
    note_migrated(home)
