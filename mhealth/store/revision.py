"""At which migration a database stands, told without loading Alembic (5 MB a process)."""

import re
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

_NUMBERED = re.compile(r"(\d{4})_\w+\.py")


def newest_revision(migrations: Path) -> str:
    """The highest number among `versions/NNNN_name.py`; a test holds it against Alembic's head."""
    names = (_NUMBERED.fullmatch(path.name) for path in (migrations / "versions").iterdir())
    return max(found[1] for found in names if found)


def revision_of(session: Session) -> str | None:
    """The database's revision; None when no migration was ever applied."""
    try:
        with session.begin_nested():
            row = session.execute(text("SELECT version_num FROM alembic_version")).first()
    except DatabaseError:  # no such table
        return None
    return str(row[0]) if row else None
