"""An XLSForm's workbook into a form: pyxform reads and checks it, each row keeps its number."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, is_zipfile

from pyxform.errors import PyXFormError
from pyxform.xls2json import workbook_to_json
from pyxform.xls2json_backends import get_xlsform

from mhealth.exchange.forms.form import Finding, Form, Item, ItemKind, UnreadableForm
from mhealth.exchange.xlsform.columns import check_columns
from mhealth.exchange.xlsform.items import Row, read_item
from mhealth.exchange.xlsform.said import Tongues

_GROUPS = ("begin_group", "begin group", "begin_repeat", "begin repeat")
_ENDS = ("end_group", "end group", "end_repeat", "end repeat")


def read_xlsform(content: bytes, tongues: Mapping[str, str]) -> Form:
    """The form in a workbook. `tongues` maps names of languages, in small letters, to their codes.

    Raises UnreadableForm for what pyxform refuses, with its words, which name the row.
    """
    if not is_zipfile(BytesIO(content)):
        raise UnreadableForm("not an XLSX workbook that can be read")
    try:
        workbook = get_xlsform(BytesIO(content), file_type=".xlsx")
        warnings: list[str] = []
        tree = workbook_to_json(
            workbook, form_name="data", fallback_form_name="form", warnings=warnings
        )
    except PyXFormError as error:
        raise UnreadableForm(" ".join(str(error).split())) from error
    except (BadZipFile, KeyError, TypeError, ValueError, OSError) as error:
        raise UnreadableForm(f"not an XLSX workbook that can be read: {error}") from error
    reader = _Reader(_rows(workbook.survey or ()), Tongues(tongues, tree.get("default_language")))
    items = tuple(reader.items(tree["children"], ()))
    columns = check_columns(workbook)
    title = str(tree.get("title") or tree.get("id_string") or "")
    return Form(
        title=title,
        origin=f"XLSForm {tree.get('id_string', '')}".strip(),
        languages=reader.tongues.used,
        items=items,
        findings=(*reader.findings, *reader.tongues.findings, *columns),
    )


_Path = tuple[str, ...]


def _rows(survey: Any) -> dict[_Path, Row]:
    """Names from the outside in -> the row; the first row of the sheet is its header."""
    rows: dict[_Path, Row] = {}
    inside: list[str] = []
    for number, row in enumerate(survey, 2):
        kind = str(row.get("type", "")).strip()
        if kind in _ENDS:
            inside = inside[:-1]
        elif kind:
            name = str(row.get("name", "") or kind)
            rows.setdefault((*inside, name), Row(number, kind, row))
            if kind in _GROUPS:
                inside.append(name)
    return rows


@dataclass(slots=True)
class _Reader:
    rows: Mapping[_Path, Row]
    tongues: Tongues
    findings: list[Finding] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    last: Row = field(default_factory=lambda: Row(1, "", {}))

    def items(self, children: Any, inside: _Path) -> Iterator[Item]:
        """The items of a group, those that are refused left out and named."""
        for child in children:
            path = (*inside, str(child.get("name", "")))
            row = self.rows.get(path)
            if row is None and path == ("meta",):
                continue  # pyxform's own
            self.last = row or self.last  # what pyxform adds belongs to the row before
            item = read_item(child, self.last, self.tongues, self.findings)
            if item is None:
                continue
            if item.name in self.seen:
                item = replace(item, name=".".join(path))
            self.seen.add(item.name)
            if item.kind is not ItemKind.GROUP:
                yield item
                continue
            below = tuple(self.items(child.get("children", ()), path))
            if below:
                yield replace(item, items=below)
