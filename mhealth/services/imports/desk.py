"""An import on the desk: handed in, confirmed or given up; forgotten when nobody decides."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from mhealth.services.imports.snapshot import district_code
from mhealth.sheets.plan import Plan, What
from mhealth.sheets.raw import MOST_BYTES
from mhealth.sheets.reading import SheetFile
from mhealth.store.directory import District
from mhealth.store.imports import (
    UNDECIDED,
    DirectoryImport,
    ImportState,
    forget_imports,
)
from mhealth.store.keyring import Keyring, Place

KEPT = timedelta(hours=24)
"""So long a file waits for somebody to confirm it."""


class TooBig(ValueError):
    """The files are more than one import may bring."""


def hand_in(
    session: Session,
    files: Sequence[SheetFile],
    *,
    staff_user_id: int,
    district_id: int,
    now: datetime,
) -> DirectoryImport:
    """Keep the files sealed until they are checked. Raises TooBig."""
    if sum(len(file.data) for file in files) > MOST_BYTES:
        raise TooBig("files too big together")
    row = note_import(session, files, ImportState.WAITING, staff_user_id, district_id, now)
    packed = msgspec.msgpack.encode([(file.name, file.data) for file in files])
    row.file_sealed = _keyring(session).seal(_place(row), packed)
    session.flush()
    return row


def note_import(
    session: Session,
    files: Sequence[SheetFile],
    state: ImportState,
    staff_user_id: int | None,
    district_id: int | None,
    now: datetime,
) -> DirectoryImport:
    """The row of an import, without its files."""
    row = DirectoryImport(
        staff_user_id=staff_user_id,
        district_id=district_id,
        file_name=", ".join(file.name for file in files)[:120],
        state=state.value,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row


def district_touched(session: Session, plan: Plan) -> int | None:
    """The one district whose rows a written plan changes; None for several: no desk shows that import."""
    steps = list(plan.all(*(what for what in What if what is not What.UNCHANGED)))
    codes = {step.district for step in steps} | {
        step.known.district for step in steps if step.known
    }
    found = [one.id for one in session.scalars(select(District)) if district_code(one) in codes]
    return found[0] if len(found) == 1 else None


def files_of(session: Session, row: DirectoryImport) -> list[SheetFile]:
    """The files that were handed in. Raises SealError; none when they are gone."""
    if row.file_sealed is None:
        return []
    packed = _keyring(session).open(_place(row), row.file_sealed)
    pairs = msgspec.msgpack.decode(packed, type=list[tuple[str, bytes]])
    return [SheetFile(name, data) for name, data in pairs]


def confirm(row: DirectoryImport) -> bool:
    """Let it be written; False when it is not ready."""
    if row.state_word is not ImportState.READY:
        return False
    row.state, row.attempts, row.rows_done = ImportState.CONFIRMED.value, 0, 0
    return True


def give_up(row: DirectoryImport, now: datetime) -> bool:
    """Drop it with its files; False when it is decided already."""
    if row.state_word not in UNDECIDED:
        return False
    row.state, row.finished_at = ImportState.GIVEN_UP.value, now
    row.file_sealed = row.findings_sealed = None
    return True


def forget_unconfirmed(session: Session, now: datetime) -> int:
    """Drop what nobody confirmed for a day; how many."""
    return forget_imports(session, now - KEPT)


def _place(row: DirectoryImport) -> Place:
    return Place(DirectoryImport.__tablename__, "file_sealed", row.uid.hex)


def _keyring(session: Session) -> Keyring:
    keyring: Keyring = session.info["keyring"]
    return keyring
