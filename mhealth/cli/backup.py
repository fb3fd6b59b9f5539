"""`mhealth backup`: keep one moment of the database in a file, and prove that it can be restored."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from mhealth.domain.errors import BackupError
from mhealth.handles import TABLES
from mhealth.services.backup.making import make_backup
from mhealth.services.backup.manifest import Manifest
from mhealth.services.backup.proving import Compared, prove
from mhealth.services.backup.shelf import prune
from mhealth.settings import Settings, read_settings
from mhealth.store.keyring import Keyring, read_keyring

_FILE = click.Path(path_type=Path, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command()
@click.argument("folder", type=_FOLDER, required=False)
@click.option("--keep", type=click.IntRange(min=1), help="Keep the newest so many in the folder.")
@click.option("--no-proof", is_flag=True, help="Do not restore it for a proof now.")
@click.option("--verify", type=_FILE, help="Prove this backup; nothing is made.")
@click.option("--scratch", help="PostgreSQL address where a scratch database may be made.")
@click.pass_context
def backup(
    ctx: click.Context,
    folder: Path | None,
    *,
    keep: int | None,
    no_proof: bool,
    verify: Path | None,
    scratch: str | None,
) -> None:
    """Write a backup into FOLDER (else MHEALTH_BACKUP_DIR), restore it beside, compare, say so.

    The keys are not in it. Exit code 1: made, and the proof found a difference.
    """
    settings = read_settings()
    keyring = keyring_of(settings)
    where = scratch or settings.database_url
    if verify is not None:
        ctx.exit(_prove(verify, keyring, where))
    folder = folder or settings.backup_dir
    if folder is None:
        raise BackupError("name a folder, or set MHEALTH_BACKUP_DIR")
    made = make_backup(settings.database_url, keyring, folder, datetime.now(UTC))
    click.echo(f"backup: {made.path}, {summary(made.manifest)}")
    code = 0 if no_proof else _prove(made.path, keyring, where)
    if code == 0 and keep is not None:
        for gone in prune(folder, keep):
            click.echo(f"taken away: {gone.name}")
    ctx.exit(code)


def _prove(path: Path, keyring: Keyring, scratch_url: str) -> int:
    manifest, compared = prove(path, keyring, scratch_url, datetime.now(UTC))
    if tell(compared):
        click.echo(f"proved: {path.name}, {summary(manifest)}, restored and compared")
        return 0
    click.echo(f"NOT PROVED: {path.name}: it does not hold what it says", err=True)
    return 1


def tell(compared: Sequence[Compared], *, every: bool = False) -> bool:
    """A line for each table that differs, or for every one; whether all are the same."""
    for each in compared:
        if every or not each.is_same:
            click.echo(f"{'ok ' if each.is_same else 'BAD'} {each.table}: {each.words}")
    return all(each.is_same for each in compared)


def summary(manifest: Manifest) -> str:
    """How much of what."""
    size = manifest.data.size / 1_000_000
    return (
        f"{len(manifest.tables)} tables, {manifest.rows} rows, {size:.1f} MB,"
        f" revision {manifest.revision}, {manifest.server}"
    )


def keyring_of(settings: Settings) -> Keyring:
    """The keys, by which a backup is vouched for. Raises SettingsError."""
    assert TABLES.tables
    return read_keyring(settings.encryption_keys.reveal(), settings.index_key.reveal())
