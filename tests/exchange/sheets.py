"""XLSForms made in memory."""

from collections.abc import Mapping, Sequence
from io import BytesIO

from openpyxl import Workbook

HEAD = (
    "type", "name", "label::Français (fr)", "label::English (en)", "hint::Français (fr)", "relevant",
    "constraint", "required", "calculation", "default",
)  # fmt: skip
Rows = Sequence[Sequence[str]]


def xlsform(
    survey: Rows,
    choices: Rows = (),
    *,
    head: Sequence[str] = HEAD,
    settings: Mapping[str, str] | None = None,
) -> bytes:
    """A workbook; the first row of `survey` is row 2 of its sheet."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "survey"
    for row in (head, *survey):
        sheet.append(list(row))
    sheet = book.create_sheet("choices")
    for row in (("list_name", "name", "label::Français (fr)", "label::English (en)"), *choices):
        sheet.append(list(row))
    sheet = book.create_sheet("settings")
    known = {"form_title": "Suivi", "form_id": "suivi", "default_language": "Français (fr)"}
    known |= settings or {}
    sheet.append(list(known))
    sheet.append(list(known.values()))
    written = BytesIO()
    book.save(written)
    return written.getvalue()
