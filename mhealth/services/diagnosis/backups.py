"""Backups: when the last proved one was made."""

from collections.abc import Iterator

from mhealth.domain.finding import Finding, Level
from mhealth.services.backup.shelf import proved_at_ms, shelf_of
from mhealth.services.diagnosis.catalogue import found, well
from mhealth.services.diagnosis.circumstances import Circumstances

_OLD_MS = 26 * 3_600_000  # a night's, and two hours of patience


def backup(here: Circumstances) -> Iterator[Finding]:
    """The newest proved one, and whether a newer one waits for its proof."""
    folder = here.value("backup_dir")
    if folder is None and here.is_demo:
        yield well("backup", "none: a demo's data are invented")
        return
    shelf = shelf_of(folder) if folder is not None else ()
    if not shelf:
        where = "MHEALTH_BACKUP_DIR is not set" if folder is None else f"none in {folder}"
        level = Level.BROKEN if here.mode == "live" else None
        yield found("backup.none", where, level=level)
        return
    proved = [each for each in shelf if proved_at_ms(each) is not None]
    if not proved:
        yield found("backup.unproved", f"{shelf[-1].path.name}, and no other")
        return
    age_ms = here.now_ms() - proved[-1].made_ms
    if age_ms > _OLD_MS:
        yield found("backup.old", f"{proved[-1].path.name}, {age_ms / 3_600_000:.0f} hours ago")
    if shelf[-1] != proved[-1]:
        yield found("backup.unproved", shelf[-1].path.name)
    elif age_ms <= _OLD_MS:
        yield well("backup", f"{proved[-1].path.name}, proved")
