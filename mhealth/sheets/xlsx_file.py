"""Reads an XLSX workbook row by row, so that a big one takes little memory and a bomb none.

Formulas give the value that the spreadsheet kept. Sizes are looked at in the archive's list before
anything is unpacked; `zipfile` unpacks no more of a part than its list says.
"""

import io
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from mhealth.sheets.raw import MOST_COLUMNS, MOST_ROWS, RawSheet, UnreadableSheet, kept

MOST_UNPACKED = 100 * 1024 * 1024
MOST_TEXTS = 40 * 1024 * 1024
"""The list of all texts is the one part of a workbook that is held whole."""
MOST_PARTS = 200
_BROKEN = (
    zipfile.BadZipFile,
    InvalidFileException,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    ParseError,
    EOFError,
    NotImplementedError,  # a way of packing that Python does not know
    RuntimeError,  # a part with a password
)


def read_xlsx(data: bytes) -> list[RawSheet]:
    """Every visible sheet. Raises UnreadableSheet."""
    _check_size(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # of styles and drop-downs that only a spreadsheet needs
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            try:
                return _sheets(book.worksheets)
            finally:
                book.close()
    except _BROKEN as error:
        raise UnreadableSheet("broken_workbook") from error


def _sheets(worksheets: list[Any]) -> list[RawSheet]:
    sheets, count = [], 0
    for worksheet in worksheets:
        if worksheet.sheet_state != "visible":
            continue
        sheet = RawSheet(worksheet.title, [])
        worksheet.reset_dimensions()  # some programs write a wrong one
        for number, cells in enumerate(_rows(worksheet), start=1):
            row = kept(number, cells)
            if row is None:
                continue
            sheet.rows.append(row)
            count += 1
            if count > MOST_ROWS:
                raise UnreadableSheet("too_many_rows", most=str(MOST_ROWS))
        sheets.append(sheet)
    return sheets


def _rows(worksheet: Any) -> Iterator[tuple[object, ...]]:
    rows: Iterator[tuple[object, ...]] = worksheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)
    return rows


def _check_size(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile as error:
        raise UnreadableSheet("broken_workbook") from error
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        raise UnreadableSheet("not_a_workbook")
    texts = sum(part.file_size for part in parts if "sharedStrings" in part.filename)
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED or texts > MOST_TEXTS:
        raise UnreadableSheet("too_big_inside")
