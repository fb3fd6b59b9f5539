"""Makes a backup: one moment of the database and what it holds, told in the same moment."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import make_url

from mhealth.domain.errors import BackupError
from mhealth.services.backup import postgres_copy, sqlite_copy
from mhealth.services.backup.archive import Counted, write_archive
from mhealth.services.backup.manifest import Data, Manifest, keys_of
from mhealth.services.backup.postgres_tools import server_of
from mhealth.services.backup.shelf import new_name
from mhealth.store.keyring import Keyring
from mhealth.store.table_digests import postgres_digests, sqlite_digests

_REVISION = "SELECT version_num FROM alembic_version"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A backup that is safe on disk, not yet proved."""

    path: Path
    manifest: Manifest


def make_backup(database_url: str, keyring: Keyring, folder: Path, now: datetime) -> Made:
    """Write one more backup into the folder, which is made if need be. Raises BackupError."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _alone(folder):
            path = new_name(folder, now)
            if make_url(database_url).get_backend_name() == "sqlite":
                manifest = _of_sqlite(sqlite_file(database_url), keyring, path)
            else:
                manifest = _of_postgres(database_url, keyring, path)
    except OSError as error:
        raise BackupError(f"{folder}: {error.strerror}; no backup was made") from error
    return Made(path=path, manifest=manifest)


def sqlite_file(database_url: str) -> Path:
    """The file that a SQLite address names. Raises BackupError for none."""
    name = make_url(database_url).database
    if not name or name == ":memory:":
        raise BackupError("MHEALTH_DATABASE_URL names no file")
    return Path(name)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One backup at a time; what a killed one left is taken away."""
    with open(folder / ".lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise BackupError(f"another backup is being made in {folder}") from error
        for left in folder.glob(".mhealth-*.part"):
            left.unlink()
        yield


def _of_sqlite(file: Path, keyring: Keyring, path: Path) -> Manifest:
    with sqlite_copy.frozen(file) as source:
        row = source.execute(_revision_or_fail(_has_sqlite(source))).fetchone()
        tables = sqlite_digests(source)

        def fill(out: Counted) -> None:
            sqlite_copy.copy_into(source, out, path.parent)

        def describe(data: Data) -> Manifest:
            return Manifest(
                dialect="sqlite",
                server=f"SQLite {source.execute('SELECT sqlite_version()').fetchone()[0]}",
                revision=str(row[0]) if row else "",
                tables=tables,
                keys=keys_of(keyring),
                data=data,
            )

        return write_archive(path, sqlite_copy.DATA, keyring, fill, describe)


def _of_postgres(url: str, keyring: Keyring, path: Path) -> Manifest:
    server = server_of(url)
    with postgres_copy.frozen(server) as source:
        has = source.execute("SELECT to_regclass('alembic_version') IS NOT NULL").fetchone()
        row = source.execute(_revision_or_fail(bool(has and has[0]))).fetchone()

        def fill(out: Counted) -> None:
            postgres_copy.copy_into(source, server, out)

        def describe(data: Data) -> Manifest:
            return Manifest(
                dialect="postgresql",
                server=f"PostgreSQL {source.info.parameter_status('server_version')}",
                revision=str(row[0]) if row else "",
                tables=postgres_digests(source),
                keys=keys_of(keyring),
                data=data,
            )

        return write_archive(path, postgres_copy.DATA, keyring, fill, describe)


def _has_sqlite(source: object) -> bool:
    query = "SELECT count(*) FROM sqlite_master WHERE name = 'alembic_version'"
    return bool(source.execute(query).fetchone()[0])  # type: ignore[attr-defined]


def _revision_or_fail(has_tables: bool) -> str:
    if not has_tables:
        raise BackupError("the database is empty: there is nothing to keep")
    return _REVISION
