"""From a raw sheet to lines of values: headings found, every cell read, what cannot be is named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from mhealth.sheets.cells import BadCell, Customs, is_cut, read_cell
from mhealth.sheets.columns import Column, Kind, SheetForm
from mhealth.sheets.findings import Finding, Findings
from mhealth.sheets.forms import FORMS
from mhealth.sheets.headings import find_column, near_column, plain
from mhealth.sheets.raw import RawSheet, Row, letter

_EXAMPLE = ("exemple", "example")


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet that was read: where each field stands, and its lines."""

    kind: Kind
    sheet: str
    columns: Mapping[str, int]  # field -> column, from 0
    lines: list["Line"] = field(default_factory=list)

    @property
    def form(self) -> SheetForm:
        """The sheet's columns."""
        return FORMS[self.kind]

    @property
    def form_fields(self) -> frozenset[str]:
        """The fields of its sheet, also those of which no column is here."""
        return frozenset(column.field for column in self.form.columns)


@dataclass(frozen=True, slots=True)
class Line:
    """One row: only the fields whose cell is not empty."""

    table: Table
    row: int
    values: Mapping[str, Any]
    unread: frozenset[str] = frozenset()  # fields whose cell could not be read, and was named

    def find(self, problem: str, at: str | None = None, **values: str) -> Finding:
        """A finding in the cell of a field, else of the whole row."""
        column = self.table.columns.get(at) if at else None
        return Finding(
            sheet=self.table.sheet, row=self.row, column=column, problem=problem, values=values
        )

    def cell(self, at: str) -> str:
        """The name of the cell of a field."""
        return self.find("", at).cell


def read_table(raw: RawSheet, kind: Kind, customs: Customs, findings: Findings) -> Table | None:
    """The sheet's lines; None when its headings do not do, and why is among the findings."""
    form = FORMS[kind]
    if not raw.rows:
        return None
    number, headings = raw.rows[0]
    columns = _headings(raw.name, form, number, headings, findings)
    if columns is None:
        return None
    table = Table(kind, raw.name, columns)
    width = len(headings)
    for row in raw.rows[1:]:
        if len(row[1]) > width:
            findings.add(
                Finding(sheet=raw.name, row=row[0], column=width, problem="beyond_headings")
            )
        if not _is_example(table, row):
            table.lines.append(_line(table, row, customs, findings))
    return table


def _headings(
    sheet: str, form: SheetForm, row: int, headings: Sequence[object], findings: Findings
) -> Mapping[str, int] | None:
    """Where each field stands; None when a column is missing that no row can do without."""
    columns: dict[str, int] = {}
    wrong: list[Finding] = []
    for at, heading in enumerate(headings):
        if heading is None:
            continue
        column = find_column(form, str(heading))
        if column is None:
            wrong.append(_unknown_heading(sheet, form, row, at, str(heading)))
        elif column.field in columns:
            first = f"{letter(columns[column.field])}{row}"
            wrong.append(_heading(sheet, row, at, "heading_twice", name=str(heading), first=first))
        else:
            columns[column.field] = at
    if not columns:
        known = ", ".join(column.fr[0] for column in form.columns)
        findings.add(_heading(sheet, row, None, "no_headings", known=known))
        return None
    findings.add_all(wrong)
    missing = [column for column in form.columns if column.is_key and column.field not in columns]
    for column in missing:
        findings.add(_heading(sheet, row, None, "missing_heading", name=column.fr[0]))
    return None if missing else columns


def _unknown_heading(sheet: str, form: SheetForm, row: int, at: int, heading: str) -> Finding:
    near = near_column(form, heading)
    if near is None:
        return _heading(sheet, row, at, "unknown_heading", value=heading)
    return _heading(sheet, row, at, "near_heading", value=heading, near=near)


def _heading(sheet: str, row: int, column: int | None, problem: str, **values: str) -> Finding:
    return Finding(sheet=sheet, row=row, column=column, problem=problem, values=values)


def _is_example(table: Table, row: Row) -> bool:
    """A template's example, whose key says so: left in place it does no harm."""
    keys = [column.field for column in table.form.columns if column.is_key or column.names]
    places = [at for at in (table.columns.get(key) for key in keys) if at is not None]
    cells = [row[1][at] for at in places if at < len(row[1])]
    return any(isinstance(cell, str) and plain(cell).startswith(_EXAMPLE) for cell in cells)


def _line(table: Table, row: Row, customs: Customs, findings: Findings) -> Line:
    number, cells = row
    values: dict[str, Any] = {}
    line, unread = Line(table, number, values), set()
    for column in table.form.columns:
        at = table.columns.get(column.field)
        if at is None or at >= len(cells) or cells[at] is None:
            continue
        try:
            value = read_cell(column, cells[at], customs)
        except BadCell as error:
            findings.add(line.find(error.problem, column.field, **error.values))
            unread.add(column.field)
            continue
        if value != "":
            values[column.field] = value
            _warn_if_cut(line, column, value, findings)
    return replace(line, unread=frozenset(unread)) if unread else line


def _warn_if_cut(line: Line, column: Column, value: object, findings: Findings) -> None:
    if is_cut(column, value):
        findings.add(line.find("cut_on_screen", column.field, most=str(column.shown)))
