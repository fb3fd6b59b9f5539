"""What a member of staff may see: a read of the desk cannot be asked without it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """One district; the one that takes calls from nowhere known also sees what has no district."""

    district_id: int
    takes_strays: bool = False

    def holds(self, column: Any) -> ColumnElement[bool]:
        """The condition that a row's district column lies within this scope."""
        own: ColumnElement[bool] = column == self.district_id
        return or_(own, column.is_(None)) if self.takes_strays else own
