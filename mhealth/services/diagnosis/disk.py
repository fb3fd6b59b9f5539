"""Disk: room and inodes of the folders that we write in, and whether they can be written."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from mhealth.domain.finding import Finding, Level
from mhealth.services.diagnosis.catalogue import found, well
from mhealth.services.diagnosis.circumstances import Circumstances, Folder

_MEGABYTE = 1_000_000
_FULL, _LOW = 200 * _MEGABYTE, 2_000 * _MEGABYTE
_NO_INODES, _FEW_INODES = 1_000, 20_000


def disk(here: Circumstances) -> Iterator[Finding]:
    """Each folder once for each thing that is wrong."""
    wrong = [finding for what, folder in here.folders.items() for finding in _folder(what, folder)]
    yield from wrong or [well("disk", f"room for {', '.join(here.folders) or 'nothing of ours'}")]


def _folder(what: str, folder: Folder) -> Iterator[Finding]:
    path, name = folder.path, f"{what} ({folder.path})"
    try:
        state = os.statvfs(path)
    except OSError as error:
        yield found("disk.unwritable", f"{name}: {error.strerror}")
        return
    free = state.f_bavail * state.f_frsize
    if free < _LOW:
        code, words = ("disk.full" if free < _FULL else "disk.low"), f"{free // _MEGABYTE} MB free"
        yield found(code, f"{name}: {words}")
    if state.f_files and state.f_favail < _FEW_INODES:  # some file systems do not count them
        code = "disk.full" if state.f_favail < _NO_INODES else "disk.low"
        yield found(code, f"{name}: {state.f_favail} inodes free")
    refusal = _refusal(path) if folder.is_ours else None
    if refusal:
        yield found("disk.unwritable", f"{name}: {refusal}", level=Level.BROKEN)


def _refusal(path: Path) -> str | None:
    """Write a file and take it away again; why that failed."""
    try:
        with tempfile.TemporaryFile(dir=path) as trial:
            trial.write(b"x" * 4096)
            trial.flush()
            os.fsync(trial.fileno())
    except OSError as error:
        return error.strerror or type(error).__name__
    return None
