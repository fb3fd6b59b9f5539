"""Turns a plan into rows that only lack the keys of other new rows: sealed, indexed, in columns.

This is the long part of a write, and it holds no lock: callers go on meanwhile.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from mhealth.domain.msisdn import Msisdn
from mhealth.sheets.columns import Kind
from mhealth.sheets.plan import Plan, Step, What
from mhealth.sheets.snapshot import Key
from mhealth.store.directory import DirectoryChange
from mhealth.store.directory_bulk import Values
from mhealth.store.directory_changes import CLOSED, OPENED, REOPENED
from mhealth.store.keyring import Keyring, Place

Progress = Callable[[int, int], None]
_TELL_EVERY = 500
_HISTORY = DirectoryChange.__tablename__

REFERENCES: Mapping[str, tuple[str, Kind]] = {
    "district": ("district_id", Kind.DISTRICTS),
    "health_area": ("health_area_id", Kind.HEALTH_AREAS),
    "facility": ("facility_id", Kind.FACILITIES),
    "next_facility": ("next_facility_id", Kind.FACILITIES),
    "village": ("village_id", Kind.VILLAGES),
    "health_worker": ("health_worker_id", Kind.HEALTH_WORKERS),
}
"""Field -> column that holds the key of the row whose code the field holds."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One row to be written: columns as they are, and columns that take another row's key."""

    key: Key
    columns: Values
    refers: Mapping[str, tuple[Kind, str]]  # column -> the code of its row


