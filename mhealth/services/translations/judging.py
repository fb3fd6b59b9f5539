"""What of a translator's PO file is taken back: each entry is taken, left as it is, or refused."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from mhealth.services.translations.catalogue import Entry
from mhealth.services.translations.notes import names_of
from mhealth.services.translations.units import Unit


class Left(StrEnum):
    """Why an entry changes nothing, though it says something else than the file."""

    FUZZY = "still fuzzy"
    STALE = "the French was changed since: export again"


@dataclass(frozen=True, slots=True)
class Remark:
    """About one entry: `line` of the PO file, from 1; 0 for what no entry makes so."""

    line: int
    context: str
    said: str

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line else ""
        return f"{where}{self.context}: {self.said}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """`taken`: what changes, by context. Nothing is written while there is one that is refused."""

    taken: Mapping[str, tuple[Unit, Entry]]
    left: tuple[Remark, ...]
    refused: tuple[Remark, ...]


def judge(entries: Iterable[Entry], units: Iterable[Unit]) -> Judged:
    """Compare a PO file with the texts as they are now. An empty translation says nothing."""
    known = {unit.context: unit for unit in units}
    taken: dict[str, tuple[Unit, Entry]] = {}
    left: list[Remark] = []
    refused: list[Remark] = []
    for entry in entries:
        unit = known.get(entry.context)
        if unit is None:
            refused.append(_remark(entry, "there is no such text"))
        elif not entry.translation or entry.translation == unit.translation:
            continue
        elif (reason := _left(entry, unit)) is not None:
            left.append(_remark(entry, reason))
        else:
            refused += [_remark(entry, fault) for fault in _faults(entry.translation, unit)]
            taken[entry.context] = (unit, entry)
    return Judged(taken=taken, left=tuple(left), refused=tuple(refused))


def _left(entry: Entry, unit: Unit) -> Left | None:
    if entry.source != unit.source:
        return Left.STALE
    return Left.FUZZY if entry.is_fuzzy else None


def _faults(said: str, unit: Unit) -> list[str]:
    """Variables that differ, and braces that do not match."""
    wanted = names_of(unit.source)
    try:
        names = names_of(said)
    except ValueError as error:
        return [f"braces do not match: {error}"]
    if said != said.strip():
        return ["it begins or ends with a space"]
    if said.startswith("#") and not unit.path:
        return ["an SMS does not begin with #"]
    lacking = [f"it lacks {{{name}}}" for name in sorted(wanted - names)]
    return [*lacking, *(f"the French has no {{{name}}}" for name in sorted(names - wanted))]


def _remark(entry: Entry, said: str) -> Remark:
    return Remark(entry.line, entry.context, said)
