"""Puts a backup in the place of the database: whole, by the same keys, and never over data unasked."""

import sqlite3
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from mhealth.domain.errors import BackupError
from mhealth.services.backup import postgres_copy, sqlite_copy
from mhealth.services.backup.archive import believed_manifest, extract
from mhealth.services.backup.making import sqlite_file
from mhealth.services.backup.manifest import Manifest
from mhealth.services.backup.postgres_tools import Server, server_of
from mhealth.services.backup.proving import Compared, compare
from mhealth.store.keyring import Keyring
from mhealth.store.table_digests import TRANSIENT, postgres_tables
from mhealth.store.tables import metadata

_NO_DATA = frozenset({"alembic_version", "key_probes", "sqlite_sequence"}) | TRANSIENT
_BUSY = "SELECT process FROM process_beats WHERE seen_ms > %s ORDER BY process"
_BUSY_MS = 60_000
_REPLACE = "--replace puts the backup in its place"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What stands now, table by table; `aside` is where the former SQLite file went, if there was one."""

    manifest: Manifest
    compared: Sequence[Compared]
    aside: Path | None = None

    @property
    def is_same(self) -> bool:
        """Whether everything is as it was when the backup was made."""
        return all(each.is_same for each in self.compared)


def restore(
    path: Path,
    database_url: str,
    keyring: Keyring,
    *,
    newest: str,
    may_replace: bool,
    now: datetime,
) -> Restored:
    """Restore into the database that the settings name; `newest` is the revision of this program.

    Raises BackupError before anything is changed: wrong keys, a damaged file, another kind of
    database, a target that holds data (unless `may_replace`) or that processes work on.
    """
    manifest = believed_manifest(path, keyring)
    if manifest.revision > newest:
        raise BackupError(
            f"{path.name} is of revision {manifest.revision}, this program knows {newest}:"
            " install the newer program"
        )
    dialect = make_url(database_url).get_backend_name()
    if dialect != manifest.dialect:
        raise BackupError(
            f"{path.name} is of {manifest.dialect}, MHEALTH_DATABASE_URL of {dialect}"
        )
    now_ms = int(now.timestamp() * 1000)
    try:
        if dialect == "sqlite":
            return _into_sqlite(path, manifest, sqlite_file(database_url), now_ms, may_replace)
        return _into_postgres(path, manifest, server_of(database_url), now_ms, may_replace)
    except OSError as error:
        raise BackupError(
            f"{error.filename or path}: {error.strerror}; nothing restored"
        ) from error


def _into_sqlite(
    path: Path, manifest: Manifest, target: Path, now_ms: int, may_replace: bool
) -> Restored:
    target.parent.mkdir(parents=True, exist_ok=True)
    held = _held_by_sqlite(target, now_ms) if target.exists() else []
    _refuse(held, may_replace)
    fresh = target.with_name(f".{target.name}.restoring")
    fresh.unlink(missing_ok=True)
    try:
        extract(path, manifest.data, fresh)
        compared = compare(manifest, sqlite_copy.digests_of_file(fresh))
        if not all(each.is_same for each in compared):
            return Restored(manifest=manifest, compared=compared)
        with closing(sqlite3.connect(fresh)) as connection, connection:
            for name in TRANSIENT & set(_tables(connection)):  # an older one has not all
                connection.execute(f'DELETE FROM "{name}"')
        aside = _aside(target, now_ms) if held else None
        sqlite_copy.put_in_place(fresh, target, aside)
    finally:
        fresh.unlink(missing_ok=True)
    return Restored(manifest=manifest, compared=compared, aside=aside)


def _aside(target: Path, now_ms: int) -> Path:
    moment = datetime.fromtimestamp(now_ms / 1000, UTC).strftime("%Y%m%dT%H%M%SZ")
    return target.with_name(f"{target.name}.before-{moment}")


def _held_by_sqlite(target: Path, now_ms: int) -> list[str]:
    """Tables with rows. Raises BackupError while processes work on it."""
    try:
        with closing(sqlite3.connect(f"{target.absolute().as_uri()}?mode=rw", uri=True)) as there:
            names = _tables(there)
            if "process_beats" in names:
                query = _BUSY.replace("%s", "?")
                _refuse_busy([p for (p,) in there.execute(query, [now_ms - _BUSY_MS])])
            rows = 'SELECT 1 FROM "{}" LIMIT 1'
            data = [name for name in names if name not in _NO_DATA]
            return [name for name in data if there.execute(rows.format(name)).fetchone()]
    except sqlite3.DatabaseError:
        return [f"{target.name}, which is no database that can be read"]


def _tables(connection: sqlite3.Connection) -> list[str]:
    query = "SELECT name FROM sqlite_master WHERE type='table'"
    return [name for (name,) in connection.execute(query)]


def _into_postgres(
    path: Path, manifest: Manifest, server: Server, now_ms: int, may_replace: bool
) -> Restored:
    with server.connect() as connection:
        _refuse(_held_by_postgres(connection, manifest.tables, now_ms), may_replace)
    with tempfile.TemporaryDirectory(prefix=".mhealth-", dir=path.parent) as work:
        file = Path(work, manifest.data.name)
        extract(path, manifest.data, file)
        postgres_copy.replace_all(server, file, [*manifest.tables, *metadata.tables, *_NO_DATA])
    return Restored(manifest=manifest, compared=compare(manifest, postgres_copy.digests_of(server)))


def _held_by_postgres(
    connection: psycopg.Connection[Any], ours: Mapping[str, Any], now_ms: int
) -> list[str]:
    names = postgres_tables(connection)
    foreign = [n for n in names if n not in ours and n not in metadata.tables and n not in _NO_DATA]
    if foreign:
        raise BackupError(f"the database holds tables that are not ours: {', '.join(foreign[:3])}")
    if "process_beats" in names:
        _refuse_busy([p for (p,) in connection.execute(_BUSY, [now_ms - _BUSY_MS])])
    query = sql.SQL("SELECT 1 FROM {} LIMIT 1")
    data = [name for name in names if name not in _NO_DATA]
    return [n for n in data if connection.execute(query.format(sql.Identifier(n))).fetchone()]


def _refuse(held: Sequence[str], may_replace: bool) -> None:
    if held and not may_replace:
        more = f" and {len(held) - 3} more" if len(held) > 3 else ""
        raise BackupError(f"the database holds data ({', '.join(held[:3])}{more}); {_REPLACE}")


def _refuse_busy(processes: Sequence[str]) -> None:
    if processes:
        raise BackupError(f"stop what works on the database first: {', '.join(processes)}")
