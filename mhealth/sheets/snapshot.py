"""The directory as it stands, in the words of the sheets: what a plan is made against."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from mhealth.sheets.columns import Kind

Key: TypeAlias = tuple[str, ...]
"""What a row is known by: its code, or the codes and the hour that make a post or a shift."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One row of the directory. Values are by field; a code stands for a row of another sheet."""

    id: int
    uid: str
    district: str  # the code of its district
    is_closed: bool
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """All rows by sheet and key. Posts and shifts that ended are not among them."""

    rows: Mapping[Kind, Mapping[Key, Known]]
    open_referrals: Mapping[Kind, Mapping[int, int]] = field(default_factory=dict)
    """For villages and health workers: id -> how many referrals are not at their end."""
    version: object = None  # equal to a later one when nothing changed in between

    def find(self, kind: Kind, key: Key) -> Known | None:
        """The row, closed ones too."""
        return self.rows.get(kind, {}).get(key)


def empty_snapshot() -> Snapshot:
    """A directory with nothing in it."""
    return Snapshot(rows={kind: {} for kind in Kind})


@dataclass(frozen=True, slots=True)
class Allowed:
    """What whoever imports may touch: one district by its code, or all (None)."""

    district: str | None = None

    def holds(self, district: str | None) -> bool:
        """True for a row of this district."""
        return self.district is None or district == self.district
