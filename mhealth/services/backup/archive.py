"""The file of a backup: a ZIP with `manifest.json` and the data; written whole or not at all."""

import hashlib
import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from mhealth.domain.errors import BackupError
from mhealth.services.backup.manifest import Data, Manifest, believe, read_manifest, write_manifest
from mhealth.store.keyring import Keyring

_MANIFEST = "manifest.json"
_BLOCK = 1 << 20


class Counted:
    """Passes bytes on and keeps their number and hash."""

    def __init__(self, below: IO[bytes]) -> None:
        self._below, self._digest, self.size = below, hashlib.sha256(), 0

    def write(self, block: bytes) -> None:
        """One more block."""
        self._below.write(block)
        self._digest.update(block)
        self.size += len(block)

    def as_data(self, name: str) -> Data:
        """What was written, under its name."""
        return Data(name=name, size=self.size, sha256=self._digest.hexdigest())


def pour(source: IO[bytes], write: Callable[[bytes], object]) -> None:
    """All of a file, block by block."""
    while block := source.read(_BLOCK):
        write(block)


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """Write a file for its owner alone that appears under its name once it is safe on disk.

    Whatever fails on the way leaves nothing behind.
    """
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        sync_folder(path.parent)
    finally:
        part.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """A name that was given is safe on disk too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_archive(
    path: Path,
    name: str,
    keyring: Keyring,
    fill: Callable[[Counted], None],
    describe: Callable[[Data], Manifest],
) -> Manifest:
    """`fill` writes the data, then `describe` says what they are."""
    with whole_file(path) as file, zipfile.ZipFile(file, "w", allowZip64=True) as archive:
        info = zipfile.ZipInfo(name)
        info.compress_type = (
            zipfile.ZIP_DEFLATED if name.endswith("sqlite3") else zipfile.ZIP_STORED
        )
        with archive.open(info, "w", force_zip64=True) as member:
            counted = Counted(member)
            fill(counted)
        manifest = describe(counted.as_data(name))
        archive.writestr(_MANIFEST, write_manifest(manifest, keyring), zipfile.ZIP_STORED)
    return manifest


def look_at_archive(path: Path) -> tuple[Manifest, str]:
    """The manifest of a backup and its voucher, not yet believed. Raises BackupError."""
    with _opened(path) as archive:
        try:
            return read_manifest(archive.read(_MANIFEST))
        except (KeyError, OSError, zipfile.BadZipFile) as error:
            raise BackupError(f"{path.name} is no backup, or a damaged one: {error}") from error


def believed_manifest(path: Path, keyring: Keyring) -> Manifest:
    """The manifest, held against our keys. Raises BackupError naming the file."""
    manifest, vouched = look_at_archive(path)
    try:
        believe(manifest, vouched, keyring)
    except BackupError as error:
        raise BackupError(f"{path.name}: {error}") from error
    return manifest


def extract(path: Path, data: Data, to: Path) -> None:
    """Write the data out to a file for its owner alone. Raises BackupError when a byte differs."""
    try:
        with (
            _opened(path) as archive,
            archive.open(data.name) as member,
            os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file,
        ):
            counted = Counted(file)
            pour(member, counted.write)
            file.flush()
            os.fsync(file.fileno())
    except (KeyError, zipfile.BadZipFile) as error:
        raise BackupError(f"{path.name} is damaged: {error}") from error
    if counted.as_data(data.name) != data:
        raise BackupError(f"{path.name} was changed or damaged after it was made: its data differ")


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except zipfile.BadZipFile as error:
        raise BackupError(f"{path.name} is no backup, or a damaged one: {error}") from error
    except FileNotFoundError as error:
        raise BackupError(f"no file {path}") from error
