"""Writes sheets: a workbook, or one CSV for each; templates with an example, or the directory's rows."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module

from mhealth.sheets.columns import Kind
from mhealth.sheets.forms import FORMS
from mhealth.sheets.guide import example_of

_RISKY = ("=", "+", "-", "@")

Rows = Mapping[Kind, Sequence[Sequence[str]]]
"""The cells of each sheet as text, in the order of its columns; a sheet that is not named is empty."""


@dataclass(frozen=True, slots=True)
class Customs:
    """What a template offers to choose from, and the language that it speaks."""

    language: str
    languages: Sequence[str]  # codes that the platform speaks


def template_rows(language: str) -> Rows:
    """One example in each sheet."""
    return {kind: [example_of(form, language)] for kind, form in FORMS.items()}


def write_xlsx(rows: Rows, customs: Customs, *, are_examples: bool = False) -> bytes:
    """A workbook with instructions, headings, drop-downs and these rows."""
    # openpyxl takes six megabytes of each process that loads it; at rest none has to
    workbook = import_module("mhealth.sheets.workbook")
    data: bytes = workbook.write_workbook(rows, customs, are_examples=are_examples)
    return data


def write_csvs(rows: Rows, language: str) -> dict[str, bytes]:
    """File name -> CSV in UTF-8 with its mark, which spreadsheets need; semicolons for French."""
    files = {}
    for kind, form in FORMS.items():
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter="," if language == "en" else ";")
        writer.writerow([column.title(language) for column in form.columns])
        writer.writerows([_harmless(cell) for cell in row] for row in rows.get(kind, ()))
        files[f"{form.title(language)}.csv"] = text.getvalue().encode("utf-8-sig")
    return files


def _harmless(text: str) -> str:
    """A text that a spreadsheet would take for a formula gets the quote that makes it text again."""
    is_number = text.startswith("+") and text[1:].replace(" ", "").isdecimal()
    return f"'{text}" if text.startswith(_RISKY) and not is_number else text
