"""What is wrong or odd in a sheet, by cell; said in the reader's language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mhealth.sheets.raw import letter
from mhealth.sheets.words import PROBLEMS, WARNINGS, WHAT

MOST_LISTED = 1000
"""So many faults, and so many warnings, are kept one by one; the others are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing found: where, what (a name in `words.PROBLEMS`), and what its sentence tells."""

    sheet: str  # as the file calls it; the file's name when it could not be read at all
    row: int | None = None  # as a spreadsheet counts; None: the whole sheet
    column: int | None = None  # from 0; None: the whole row
    problem: str
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_fault(self) -> bool:
        """True for what forbids the import; a warning does not."""
        return self.problem not in WARNINGS

    @property
    def cell(self) -> str:
        """Where: `villages!C17`, `villages!17`, `villages`."""
        place = letter(self.column) if self.column is not None else ""
        return f"{self.sheet}!{place}{self.row}" if self.row is not None else self.sheet

    def say(self, language: str) -> str:
        """The sentence in English for who reads that, else in French."""
        tongue = "en" if language == "en" else "fr"
        values = {name: _worded(value, tongue) for name, value in self.values.items()}
        said = PROBLEMS[self.problem][tongue].format_map(values)
        return _tied(said) if tongue == "fr" else said


def _tied(text: str) -> str:
    """French marks stay on the line of their word."""
    for mark in ":;?!»":
        text = text.replace(f" {mark}", f"\u00a0{mark}")
    return text.replace("« ", "«\u00a0")


def _worded(value: str, tongue: str) -> str:
    known = WHAT.get(value.removeprefix("@")) if value.startswith("@") else None
    return known[tongue] if known else value


class Findings:
    """All that was found: the first ones in full, every one counted."""

    def __init__(self) -> None:
        self.faults = self.warnings = 0
        self.sheets: list[str] = []  # in the order of the files
        self._faults: list[Finding] = []
        self._warnings: list[Finding] = []

    def add(self, finding: Finding) -> None:
        """One more."""
        if finding.is_fault:
            self.faults += 1
            listed = self._faults
        else:
            self.warnings += 1
            listed = self._warnings
        if len(listed) < MOST_LISTED:
            listed.append(finding)

    def add_all(self, findings: Iterable[Finding]) -> None:
        """Likewise for many."""
        for finding in findings:
            self.add(finding)

    @property
    def are_clean(self) -> bool:
        """True when nothing forbids the import."""
        return self.faults == 0

    @property
    def listed(self) -> list[Finding]:
        """Faults first, each in the order of sheets, rows and columns."""
        place = {name: number for number, name in enumerate(self.sheets)}

        def where(finding: Finding) -> tuple[int, int, int]:
            return place.get(finding.sheet, -1), finding.row or 0, finding.column or 0

        return sorted(self._faults, key=where) + sorted(self._warnings, key=where)
