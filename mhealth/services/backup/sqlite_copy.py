"""SQLite: a copy of one moment by its own backup, and the file put in the place of another."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from mhealth.domain.errors import BackupError
from mhealth.services.backup.archive import Counted, pour, sync_folder
from mhealth.store.table_digests import TableDigest, sqlite_digests

DATA = "data.sqlite3"


@contextmanager
def frozen(file: Path) -> Iterator[sqlite3.Connection]:
    """A connection whose one read transaction sees the same moment to its end."""
    if not file.exists():
        raise BackupError(f"no file {file}")
    with closing(sqlite3.connect(file, isolation_level=None, timeout=10)) as connection:
        connection.execute("PRAGMA query_only = ON")
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        yield connection


def copy_into(source: sqlite3.Connection, out: Counted, folder: Path) -> None:
    """The moment that a frozen connection sees, as a file; `folder` has room for it once more."""
    with tempfile.TemporaryDirectory(prefix=".mhealth-", dir=folder) as work:
        file = Path(work, DATA)
        with closing(sqlite3.connect(file)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, no companions
        with file.open("rb") as data:
            pour(data, out.write)


def digests_of_file(file: Path) -> Mapping[str, TableDigest]:
    """Read a copy whole: its structure, its references, every row. Raises BackupError."""
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        try:
            state = connection.execute("PRAGMA integrity_check").fetchone()[0]
            if state != "ok":
                raise BackupError(f"the copy is damaged: {state}")
            if connection.execute("PRAGMA foreign_key_check").fetchone():
                raise BackupError("the copy has a reference that leads nowhere")
            return sqlite_digests(connection)
        except sqlite3.DatabaseError as error:
            raise BackupError(f"the copy cannot be read: {error}") from error


def put_in_place(fresh: Path, target: Path, aside: Path | None) -> None:
    """The fresh file under the target's name; the old one and its companions go `aside`, or away."""
    for end in ("", "-wal", "-shm"):
        old = Path(f"{target}{end}")
        if aside is None:
            old.unlink(missing_ok=True)
        elif old.exists():
            old.replace(f"{aside}{end}")
    os.replace(fresh, target)
    sync_folder(target.parent)
