"""What a line's row is known by, and what somebody may have meant by a code that nobody knows."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from mhealth.sheets.columns import Kind
from mhealth.sheets.findings import Finding, Findings
from mhealth.sheets.forms import FORMS
from mhealth.sheets.lines import Line, Table
from mhealth.sheets.plan import Plan, show_key
from mhealth.sheets.snapshot import Allowed, Key

_EVERY_DAY = "1,2,3,4,5,6,7"
_MOST_COMPARED = 5000
_MOST_SUGGESTED = 50
"""To look for what looks alike takes long: not among more codes, nor for more findings, than these."""


def key_of(line: Line, findings: Findings) -> Key | None:
    """The key; None, and a finding, when a part of it is missing."""
    values, kind = line.values, line.table.kind
    missing = [c for c in FORMS[kind].columns if c.is_key and c.field not in values]
    for column in missing:
        if column.field not in line.unread:
            findings.add(line.find("missing_key", column.field, name=column.fr[0]))
    if missing or _places_are_unread(line):
        return None
    if kind is Kind.POSTS:
        return values["village"], values["health_worker"]
    if kind is Kind.DUTY_PHONES:
        return _key_of_shift(line, findings)
    return (values["code"],)


def _places_are_unread(line: Line) -> bool:
    is_shift = line.table.kind is Kind.DUTY_PHONES
    return is_shift and bool(line.unread & {"facility", "district", "weekdays"})


def _key_of_shift(line: Line, findings: Findings) -> Key | None:
    """The place, the days and the hour at which it begins: another number takes over the shift."""
    values = line.values
    place = values.get("facility") or values.get("district")
    if not place:
        findings.add(line.find("missing_place", "facility"))
        return None
    is_facility = bool(values.get("facility"))
    minute = values["from_minute"]
    return (
        "" if is_facility else place,
        place if is_facility else "",
        values.get("weekdays", _EVERY_DAY),
        f"{minute // 60:02d}:{minute % 60:02d}",
    )


@dataclass(slots=True)
class Suggestions:
    """Looks for what was meant, within what whoever imports may see."""

    plan: Plan
    tables: Sequence[Table]
    allowed: Allowed
    _folded: dict[Kind, dict[str, str]] = field(default_factory=dict)
    _given: int = 0

    def unknown(self, line: Line, at: str, kind: Kind, code: str) -> Finding:
        """That a code of another sheet is known to nobody."""
        near = self._near(kind, code)
        if near is None:
            return line.find("unknown_code", at, what=f"@{kind.value}", code=code)
        return line.find("unknown_code_near", at, what=f"@{kind.value}", code=code, near=near)

    def doubts(self, line: Line, key: Key) -> Iterator[Finding]:
        """What is odd about the code of a new row."""
        if len(key) > 1:
            return
        code = key[0]
        if code.startswith("#"):
            yield line.find("made_up_code", "code", code=show_key(key))
        near = self._codes(line.table.kind).get(_folded(code))
        if near is not None and near != code and self.plan.snapshot.find(line.table.kind, (near,)):
            yield line.find("lost_zeros", "code", code=code, near=near)

    def _near(self, kind: Kind, code: str) -> str | None:
        codes = self._codes(kind)
        same = codes.get(_folded(code))
        if same is not None or self._given >= _MOST_SUGGESTED or len(codes) > _MOST_COMPARED:
            return same
        self._given += 1
        found = difflib.get_close_matches(_folded(code), codes, n=1, cutoff=0.8)
        return codes[found[0]] if found else None

    def _codes(self, kind: Kind) -> dict[str, str]:
        """Every code that may be seen, as it is compared -> as it is written."""
        if kind not in self._folded:
            known = self.plan.snapshot.rows.get(kind, {})
            codes = [key[0] for key, row in known.items() if self.allowed.holds(row.district)]
            codes += [
                str(line.values["code"])
                for table in self.tables
                if table.kind is kind
                for line in table.lines
                if "code" in line.values
            ]
            self._folded[kind] = {_folded(code): code for code in reversed(codes)}
        return self._folded[kind]


def _folded(code: str) -> str:
    """Small letters, and no zeros before a number: what spreadsheets and hands change."""
    return code.casefold().lstrip("0") or "0"
