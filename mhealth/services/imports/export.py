"""The directory back as sheets: exported, edited and imported again, nothing is lost in between."""

from collections.abc import Iterator

from mhealth.sheets.columns import Kind
from mhealth.sheets.forms import FORMS
from mhealth.sheets.snapshot import Allowed, Key, Known, Snapshot
from mhealth.sheets.spelling import spell
from mhealth.sheets.writing import Rows

_KEY_FIELDS = {
    Kind.POSTS: ("village", "health_worker"),
    Kind.DUTY_PHONES: ("district", "facility", "weekdays"),
}


def sheet_rows(snapshot: Snapshot, allowed: Allowed, language: str) -> Rows:
    """Every row that may be seen, closed ones too, as cells."""
    return {kind: list(_rows(snapshot, kind, allowed, language)) for kind in Kind}


def _rows(snapshot: Snapshot, kind: Kind, allowed: Allowed, language: str) -> Iterator[list[str]]:
    for key, known in snapshot.rows[kind].items():
        if allowed.holds(known.district):
            values = _values(kind, key, known)
            yield [
                spell(column.cell, values.get(column.field), language)
                for column in FORMS[kind].columns
            ]


def _values(kind: Kind, key: Key, known: Known) -> dict[str, object]:
    values: dict[str, object] = {"code": key[0], "district": known.district, **known.values}
    values.update(zip(_KEY_FIELDS.get(kind, ()), key, strict=False))
    if kind is Kind.DUTY_PHONES:
        values["from_minute"] = int(key[3][:2]) * 60 + int(key[3][3:])
    if known.is_closed:
        values["closed"] = True
    return values
