"""Makes the plan of an import from its lines and the directory as it stands; pure, all faults at once.

An empty cell leaves what stands; in a new row it takes the default. A row of the directory that no
sheet names is left as it is.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mhealth.sheets.columns import Kind
from mhealth.sheets.crosschecks import check_together
from mhealth.sheets.findings import Findings
from mhealth.sheets.forms import FORMS
from mhealth.sheets.keys import Suggestions, key_of
from mhealth.sheets.lines import Line, Table
from mhealth.sheets.plan import Plan, Step, What, show_key
from mhealth.sheets.snapshot import Allowed, Key, Known, Snapshot

DEFAULTS: Mapping[Kind, Mapping[str, Any]] = {
    Kind.DISTRICTS: {"timezone": "UTC"},
    Kind.FACILITIES: {"clinic_days": "1,2,3,4,5", "opens_minute": 480},
}
"""What an empty cell of a new row means; the language is the district's."""

Progress = Callable[[int, int], None]
"""Told now and then: lines done, lines in all."""
_TELL_EVERY = 500


@dataclass(slots=True)
class _Planner:
    plan: Plan
    allowed: Allowed
    default_language: str
    suggestions: Suggestions
    first: dict[tuple[Kind, Key], Line] = field(default_factory=dict)
    passed_over: set[tuple[Kind, Key]] = field(default_factory=set)

    def take(self, line: Line) -> None:
        """One line: a step, or findings that say why not."""
        kind, findings = line.table.kind, self.plan.findings
        key = key_of(line, findings)
        if key is None:
            return
        self._place(line, kind, key)
        if key not in self.plan.steps[kind] and (kind, key) not in self.passed_over:
            self.plan.stumbled.add((kind, key))

    def _place(self, line: Line, kind: Kind, key: Key) -> None:
        findings = self.plan.findings
        earlier = self.first.setdefault((kind, key), line)
        if earlier is not line:
            at = FORMS[kind].columns[0].field
            cell = earlier.cell(at)
            findings.add(line.find("twice", at, code=show_key(key), first=cell))
            return
        known = self.plan.snapshot.find(kind, key)
        if known is None and line.values.get("closed"):
            self.passed_over.add((kind, key))
            findings.add(line.find("closed_and_unknown", "closed", code=show_key(key)))
            return
        district = self._district(line, key, known)
        if district is None:
            return
        if not self.allowed.holds(district):
            findings.add(line.find("not_yours", _code_field(line), code=show_key(key)))
            return
        if known is None:
            self._new(line, key, district)
        else:
            self._known(line, key, known, district)

    def _new(self, line: Line, key: Key, district: str) -> None:
        kind, findings = line.table.kind, self.plan.findings
        findings.add_all(self.suggestions.doubts(line, key))
        if kind is Kind.DISTRICTS and self.allowed.district is not None:
            findings.add(line.find("new_district", "code", code=show_key(key)))
            return
        for column in line.table.form.columns:
            is_there = column.field in line.values or column.field in line.unread
            if column.is_needed and not is_there:
                findings.add(
                    line.find("missing_needed", column.field, name=column.fr[0], code=show_key(key))
                )
        values = {**DEFAULTS.get(kind, {}), **_written(line)}
        if "language" in line.table.form_fields and "language" not in values:
            values["language"] = self._language(kind, district)
        self._add(line, key, What.NEW, None, district, values, {})

    def _known(self, line: Line, key: Key, known: Known, district: str) -> None:
        closes, was_closed = line.values.get("closed"), known.is_closed
        if not self._may_stand_in(line, key, known, district):
            return
        values = {
            name: value for name, value in _written(line).items() if value != known.values.get(name)
        }
        what = What.CHANGED if values else What.UNCHANGED
        if closes is True and not was_closed:
            what = What.CLOSED
        elif closes is False and was_closed:
            what = What.REOPENED
        before = {name: known.values.get(name) for name in values}
        self._add(line, key, what, known, known.district, values, before)

    def _may_stand_in(self, line: Line, key: Key, known: Known, district: str) -> bool:
        """Nothing moves to another district: its past, its staff and its patients are there."""
        if district == known.district:
            return True
        at = "health_area" if line.table.kind is Kind.VILLAGES else "district"
        self.plan.findings.add(
            line.find("changes_district", at, code=show_key(key), before=known.district)
        )
        return False

    def _add(
        self,
        line: Line,
        key: Key,
        what: What,
        known: Known | None,
        district: str,
        values: Mapping[str, Any],
        before: Mapping[str, Any],
    ) -> None:
        kind = line.table.kind
        self.plan.steps[kind][key] = Step(
            kind=kind, key=key, what=what, line=line, known=known, district=district,
            values=values, before=before,
        )  # fmt: skip

    def _district(self, line: Line, key: Key, known: Known | None) -> str | None:
        """The district that the line puts its row into; None, and a finding, when nobody knows."""
        kind, values = line.table.kind, line.values
        if kind is Kind.DISTRICTS:
            return key[0]
        for name, of in _LEADS_TO_DISTRICT[kind]:
            code = values.get(name)
            if not code:
                continue
            found = code if of is Kind.DISTRICTS else self.plan.district(of, (code,))
            if found is not None and self.plan.is_known(of, (code,)):
                return str(found)
            if not self.plan.is_known(of, (code,)):
                self.plan.findings.add(self.suggestions.unknown(line, name, of, code))
            return None
        if known is not None:
            return known.district
        if not any(name in line.unread for name, _ in _LEADS_TO_DISTRICT[kind]):
            name = _LEADS_TO_DISTRICT[kind][0][0]
            title = FORMS[kind].column(name).fr[0]
            self.plan.findings.add(
                line.find("missing_needed", name, name=title, code=show_key(key))
            )
        return None

    def _language(self, kind: Kind, district: str) -> str:
        if kind is Kind.DISTRICTS:
            return self.default_language
        return self.plan.value(Kind.DISTRICTS, (district,), "language") or self.default_language


