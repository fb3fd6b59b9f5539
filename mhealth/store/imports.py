"""Imports of the directory from sheets: the file, what was found in it, and how far it came."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    and_,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from mhealth.store.database import Base, Row, database_now_ms, moment_ms
from mhealth.store.pages import Order, Page, Turn, read_page
from mhealth.store.scope import Scope
from mhealth.store.sealed import Sealed, SealedColumn
from mhealth.store.staff import StaffUser


class ImportState(StrEnum):
    """Where an import stands. The clock process moves it on from `waiting` and `confirmed`."""

    WAITING = "waiting"  # handed in, to be checked
    CHECKING = "checking"
    FAULTY = "faulty"  # checked; its faults forbid it
    READY = "ready"  # checked; somebody must confirm it
    CONFIRMED = "confirmed"  # to be written
    APPLYING = "applying"
    APPLIED = "applied"
    FAILED = "failed"  # nothing was written; its finding says why
    GIVEN_UP = "given_up"  # by whoever handed it in
    FORGOTTEN = "forgotten"  # nobody confirmed it in time


S = ImportState
UNDER_WAY = frozenset({S.WAITING, S.CHECKING, S.CONFIRMED, S.APPLYING})
"""The clock process has something to do."""
UNDECIDED = frozenset({S.WAITING, S.CHECKING, S.FAULTY, S.READY})
"""Nothing was written, and somebody may still give it up."""


class DirectoryImport(Row, Base):
    """One file handed in on the desk or by the command line; what it holds is personal, so sealed."""

    __tablename__ = "directory_imports"
    __table_args__ = (Index("ix_directory_imports_state", "state", "id"),)
    # None: several districts, by the command line; it names their health workers, so no desk shows it
    district_id: Mapped[int | None] = mapped_column(ForeignKey("districts.id"), index=True)
    staff_user_id: Mapped[int | None] = mapped_column(ForeignKey("staff_users.id"))
    file_name: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(12))
    file_sealed: Mapped[SealedColumn | None]  # gone once it was applied or given up
    findings_sealed: Mapped[SealedColumn | None]
    attempts: Mapped[int] = mapped_column(default=0)  # of the work at hand
    lease_until_ms: Mapped[int] = mapped_column(BigInteger, default=0)  # of the database's clock
    rows_total: Mapped[int] = mapped_column(default=0)
    rows_done: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    findings = Sealed("findings_sealed")
    staff_user: Mapped[StaffUser | None] = relationship()

    @property
    def state_word(self) -> ImportState:
        """The state as a word."""
        return ImportState(self.state)


def import_by_uid(session: Session, scope: Scope, uid: UUID) -> DirectoryImport | None:
    """The import of this uid within a scope."""
    query = select(DirectoryImport).where(
        DirectoryImport.uid == uid, scope.holds(DirectoryImport.district_id)
    )
    return session.scalar(query)


def imports_page(session: Session, scope: Scope, turn: Turn | None) -> Page[DirectoryImport]:
    """Imports within a scope, newest first."""
    within = scope.holds(DirectoryImport.district_id)
    order = Order(
        at=DirectoryImport.created_at,
        id=DirectoryImport.id,
        uid=DirectoryImport.uid,
        within=within,
    )
    query = select(DirectoryImport).where(within)
    return read_page(session, query, order, turn, lambda row: row[0], lambda row: row.uid)


def has_work(session: Session) -> bool:
    """True when `claim_import` would find something now."""
    waits = or_(*(_to_be_done(*step) for step in _STEPS))
    return session.scalar(select(DirectoryImport.id).where(waits).limit(1)) is not None


def claim_import(session: Session, lease_ms: int) -> tuple[int, ImportState] | None:
    """Take the oldest import that waits for work, or whose worker is gone: (key, state now)."""
    row = DirectoryImport
    for waits, works in _STEPS:
        oldest = select(row.id).where(_to_be_done(waits, works)).order_by(row.id)
        first = oldest.limit(1).with_for_update(skip_locked=True).scalar_subquery()
        taken = session.scalar(
            update(row)
            .where(row.id == first)
            .values(
                state=works.value,
                lease_until_ms=database_now_ms() + lease_ms,
                attempts=row.attempts + 1,
            )
            .returning(row.id)
            .execution_options(synchronize_session=False)
        )
        if taken is not None:
            return taken, works
    return None


_STEPS = ((S.WAITING, S.CHECKING), (S.CONFIRMED, S.APPLYING))
"""What waits, and what it is while somebody is at it."""


def _to_be_done(waits: ImportState, works: ImportState) -> ColumnElement[bool]:
    """Nobody has begun, or whoever has is gone."""
    row = DirectoryImport
    is_lost = and_(row.state == works.value, row.lease_until_ms < moment_ms())
    return or_(row.state == waits.value, is_lost)


def note_progress(session: Session, import_id: int, done: int, total: int, lease_ms: int) -> None:
    """How far the work has come; it also says that the worker lives."""
    session.execute(
        update(DirectoryImport)
        .where(DirectoryImport.id == import_id)
        .values(rows_done=done, rows_total=total, lease_until_ms=database_now_ms() + lease_ms)
        .execution_options(synchronize_session=False)
    )


def forget_imports(session: Session, before: datetime) -> int:
    """Drop files and findings of what nobody confirmed since then; how many."""
    undecided = [state.value for state in UNDECIDED]
    forgotten = (
        update(DirectoryImport)
        .where(DirectoryImport.state.in_(undecided), DirectoryImport.created_at < before)
        .values(state=S.FORGOTTEN.value, file_sealed=None, findings_sealed=None)
        .returning(DirectoryImport.id)
        .execution_options(synchronize_session=False)
    )
    return len(session.scalars(forgotten).all())
