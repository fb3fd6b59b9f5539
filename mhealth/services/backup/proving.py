"""Proves a backup: restores it beside everything and holds each table against what the manifest says."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from mhealth.domain.errors import BackupError
from mhealth.services.backup import postgres_copy, sqlite_copy
from mhealth.services.backup.archive import believed_manifest, extract
from mhealth.services.backup.manifest import Manifest
from mhealth.services.backup.postgres_tools import server_of
from mhealth.services.backup.shelf import note_proof
from mhealth.store.keyring import Keyring
from mhealth.store.table_digests import TableDigest


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One table: what the manifest says and what was found; None: not there."""

    table: str
    expected: TableDigest | None
    found: TableDigest | None

    @property
    def is_same(self) -> bool:
        """The same rows with the same values."""
        return self.expected == self.found

    @property
    def words(self) -> str:
        """In what they differ, or how many rows are as they were."""
        if self.expected is None or self.found is None:
            return "missing" if self.found is None else "not in the backup"
        if self.expected.rows != self.found.rows:
            return f"{self.found.rows} rows instead of {self.expected.rows}"
        rows = f"{self.found.rows} row{'s' if self.found.rows != 1 else ''}"
        return f"{rows}, {'the same' if self.is_same else 'of which some differ'}"


def compare(manifest: Manifest, found: Mapping[str, TableDigest]) -> Sequence[Compared]:
    """Every table of either side, by name."""
    names = sorted({*manifest.tables, *found})
    return [
        Compared(table=name, expected=manifest.tables.get(name), found=found.get(name))
        for name in names
    ]


def prove(
    path: Path, keyring: Keyring, scratch_url: str | None, now: datetime
) -> tuple[Manifest, Sequence[Compared]]:
    """Restore into a scratch database and compare; written down beside the file when all is the same.

    `scratch_url`: where PostgreSQL may make the scratch; SQLite needs none. Raises BackupError when
    it cannot be restored at all.
    """
    manifest = believed_manifest(path, keyring)
    try:
        with tempfile.TemporaryDirectory(prefix=".mhealth-", dir=path.parent) as work:
            file = Path(work, manifest.data.name)
            extract(path, manifest.data, file)
            compared = compare(manifest, _found(manifest, file, scratch_url))
        if all(each.is_same for each in compared):
            note_proof(path, manifest, now)
    except OSError as error:
        raise BackupError(f"{path}: {error.strerror}; not proved") from error
    return manifest, compared


def _found(manifest: Manifest, file: Path, scratch_url: str | None) -> Mapping[str, TableDigest]:
    if manifest.dialect == "sqlite":
        return sqlite_copy.digests_of_file(file)
    if scratch_url is None or scratch_url.startswith("sqlite"):
        raise BackupError("it is PostgreSQL's: name a server for the proof with --scratch")
    with postgres_copy.scratch(server_of(scratch_url)) as beside:
        postgres_copy.restore_into(beside, file)
        return postgres_copy.digests_of(beside)
