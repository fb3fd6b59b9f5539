"""What an import would do: one step for each line, and the directory as it would stand afterwards."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from mhealth.sheets.columns import Kind
from mhealth.sheets.findings import Findings
from mhealth.sheets.lines import Line
from mhealth.sheets.snapshot import Key, Known, Snapshot


class What(StrEnum):
    """What a line does to its row."""

    NEW = "new"
    CHANGED = "changed"
    CLOSED = "closed"
    REOPENED = "reopened"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line and its row. `values` are what is to be written, `before` what stood there."""

    kind: Kind
    key: Key
    what: What
    line: Line
    known: Known | None  # None for a new row
    district: str  # the code of its district
    values: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """How people call the row: `V-12`, `V-12 · A-3`."""
        return show_key(self.key)


def show_key(key: Key) -> str:
    """A key for people's eyes; what is empty in it is left out."""
    return " · ".join(part for part in key if part)


@dataclass(slots=True)
class Plan:
    """The steps by sheet and key, the findings, and the snapshot it was made against."""

    snapshot: Snapshot
    findings: Findings
    steps: dict[Kind, dict[Key, Step]] = field(default_factory=lambda: {kind: {} for kind in Kind})
    stumbled: set[tuple[Kind, Key]] = field(default_factory=set)
    """Rows whose own line has a fault: what refers to them is not said to lead nowhere."""

    def step(self, kind: Kind, key: Key) -> Step | None:
        """The step of a row, if a line names it."""
        return self.steps[kind].get(key)

    def all(self, *whats: What) -> Iterator[Step]:
        """Every step that does one of these, in the order of the sheets."""
        for steps in self.steps.values():
            for step in steps.values():
                if step.what in whats:
                    yield step

    def counts(self) -> dict[Kind, dict[What, int]]:
        """How many rows each sheet adds, changes, closes, reopens and leaves; sheets with none left out."""
        counted: dict[Kind, dict[What, int]] = {}
        for kind, steps in self.steps.items():
            for step in steps.values():
                of_kind = counted.setdefault(kind, dict.fromkeys(What, 0))
                of_kind[step.what] += 1
        return counted

    @property
    def changes_nothing(self) -> bool:
        """True when the directory is so already."""
        return all(
            step.what is What.UNCHANGED for steps in self.steps.values() for step in steps.values()
        )

    # The directory as it would stand

    def is_known(self, kind: Kind, key: Key) -> bool:
        """True for a row that stands or would stand, open or closed."""
        if key in self.steps[kind] or (kind, key) in self.stumbled:
            return True
        return self.snapshot.find(kind, key) is not None

    def is_open(self, kind: Kind, key: Key) -> bool:
        """True when the row would be open."""
        if (kind, key) in self.stumbled:
            return True
        step = self.steps[kind].get(key)
        if step is None or step.what in (What.CHANGED, What.UNCHANGED):
            known = step.known if step else self.snapshot.find(kind, key)
            return known is not None and not known.is_closed
        return step.what in (What.NEW, What.REOPENED)

    def value(self, kind: Kind, key: Key, name: str) -> Any:
        """What a field would hold; None when it would be empty."""
        step = self.steps[kind].get(key)
        if step is not None and name in step.values:
            return step.values[name]
        known = step.known if step else self.snapshot.find(kind, key)
        return known.values.get(name) if known else None

    def district(self, kind: Kind, key: Key) -> str | None:
        """The code of a row's district."""
        step = self.steps[kind].get(key)
        if step is not None:
            return step.district
        known = self.snapshot.find(kind, key)
        return known.district if known else None

    def keys(self, kind: Kind) -> Iterator[Key]:
        """Every row that would stand, open or closed."""
        yield from self.snapshot.rows.get(kind, {})
        yield from (key for key, step in self.steps[kind].items() if step.known is None)
