"""What a check found and would do, in a form that is kept: JSON, sealed beside its import.

Numbers are masked, and lists have an end; counts are of all.
"""

from itertools import islice

import msgspec

from mhealth.domain.msisdn import Msisdn
from mhealth.sheets.columns import Cell
from mhealth.sheets.findings import Finding
from mhealth.sheets.forms import FORMS
from mhealth.sheets.plan import Plan, Step, What
from mhealth.sheets.spelling import spell

MOST_CHANGES = 1000
_LANGUAGE = "fr"  # in which values are kept: only days differ


class Field(msgspec.Struct, frozen=True):
    """One field of a row: what stands there and what would."""

    field: str
    before: str
    after: str


class Change(msgspec.Struct, frozen=True):
    """What happens to one row."""

    kind: str
    what: str
    code: str
    cell: str
    fields: list[Field] = []
    name: str = ""  # of a new row, where it has one


class Found(msgspec.Struct, frozen=True):
    """A finding as it is kept; see `sheets.findings.Finding`."""

    sheet: str
    problem: str
    row: int | None = None
    column: int | None = None
    values: dict[str, str] = {}

    @property
    def finding(self) -> Finding:
        """The finding itself."""
        return Finding(
            sheet=self.sheet,
            row=self.row,
            column=self.column,
            problem=self.problem,
            values=self.values,
        )


class Outcome(msgspec.Struct):
    """All that is told of a check."""

    faults: int = 0
    warnings: int = 0
    found: list[Found] = []
    counts: dict[str, dict[str, int]] = {}
    changes: list[Change] = []

    @property
    def is_clean(self) -> bool:
        """True when nothing forbids the import."""
        return self.faults == 0

    @property
    def changes_in_all(self) -> int:
        """Rows that would change, be added, closed or reopened."""
        return sum(
            number
            for of_kind in self.counts.values()
            for what, number in of_kind.items()
            if what != What.UNCHANGED
        )

    @property
    def rows(self) -> int:
        """Rows that were read."""
        return sum(number for of_kind in self.counts.values() for number in of_kind.values())


def outcome_of(plan: Plan) -> Outcome:
    """The outcome of a plan."""
    findings = plan.findings
    steps = plan.all(What.CLOSED, What.CHANGED, What.REOPENED, What.NEW)
    in_order = sorted(steps, key=lambda step: _ORDER.index(step.what))
    return Outcome(
        faults=findings.faults,
        warnings=findings.warnings,
        found=[_found(finding) for finding in findings.listed],
        counts={
            kind.value: {what.value: number for what, number in of_kind.items()}
            for kind, of_kind in plan.counts().items()
        },
        changes=[_change(step) for step in islice(in_order, MOST_CHANGES)],
    )


def failed(problem: str, sheet: str) -> Outcome:
    """Of an import that could not be done though nothing was wrong with it."""
    return Outcome(faults=1, found=[Found(sheet=sheet, problem=problem)])


def keep(outcome: Outcome) -> str:
    """As JSON."""
    return msgspec.json.encode(outcome).decode()


def read(text: str) -> Outcome:
    """Back from JSON."""
    return msgspec.json.decode(text, type=Outcome)


_ORDER = (What.CLOSED, What.REOPENED, What.CHANGED, What.NEW)
"""What is hardest to take back comes first."""


def _found(finding: Finding) -> Found:
    return Found(
        sheet=finding.sheet,
        problem=finding.problem,
        row=finding.row,
        column=finding.column,
        values=dict(finding.values),
    )


def _change(step: Step) -> Change:
    fields: list[Field] = []
    if step.known is not None:
        for name in step.values:
            cell = FORMS[step.kind].column(name).cell
            before, after = step.before[name], step.values[name]
            fields.append(Field(name, _shown(cell, before), _shown(cell, after)))
    name = "" if step.known else str(step.values.get("name", ""))
    place = step.line.find("").cell
    return Change(step.kind.value, step.what.value, step.code, place, fields, name)


def _shown(cell: Cell, value: object) -> str:
    if isinstance(value, Msisdn):
        return value.masked
    return spell(cell, value, _LANGUAGE)
