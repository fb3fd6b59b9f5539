"""From taken entries to files: what each file says afterwards, and all of them written or none."""

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from mhealth.content.library import Library
from mhealth.content.yaml_edit import CannotSet, set_texts
from mhealth.domain.errors import MhealthError
from mhealth.services.translations.units import Unit
from mhealth.sms.text_file import split_header

NEW = "review: draft\n"


class CannotWrite(MhealthError):
    """Nothing was written; `str()` says why."""


def files_with(library: Library, texts: Mapping[str, str], units: Iterable[Unit]) -> dict[str, str]:
    """File from the content root on -> what it says with these texts, by context. Raises CannotWrite."""
    by_target: dict[str, list[Unit]] = {}
    for unit in units:
        by_target.setdefault(unit.target, []).append(unit)
    return {
        target: _changed(_read(library, target), own, texts)
        for target, own in by_target.items()
        if any(unit.context in texts for unit in own)
    }


def _changed(written: str | None, own: list[Unit], texts: Mapping[str, str]) -> str:
    if not own[0].path:
        return _sms(written, texts[own[0].context])
    new = {unit.path: texts[unit.context] for unit in own if unit.context in texts}
    try:
        return set_texts(written if written is not None else NEW, new, [unit.path for unit in own])
    except CannotSet as error:
        raise CannotWrite(f"{own[0].target}: {error}") from error


def _sms(written: str | None, text: str) -> str:
    header = split_header(written)[0] if written is not None else f"# {NEW}"
    return f"{header}{text}\n"


def _read(library: Library, target: str) -> str | None:
    try:
        return library.find(target).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def write_all(folder: Path, files: Mapping[str, str]) -> None:
    """Write every file below a folder, each at once; when one fails the others are put back.

    Raises CannotWrite.
    """
    staged: list[tuple[Path, Path, bytes | None]] = []
    try:
        for relative, text in files.items():
            file = folder / relative
            file.parent.mkdir(parents=True, exist_ok=True)
            new = file.with_name(f".{file.name}.new")
            staged.append((new, file, file.read_bytes() if file.exists() else None))
            new.write_text(text, encoding="utf-8")
        for new, file, _ in staged:
            os.replace(new, file)
    except OSError as error:
        _put_back(staged)
        raise CannotWrite(f"nothing is changed: {error}") from error


def _put_back(staged: Iterable[tuple[Path, Path, bytes | None]]) -> None:
    for new, file, before in staged:
        with suppress(OSError):
            new.unlink(missing_ok=True)
            if before is None:
                file.unlink(missing_ok=True)
            elif file.read_bytes() != before:
                file.write_bytes(before)
