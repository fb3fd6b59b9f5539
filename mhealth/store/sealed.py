"""Sealed attributes: plain text in Python, sealed bytes in the table.

    name = Sealed("name_sealed")        # beside: name_sealed: Mapped[SealedColumn]

The keyring comes from the session (`session.info["keyring"]`); a value is sealed when it is flushed
and opened when it is read. The row's `uid` binds it.
"""

from typing import Annotated, Any
from uuid import uuid4

from sqlalchemy import LargeBinary, event
from sqlalchemy.orm import Mapper, Session, mapped_column, object_session

from mhealth.domain.errors import SealError
from mhealth.store.keyring import Keyring, Place

SealedColumn = Annotated[bytes, mapped_column(LargeBinary)]
_KEPT = "_sealed_values"


class Sealed:
    """A text attribute whose bytes are kept sealed in `column`."""

    def __init__(self, column: str) -> None:
        self.column = column

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    def __get__(self, row: Any, owner: type | None = None) -> Any:
        """The plain text, or None."""
        if row is None:
            return self
        kept = row.__dict__.get(_KEPT, {})
        if self.column in kept:
            return kept[self.column]
        sealed = getattr(row, self.column)
        if sealed is None:
            return None
        return _keyring_of(row).open(_place(row, self.column), sealed).decode()

    def __set__(self, row: Any, value: str | None) -> None:
        row.__dict__.setdefault(_KEPT, {})[self.column] = value
        setattr(row, self.column, None if value is None else b"")  # marks the row as changed


def seal_pending(session: Session, *_: object) -> None:
    """Before a flush: seal what was set since the last one."""
    for row in [*session.new, *session.dirty]:
        kept: dict[str, str | None] | None = row.__dict__.pop(_KEPT, None)
        if not kept:
            continue
        if row.uid is None:
            row.uid = uuid4()
        for column, value in kept.items():
            if value is not None:
                sealed = _keyring_of(row).seal(_place(row, column), value.encode())
                setattr(row, column, sealed)


def watch(session_class: Any) -> None:
    """Let sessions of this factory seal their rows."""
    event.listen(session_class, "before_flush", seal_pending)


def _place(row: Any, column: str) -> Place:
    mapper: Mapper[Any] = row.__mapper__
    return Place(mapper.local_table.name, column, row.uid.hex)  # type: ignore[attr-defined]


def _keyring_of(row: Any) -> Keyring:
    session = object_session(row)
    if session is None:
        raise SealError(f"{type(row).__name__} is in no session: cannot open")
    keyring = session.info["keyring"]
    assert isinstance(keyring, Keyring)
    return keyring
