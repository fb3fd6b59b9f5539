"""A named lock between processes for the length of a transaction."""

import hashlib

from sqlalchemy import func, select
from sqlalchemy.orm import Session


def wait_for(session: Session, name: str) -> None:
    """Hold this name until the transaction ends, after whoever holds it now."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_key(name))))


def hold_alone(session: Session, name: str) -> bool:
    """True when no other transaction holds this name now.

    PostgreSQL keeps an advisory lock until the end of the transaction. SQLite has one writer at a
    time anyway: whoever comes second sees what the first one wrote.
    """
    if session.get_bind().dialect.name != "postgresql":
        return True
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(_key(name)))))


def _key(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
