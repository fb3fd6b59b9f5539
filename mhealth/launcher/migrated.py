"""Is the database at the newest migration? Told from a note of the last run, without loading Alembic.

The note holds a hash of the migrations and the revision that they led to; the database itself is
asked for its revision, so that a restored or downgraded one is never taken for a new one.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from mhealth.content.library import content_hash, open_library
from mhealth.launcher.home import Home


def is_migrated(home: Home) -> bool:
    """Whether `mhealth migrate` has nothing to do. In doubt it has."""
    revision = _revision(home.database)
    try:
        return revision is not None and home.migrated.read_text() == _note(revision)
    except OSError:
        return False


def note_migrated(home: Home) -> None:
    """Remember that the database is at the newest migration."""
    revision = _revision(home.database)
    if revision is not None:
        home.migrated.write_text(_note(revision))


def _note(revision: str) -> str:
    """Changes with every change of a migration and with the database's revision."""
    files = open_library().files("migrations", "**/*.py")
    return f"{content_hash(*(path.read_text() for path in files.values()))} {revision}\n"


def _revision(database: Path) -> str | None:
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error:
        return None
    return str(row[0]) if row else None
