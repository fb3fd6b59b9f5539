"""How an import looks: its state in words, its findings and changes as pages of lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from mhealth.services.imports.outcome import Outcome
from mhealth.sheets.columns import Kind
from mhealth.sheets.forms import FORMS
from mhealth.sheets.plan import What
from mhealth.sheets.words import WHAT
from mhealth.store.imports import ImportState
from mhealth.web.words import said

T = TypeVar("T")
LINES = 50
"""Findings or changes on one page."""

STATES = {
    ImportState.WAITING: said("attend la vérification"),
    ImportState.CHECKING: said("vérification en cours"),
    ImportState.FAULTY: said("fautes à corriger"),
    ImportState.READY: said("attend votre accord"),
    ImportState.CONFIRMED: said("va être écrit"),
    ImportState.APPLYING: said("écriture en cours"),
    ImportState.APPLIED: said("écrit dans le répertoire"),
    ImportState.FAILED: said("pas écrit"),
    ImportState.GIVEN_UP: said("abandonné"),
    ImportState.FORGOTTEN: said("oublié faute d’accord"),
}
LOOKS = {
    ImportState.FAULTY: "state state--troubled",
    ImportState.FAILED: "state state--troubled",
    ImportState.APPLIED: "state",
    ImportState.GIVEN_UP: "quiet",
    ImportState.FORGOTTEN: "quiet",
}
"""Classes of the mark of a state; the others wait."""
DEEDS = {
    What.NEW: said("nouveau"),
    What.CHANGED: said("changé"),
    What.CLOSED: said("fermé"),
    What.REOPENED: said("rouvert"),
    What.UNCHANGED: said("inchangé"),
}
COUNTED = {
    What.NEW: said("Nouveaux"),
    What.CHANGED: said("Changés"),
    What.CLOSED: said("Fermés"),
    What.REOPENED: said("Rouverts"),
    What.UNCHANGED: said("Inchangés"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingLine:
    """One finding."""

    cell: str
    text: str
    is_fault: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """One row that changes; `fields` are (name, before, after)."""

    cell: str
    code: str
    name: str
    thing: str
    what: What
    fields: Sequence[tuple[str, str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(Generic[T]):
    """A page of lines, which one it is, and how many lines are not kept."""

    lines: Sequence[T]
    number: int
    count: int
    unlisted: int = 0


def part_of(lines: Sequence[T], number: int, total: int) -> Part[T]:
    """A page counted from 1; one beyond the last is the last."""
    count = max(1, -(-len(lines) // LINES))
    number = min(max(1, number), count)
    shown = lines[(number - 1) * LINES : number * LINES]
    return Part(lines=shown, number=number, count=count, unlisted=total - len(lines))


def finding_lines(outcome: Outcome, language: str) -> list[FindingLine]:
    """Faults first."""
    findings = [found.finding for found in outcome.found]
    return [
        FindingLine(cell=finding.cell, text=finding.say(language), is_fault=finding.is_fault)
        for finding in findings
    ]


def change_lines(outcome: Outcome, language: str) -> list[ChangeLine]:
    """Closings first."""
    lines = []
    for change in outcome.changes:
        form = FORMS[Kind(change.kind)]
        lines.append(
            ChangeLine(
                cell=change.cell,
                code=change.code,
                name=change.name,
                thing=WHAT[change.kind]["en" if language == "en" else "fr"],
                what=What(change.what),
                fields=[
                    (form.column(f.field).title(language), f.before, f.after) for f in change.fields
                ],
            )
        )
    return lines


def counted(counts: Sequence[tuple[str, Mapping[What, int]]]) -> list[What]:
    """What any sheet does: the columns that are worth showing."""
    return [what for what in COUNTED if any(numbers[what] for _, numbers in counts)]


def count_rows(outcome: Outcome, language: str) -> list[tuple[str, dict[What, int]]]:
    """For each sheet: its name, and how many rows it adds, changes, closes …"""
    return [
        (
            FORMS[Kind(kind)].title(language),
            {What(what): number for what, number in counts.items()},
        )
        for kind, counts in outcome.counts.items()
    ]
