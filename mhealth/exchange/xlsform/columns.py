"""Columns and settings of an XLSForm that a phone with keys has no use for: each named with its rows."""

from collections.abc import Iterator
from typing import Any

from mhealth.exchange.forms.form import Finding, Verdict

_TAKEN = frozenset(
    {
        "type", "name", "label", "hint", "relevant", "constraint", "constraint_message", "required",
        "calculation", "default", "list_name", "list name", "value", "note", "notes", "comment", "comments",
        # each item says of these what it cannot take
        "read_only", "readonly", "choice_filter", "repeat_count", "trigger",
    }
)  # fmt: skip
_SETTINGS = frozenset(
    {"form_title", "form_id", "id_string", "default_language", "version", "title"}
)
_SAYS_NOTHING = "a phone with keys has no use for it"


def check_columns(workbook: Any) -> Iterator[Finding]:
    """Every column with something in it that is not carried over."""
    for sheet, rows, taken in (
        ("survey", workbook.survey, _TAKEN),
        ("choices", workbook.choices, _TAKEN),
        ("settings", workbook.settings, _SETTINGS),
    ):
        found: dict[str, list[int]] = {}
        for number, row in enumerate(rows or (), 2):
            for column in row:
                if _plain(column) not in taken:
                    found.setdefault(column, []).append(number)
        for column, numbers in found.items():
            yield Finding(
                Verdict.CHANGED,
                f"{sheet} {_rows(numbers)}",
                f"column `{column}` is not carried over: {_SAYS_NOTHING}",
            )
    for sheet in ("external_choices", "entities", "osm"):
        if getattr(workbook, sheet, None):
            yield Finding(Verdict.REFUSED, f"sheet {sheet}", "this sheet is left out",
                          "a flow has its choices in its menus")  # fmt: skip


def _plain(column: str) -> str:
    return column.partition("::")[0].strip().lower()


def _rows(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:6]))
    more = f" and {len(numbers) - 6} more" if len(numbers) > 6 else ""
    return f"row {shown}" if len(numbers) == 1 else f"rows {shown}{more}"