_LEADS_TO_DISTRICT: Mapping[Kind, Sequence[tuple[str, Kind]]] = {
    Kind.DISTRICTS: (),
    Kind.HEALTH_AREAS: (("district", Kind.DISTRICTS),),
    Kind.FACILITIES: (("district", Kind.DISTRICTS),),
    Kind.VILLAGES: (("health_area", Kind.HEALTH_AREAS),),
    Kind.HEALTH_WORKERS: (("district", Kind.DISTRICTS),),
    Kind.POSTS: (("village", Kind.VILLAGES),),
    Kind.DUTY_PHONES: (("facility", Kind.FACILITIES), ("district", Kind.DISTRICTS)),
}
"""By which fields, the first that is filled in, a row's district is known."""

_NOT_WRITTEN = frozenset({"code", "closed"})
"""Fields that are the key or a deed; the other fields of keys differ by sheet."""


def _written(line: Line) -> Mapping[str, Any]:
    """The fields of a line that its row keeps."""
    keys = _NOT_WRITTEN | _KEY_FIELDS.get(line.table.kind, frozenset())
    return {name: value for name, value in line.values.items() if name not in keys}


_KEY_FIELDS: Mapping[Kind, frozenset[str]] = {
    Kind.HEALTH_AREAS: frozenset({"district"}),
    Kind.FACILITIES: frozenset({"district"}),
    Kind.HEALTH_WORKERS: frozenset({"district"}),
    Kind.POSTS: frozenset({"village", "health_worker"}),
    Kind.DUTY_PHONES: frozenset({"facility", "district", "weekdays", "from_minute"}),
}
"""Fields that say which row it is, or that never change."""


def _code_field(line: Line) -> str:
    return line.table.form.columns[0].field


def make_plan(
    tables: Iterable[Table],
    snapshot: Snapshot,
    findings: Findings,
    *,
    allowed: Allowed,
    default_language: str,
    progress: Progress = lambda _done, _all: None,
) -> Plan:
    """The plan of all tables together; it may be applied when its findings are clean."""
    in_order = sorted(tables, key=lambda table: list(Kind).index(table.kind))
    plan = Plan(snapshot, findings)
    planner = _Planner(plan, allowed, default_language, Suggestions(plan, in_order, allowed))
    done, count = 0, sum(len(table.lines) for table in in_order)
    for table in in_order:
        for line in table.lines:
            planner.take(line)
            done += 1
            if done % _TELL_EVERY == 0:
                progress(done, count)
    check_together(plan, planner.suggestions)
    progress(count, count)
    return plan
