"""What a member of staff may see: a read of the desk cannot be asked without it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func

_NO_DISTRICT = 0  # keys begin at 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """One district; the one that takes calls from nowhere known also sees what has no district."""

    district_id: int
    takes_strays: bool = False

    def holds(self, column: Any) -> ColumnElement[bool]:
        """The condition that a row's district column names this district."""
        own: ColumnElement[bool] = column == self.district_id
        return own

    def holds_or_strays(self, column: Any) -> ColumnElement[bool]:
        """Likewise for rows that may have no district.

        Written as one comparison: an OR would lead the database around the small partial indices.
        """
        stray_counts_as = self.district_id if self.takes_strays else _NO_DISTRICT
        return func.coalesce(column, stray_counts_as) == self.district_id
