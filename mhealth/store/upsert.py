"""INSERT … ON CONFLICT in the dialect at hand."""

import sys
from typing import Any

from sqlalchemy.orm import Session


def insert_into(session: Session, table: type[Any]) -> Any:
    """The dialect's own `insert(table)`, which knows `on_conflict_…`; its module is loaded by now."""
    dialect = session.get_bind().dialect.name
    return sys.modules[f"sqlalchemy.dialects.{dialect}"].insert(table)
