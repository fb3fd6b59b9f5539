"""Reads a CSV sheet as spreadsheets write it: several encodings, several separators.

Excel writes Windows-1252 with semicolons in French, UTF-16 with tabs as "Unicode text", and UTF-8 with
a byte order mark as "CSV UTF-8".
"""

import codecs
import csv
import io
import itertools

from mhealth.sheets.raw import MOST_ROWS, RawSheet, UnreadableSheet, kept

_MARKS = (
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEPARATORS = ";,\t|"


def read_csv(name: str, data: bytes) -> RawSheet:
    """The sheet; `name` is the file's without its ending. Raises UnreadableSheet."""
    text = decode(data)
    separator = _separator(text)
    rows, first, last = [], 1, 1
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        for cells in reader:
            first, last = last, reader.line_num + 1  # a quoted cell may hold line breaks
            row = kept(first, cells)
            if row is not None:
                rows.append(row)
            if len(rows) > MOST_ROWS:
                raise UnreadableSheet("too_many_rows", most=str(MOST_ROWS))
        _see_that_quotes_end(text, first, separator)
    except csv.Error as error:
        raise UnreadableSheet("broken_csv", line=str(last)) from error
    return RawSheet(name, rows)


def decode(data: bytes) -> str:
    """The text: by its mark, else UTF-16 by its zero bytes, else line by line UTF-8 or Windows-1252.

    Files of several offices are put together by hand, so that one may hold lines of both.
    """
    if data.startswith(codecs.BOM_UTF8):
        data = data.removeprefix(codecs.BOM_UTF8)
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decoded(data, encoding)
    start = data[:400]
    if 0 in start and start.count(0) >= len(start) // 4:
        return _decoded(data, "utf-16-le" if data[1:2] == b"\0" else "utf-16-be")
    if b"\0" in data:
        raise UnreadableSheet("not_a_sheet")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return "".join(map(_line, data.splitlines(keepends=True)))


def _line(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableSheet("broken_encoding") from error


def _separator(text: str) -> str:
    """What stands most often in the first line that is not empty, outside quotes."""
    first = next((line for line in text.splitlines() if line.strip(_SEPARATORS + " ")), "")
    bare = "".join(first.split('"')[::2])
    return max(_SEPARATORS, key=bare.count)


def _see_that_quotes_end(text: str, line: int, separator: str) -> None:
    """A quote that nobody closes swallows all rows to the end. Raises UnreadableSheet."""
    rest = list(itertools.islice(io.StringIO(text, newline=""), line - 1, None))
    try:
        list(csv.reader(rest, delimiter=separator, strict=len(rest) > 1))
    except csv.Error as error:
        raise UnreadableSheet("broken_csv", line=str(line)) from error