@dataclass(slots=True)
class Prepared:
    """All that is to be written, by sheet. `numbers` are those that letters must follow."""

    plan: Plan
    new: dict[Kind, list[Draft]] = field(default_factory=lambda: defaultdict(list))
    changed: dict[Kind, list[Draft]] = field(default_factory=lambda: defaultdict(list))
    history: list[tuple[Kind, Key, Values]] = field(default_factory=list)
    numbers: dict[Kind, dict[int, tuple[Msisdn, Msisdn]]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    def closing(self, kind: Kind) -> list[int]:
        """The keys of the rows that close."""
        steps = self.plan.steps[kind].values()
        return [s.known.id for s in steps if s.what is What.CLOSED and s.known is not None]

    def reopening(self, kind: Kind) -> list[int]:
        """The keys of the rows that are open again."""
        steps = self.plan.steps[kind].values()
        return [s.known.id for s in steps if s.what is What.REOPENED and s.known is not None]


def prepare(plan: Plan, keyring: Keyring, progress: Progress = lambda _d, _a: None) -> Prepared:
    """Seal and index every value of a plan whose findings are clean."""
    prepared = Prepared(plan)
    steps = [step for step in plan.all(*What) if step.what is not What.UNCHANGED]
    ranks = _Ranks(plan)
    maker = _Maker(prepared, keyring, ranks)
    for number, step in enumerate(steps, start=1):
        maker.take(step)
        if number % _TELL_EVERY == 0:
            progress(number, len(steps))
    progress(len(steps), len(steps))
    return prepared


@dataclass(slots=True)
class _Maker:
    prepared: Prepared
    keyring: Keyring
    ranks: "_Ranks"

    def take(self, step: Step) -> None:
        if step.known is None:
            self.prepared.new[step.kind].append(self._new(step))
            self._note(step, OPENED)
            return
        if step.values:
            self.prepared.changed[step.kind].append(self._changed(step))
        for name in step.values:
            self._note(step, name, step.before[name], step.values[name])
        if step.what in (What.CLOSED, What.REOPENED):
            self._note(step, CLOSED if step.what is What.CLOSED else REOPENED)
        for name in ("msisdn", "duty_msisdn"):
            number, before = step.values.get(name), step.before.get(name)
            if number is not None and before is not None:
                self.prepared.numbers[step.kind][step.known.id] = (before, number)

    def _new(self, step: Step) -> Draft:
        uid = uuid4()
        columns: Values = dict.fromkeys(_COLUMNS[step.kind])
        refers: dict[str, tuple[Kind, str]] = {}
        if step.kind is Kind.DISTRICTS:
            columns["is_catch_all"] = False
        if step.kind is Kind.POSTS:
            rank = step.values.get("rank") or self.ranks.next_free(step.key[0])
            columns["rank"] = rank
        else:
            columns["uid"] = uid
        if len(step.key) == 1:
            columns["code"] = step.key[0]
        for name, value in (*_of_key(step), *step.values.items()):
            self._put(step.kind, uid, columns, refers, name, value)
        return Draft(step.key, columns, refers)

    def _changed(self, step: Step) -> Draft:
        assert step.known is not None
        columns: Values = {"id": step.known.id}
        refers: dict[str, tuple[Kind, str]] = {}
        uid = UUID(step.known.uid) if step.known.uid else uuid4()
        for name, value in step.values.items():
            self._put(step.kind, uid, columns, refers, name, value)
        return Draft(step.key, columns, refers)

    def _put(
        self,
        kind: Kind,
        uid: UUID,
        columns: Values,
        refers: dict[str, tuple[Kind, str]],
        name: str,
        value: Any,
    ) -> None:
        """One field as its column or columns."""
        if name in REFERENCES:
            column, of = REFERENCES[name]
            if value:
                refers[column] = (of, value)
        elif isinstance(value, Msisdn):
            column = f"{name}_sealed"
            columns[column] = self._seal(kind, column, uid, value.e164)
            index = "duty_index" if name == "duty_msisdn" else "msisdn_index"
            columns[index] = self.keyring.blind(value)
        elif name == "name" and kind is Kind.HEALTH_WORKERS:
            columns["name_sealed"] = self._seal(kind, "name_sealed", uid, value)
        else:
            columns[name] = value

    def _seal(self, kind: Kind, column: str, uid: UUID, value: str) -> bytes:
        return self.keyring.seal(Place(kind.value, column, uid.hex), value.encode())

    def _note(self, step: Step, name: str, before: Any = None, after: Any = None) -> None:
        uid = uuid4()
        row: Values = {
            "uid": uid,
            "field": name,
            "before_sealed": self._sealed_note(uid, "before_sealed", before),
            "after_sealed": self._sealed_note(uid, "after_sealed", after),
        }
        self.prepared.history.append((step.kind, step.key, row))

    def _sealed_note(self, uid: UUID, column: str, value: Any) -> bytes | None:
        if value is None:
            return None
        return self.keyring.seal(Place(_HISTORY, column, uid.hex), str(value).encode())


class _Ranks:
    """The next rank that is free in a village, for posts whose cell is empty."""

    def __init__(self, plan: Plan) -> None:
        self._taken: dict[str, int] = defaultdict(int)
        for key in plan.keys(Kind.POSTS):
            if plan.is_open(Kind.POSTS, key):
                rank = plan.value(Kind.POSTS, key, "rank") or 0
                self._taken[key[0]] = max(self._taken[key[0]], rank)

    def next_free(self, village: str) -> int:
        """After all others."""
        self._taken[village] += 1
        return self._taken[village]


def _of_key(step: Step) -> Iterator[tuple[str, Any]]:
    """The fields that a new row takes from its key and its district."""
    if step.kind is Kind.POSTS:
        yield from zip(("village", "health_worker"), step.key, strict=True)
        return
    if step.kind is not Kind.DISTRICTS:
        yield "district", step.district
    if step.kind is Kind.DUTY_PHONES:
        yield "facility", step.key[1]
        yield "weekdays", step.key[2]
        yield "from_minute", step.line.values["from_minute"]


_COLUMNS: Mapping[Kind, tuple[str, ...]] = {
    Kind.DISTRICTS: ("duty_msisdn_sealed", "duty_index"),
    Kind.HEALTH_AREAS: ("district_id",),
    Kind.FACILITIES: ("district_id", "duty_msisdn_sealed", "duty_index", "next_facility_id"),
    Kind.VILLAGES: ("district_id", "health_area_id", "facility_id", "distance_km"),
    Kind.HEALTH_WORKERS: ("district_id",),
    Kind.POSTS: ("village_id", "health_worker_id"),
    Kind.DUTY_PHONES: ("district_id", "facility_id"),
}
"""Columns that a new row has even when no cell fills them: all rows of one statement are alike."""
