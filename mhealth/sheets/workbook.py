"""Writes a workbook by openpyxl; `writing` loads this when one is asked for."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from mhealth.sheets.columns import Cell, SheetForm
from mhealth.sheets.forms import FORMS, READ_ME
from mhealth.sheets.guide import RULES, help_of, need_of
from mhealth.sheets.spelling import YES_NO
from mhealth.sheets.writing import Customs, Rows

_HEAD = PatternFill("solid", fgColor="DDE8E4")
_WIDTHS = {Cell.NAME: 28, Cell.PHONE: 22, Cell.DAYS: 24, Cell.TIMEZONE: 20}
_LAST_ROW = 20_000


def write_workbook(rows: Rows, customs: Customs, *, are_examples: bool) -> bytes:
    """A workbook with instructions, headings, drop-downs and these rows."""
    book = Workbook(write_only=True)
    _read_me(book, customs.language)
    for kind, form in FORMS.items():
        sheet = book.create_sheet(form.title(customs.language))
        _prepare(sheet, form, customs)
        sheet.append([_head(sheet, column.title(customs.language)) for column in form.columns])
        for row in rows.get(kind, ()):
            sheet.append([_cell(sheet, text, is_example=are_examples) for text in row])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _prepare(sheet: Any, form: SheetForm, customs: Customs) -> None:
    """Text columns, widths, drop-downs; a write-only sheet wants all this before its rows."""
    sheet.freeze_panes = "A2"
    for number, column in enumerate(form.columns, start=1):
        letter = get_column_letter(number)
        dimension = sheet.column_dimensions[letter]
        dimension.number_format = "@"
        dimension.width = _WIDTHS.get(column.cell, 18)
        choices = _choices(column.cell, customs)
        if choices:
            offered = DataValidation("list", formula1=f'"{",".join(choices)}"', allow_blank=True)
            offered.add(f"{letter}2:{letter}{_LAST_ROW}")
            sheet.data_validations.append(offered)


def _choices(cell: Cell, customs: Customs) -> Sequence[str]:
    if cell is Cell.YES_NO:
        return YES_NO["en" if customs.language == "en" else "fr"]
    return customs.languages if cell is Cell.LANGUAGE else ()


def _head(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, text)
    cell.font, cell.fill = Font(bold=True), _HEAD
    return cell


def _cell(sheet: Any, text: str, *, is_example: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, text or None)
    if text:
        cell.data_type = "s"  # never a formula, whatever it begins with
    cell.number_format = "@"
    if is_example:
        cell.font = Font(italic=True, color="808080")
    return cell


def _read_me(book: Any, language: str) -> None:
    tongue = "en" if language == "en" else "fr"
    sheet = book.create_sheet(READ_ME[tongue])
    for letter, width in zip("ABCD", (22, 26, 18, 70), strict=True):
        sheet.column_dimensions[letter].width = width
    for rule in RULES[tongue]:
        sheet.append([_cell(sheet, rule)])
    sheet.append([])
    titles = _GUIDE_TITLES[tongue]
    sheet.append([_head(sheet, title) for title in titles])
    for line in _guide(tongue):
        sheet.append([_cell(sheet, text) for text in line])


_GUIDE_TITLES = {
    "fr": ("feuille", "colonne", "nécessaire", "quoi écrire"),
    "en": ("sheet", "column", "needed", "what to write"),
}


def _guide(language: str) -> Iterable[Sequence[str]]:
    for kind, form in FORMS.items():
        for column in form.columns:
            yield (
                form.title(language),
                column.title(language),
                need_of(column, language),
                help_of(kind, column, language),
            )
