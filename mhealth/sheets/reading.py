"""From files to tables: CSV and XLSX told apart by their bytes, sheets by their names."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePath

from mhealth.sheets.cells import Customs
from mhealth.sheets.csv_file import read_csv
from mhealth.sheets.findings import Finding, Findings
from mhealth.sheets.forms import FORMS
from mhealth.sheets.headings import find_sheet, is_read_me, near_sheet
from mhealth.sheets.lines import Table, read_table
from mhealth.sheets.raw import MOST_BYTES, MOST_ROWS, RawSheet, UnreadableSheet

_WORKBOOKS = (".xlsx", ".xlsm", ".ods")
_WORKBOOK = b"PK\x03\x04"
"""An XLSX file is a ZIP archive."""
_OTHER_PROGRAMS = (b"\xd0\xcf\x11\xe0", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf")
"""Old Excel and workbooks with a password, and what is dragged in by mistake."""


@dataclass(frozen=True, slots=True)
class SheetFile:
    """One file as it was handed in."""

    name: str
    data: bytes


def read_files(files: Iterable[SheetFile], customs: Customs, findings: Findings) -> list[Table]:
    """Every table that can be read; what cannot is among the findings."""
    tables: list[Table] = []
    rows, first = 0, ""
    for file in files:
        first = first or file.name
        for raw in _raw_sheets(file, findings):
            rows += len(raw.rows)
            findings.sheets.append(raw.name)
            if rows > MOST_ROWS:
                findings.add(_of_file(file, "too_many_rows", most=str(MOST_ROWS)))
                return tables
            table = _table(raw, customs, findings)
            if table is not None:
                tables.append(table)
    if not tables and findings.are_clean:
        known = ", ".join(form.fr[0] for form in FORMS.values())
        findings.add(Finding(sheet=first, problem="no_sheet", values={"known": known}))
    elif findings.are_clean and not any(table.lines for table in tables):
        findings.add(Finding(sheet=first, problem="no_rows"))
    return tables


def _raw_sheets(file: SheetFile, findings: Findings) -> Iterator[RawSheet]:
    try:
        if not file.data.strip():
            raise UnreadableSheet("empty_file")
        if len(file.data) > MOST_BYTES:
            raise UnreadableSheet("too_big", most=str(MOST_BYTES // 1024 // 1024))
        if file.data.startswith(_OTHER_PROGRAMS):
            raise UnreadableSheet("not_a_sheet")
        if file.data.startswith(_WORKBOOK):
            # openpyxl takes six megabytes of each process that loads it; at rest none has to
            yield from import_module("mhealth.sheets.xlsx_file").read_xlsx(file.data)
        elif file.name.casefold().endswith(_WORKBOOKS):
            raise UnreadableSheet("broken_workbook")
        else:
            yield read_csv(PurePath(file.name.replace("\\", "/")).stem, file.data)
    except UnreadableSheet as error:
        findings.add(_of_file(file, error.problem, **error.values))


def _of_file(file: SheetFile, problem: str, **values: str) -> Finding:
    return Finding(sheet=file.name, problem=problem, values=values)


def _table(raw: RawSheet, customs: Customs, findings: Findings) -> Table | None:
    kind = find_sheet(raw.name)
    if kind is not None:
        return read_table(raw, kind, customs, findings)
    if is_read_me(raw.name) or not raw.rows:
        return None
    near = near_sheet(raw.name)
    problem = "near_sheet" if near else "unknown_sheet"
    findings.add(Finding(sheet=raw.name, problem=problem, values={"near": near} if near else {}))
    return None
