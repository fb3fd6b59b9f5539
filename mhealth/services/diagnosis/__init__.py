"""Looks at each part that the product needs and says, for a broken one, what mends it."""

from collections.abc import Collection, Iterator, Mapping

from mhealth.domain.finding import Finding
from mhealth.domain.scrubbing import scrub
from mhealth.services.diagnosis import (
    backups,
    channel,
    clocks,
    content,
    database,
    disk,
    redis,
    settings,
    work,
)
from mhealth.services.diagnosis.catalogue import found
from mhealth.services.diagnosis.circumstances import CannotJudge, Circumstances, Folder, Part

__all__ = ["PARTS", "Circumstances", "Folder", "look"]

PARTS: Mapping[str, Part] = {
    "settings": settings.settings,
    "secrets": settings.secrets,
    "database": database.database,
    "migrations": database.migrations,
    "keys": database.keys,
    "redis": redis.redis,
    "content": content.content,
    "gate": content.gate,
    "clock": clocks.clock,
    "disk": disk.disk,
    "channel": channel.channel,
    "certificate": channel.certificate,
    "processes": work.processes,
    "queues": work.queues,
    "backup": backups.backup,
}
"""Every part in the order of its telling; the database stands before those that ask it."""


def look(here: Circumstances, only: Collection[str] = ()) -> Iterator[Finding]:
    """Judge every part, or only some, by itself, whatever became of the others. Never raises."""
    try:
        if not only:
            here.set_out()
        for name in (name for name in PARTS if not only or name in only):
            yield from _judged(name, PARTS[name], here)
    finally:
        here.close()


def _judged(name: str, part: Part, here: Circumstances) -> list[Finding]:
    seen: list[Finding] = []
    try:
        for finding in part(here):
            seen.append(finding)
    except CannotJudge as error:
        seen.append(found("doctor.not_judged", scrub(str(error)), part=name))
    except Exception as error:  # a fault of one check must not hide what the others find
        seen.append(found("doctor.failed", scrub(f"{type(error).__name__}: {error}"), part=name))
    return seen
