"""The folder of backups: their names in the order of time, which are proved, and which may go."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from mhealth.domain.errors import BackupError
from mhealth.services.backup.archive import look_at_archive, whole_file
from mhealth.services.backup.manifest import Manifest

_NAME = re.compile(r"mhealth-(\d{8}T\d{6})Z\.zip")
_FORM = "%Y%m%dT%H%M%S"


@dataclass(frozen=True, slots=True)
class Kept:
    """One backup in the folder, and when it was made by its name (milliseconds since 1970)."""

    path: Path
    made_ms: int


def shelf_of(folder: Path) -> Sequence[Kept]:
    """All backups of a folder, the oldest first; none when there is no such folder."""
    kept = [
        Kept(path, _moment_ms(found[1]))
        for path in (folder.iterdir() if folder.is_dir() else ())
        if (found := _NAME.fullmatch(path.name))
    ]
    return sorted(kept, key=lambda each: each.path.name)


def _moment_ms(text: str) -> int:
    try:
        return int(datetime.strptime(text, _FORM).replace(tzinfo=UTC).timestamp() * 1000)
    except ValueError:
        return 0


def new_name(folder: Path, now: datetime) -> Path:
    """Where the next backup goes. Raises BackupError when this second has one already."""
    path = folder / f"mhealth-{now.astimezone(UTC).strftime(_FORM)}Z.zip"
    if path.exists():
        raise BackupError(f"{path} is there already: wait a second")
    return path


def _proof_of(path: Path) -> Path:
    return path.with_name(path.name + ".proved")


def note_proof(path: Path, manifest: Manifest, now: datetime) -> None:
    """Remember beside the file that it was restored and compared."""
    said = {
        "proved": now.astimezone(UTC).isoformat(timespec="seconds"),
        "data": manifest.data.sha256,
    }
    with whole_file(_proof_of(path)) as file:
        file.write(json.dumps(said).encode())


def proved_at_ms(kept: Kept) -> int | None:
    """When it was proved; None: never, or it is another file since."""
    try:
        said = json.loads(_proof_of(kept.path).read_bytes())
        manifest, _ = look_at_archive(kept.path)
        if said["data"] != manifest.data.sha256:
            return None
        return int(datetime.fromisoformat(said["proved"]).timestamp() * 1000)
    except (OSError, ValueError, KeyError, TypeError, BackupError):
        return None


def prune(folder: Path, keep: int) -> Sequence[Path]:
    """Take the oldest away until `keep` are left; the newest proved one always stays. What went."""
    shelf = shelf_of(folder)
    proved = [each for each in shelf if proved_at_ms(each) is not None]
    gone = [each.path for each in shelf[:-keep] if each not in proved[-1:]]
    for path in gone:
        path.unlink()
        _proof_of(path).unlink(missing_ok=True)
    return gone
