"""Checks and writes what was handed in on the desk, beside all other work; any number of these at once.

Reading, checking and sealing hold no transaction. A worker that goes away leaves a lease behind, which
ends; another one then begins anew, since nothing was written before the one transaction that writes all.
"""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from mhealth.care.workbench import Workbench
from mhealth.domain.errors import SealError
from mhealth.logs import log_for
from mhealth.services.imports.apply import ChangedMeanwhile, apply
from mhealth.services.imports.check import check_files
from mhealth.services.imports.desk import files_of
from mhealth.services.imports.outcome import Outcome, failed, keep, outcome_of
from mhealth.services.imports.prepare import prepare
from mhealth.services.imports.snapshot import district_code
from mhealth.sheets.plan import Plan
from mhealth.sheets.reading import SheetFile
from mhealth.sheets.snapshot import Allowed
from mhealth.store.database import Database
from mhealth.store.directory import District
from mhealth.store.directory_changes import By
from mhealth.store.imports import (
    DirectoryImport,
    ImportState,
    claim_import,
    note_progress,
)

LEASE_MS = 60_000
MOST_ATTEMPTS = 3
"""A file that three workers did not survive, or that met three changes in a row, is given back."""
_TELL_SECONDS = 1.0
_IN_THE_WAY = (ChangedMeanwhile, IntegrityError, StaleDataError)

log = log_for("services.imports")


@dataclass(frozen=True, slots=True)
class _Job:
    id: int
    state: ImportState
    attempts: int
    files: list[SheetFile]
    allowed: Allowed
    staff_user_id: int | None


class ImportWorker:
    """Does one thing after another; `writing` opens a transaction after which the bell rings."""

    def __init__(
        self,
        bench: Workbench,
        database: Database,
        writing: Callable[[], AbstractContextManager[Session]],
    ) -> None:
        self._bench, self._database, self._writing = bench, database, writing
        self._told = 0.0

    def work(self) -> bool:
        """Check or write one import; False when none waits."""
        with self._database.writing() as session:
            claimed = claim_import(session, LEASE_MS)
        if claimed is None:
            return False
        job = self._open(*claimed)
        if job is None:
            return True
        if job.state is ImportState.CHECKING:
            self._check(job)
        else:
            self._write(job)
        return True

    def _open(self, import_id: int, state: ImportState) -> _Job | None:
        try:
            with self._database.reading() as session:
                row = session.get_one(DirectoryImport, import_id)
                files = files_of(session, row)
                allowed = _allowed(session, row)
                staff, attempts = row.staff_user_id, row.attempts
        except SealError:
            files, attempts = [], MOST_ATTEMPTS + 1
        if not files or attempts > MOST_ATTEMPTS:
            self._end(import_id, ImportState.FAILED, failed("given_back", "–"))
            return None
        return _Job(import_id, state, attempts, files, allowed, staff)

    def _check(self, job: _Job) -> None:
        outcome = outcome_of(self._plan(job, part=(0, 1)))
        state = ImportState.READY if outcome.is_clean else ImportState.FAULTY
        self._end(job.id, state, outcome)
        log.info("import checked", id=job.id, faults=outcome.faults, rows=outcome.rows)

    def _write(self, job: _Job) -> None:
        """The directory may have changed since the check: it is checked again."""
        plan = self._plan(job, part=(0, 2))
        outcome = outcome_of(plan)
        if not outcome.is_clean:
            self._end(job.id, ImportState.FAULTY, outcome)
            return
        prepared = prepare(plan, self._bench.keyring, self._progress(job, part=(1, 2)))
        now = self._bench.clock()
        by = By(staff_user_id=job.staff_user_id, import_id=job.id)
        try:
            with self._writing() as session:
                if not _is_held(session, job):
                    return
                apply(self._bench, session, prepared, by, now)
                _write_end(session, job.id, ImportState.APPLIED, outcome, self._bench)
        except _IN_THE_WAY as error:
            log.warning("import met a change", id=job.id, reason=type(error).__name__)
            self._again(job)
            return
        log.info("import applied", id=job.id, rows=outcome.changes_in_all)

    def _again(self, job: _Job) -> None:
        if job.attempts >= MOST_ATTEMPTS:
            self._end(job.id, ImportState.FAILED, failed("changed_meanwhile", "–"))
            return
        with self._database.writing() as session:
            session.get_one(DirectoryImport, job.id).state = ImportState.CONFIRMED.value

    def _plan(self, job: _Job, part: tuple[int, int]) -> Plan:
        return check_files(
            self._bench, self._database, job.files, job.allowed, self._progress(job, part)
        )

    def _progress(self, job: _Job, part: tuple[int, int]) -> Callable[[int, int], None]:
        """Tells now and then how far a part of the work is: (which, of how many)."""

        def tell(done: int, total: int) -> None:
            if time.monotonic() - self._told < _TELL_SECONDS:
                return
            self._told = time.monotonic()
            number, parts = part
            with self._database.writing() as session:
                note_progress(session, job.id, number * total + done, parts * total, LEASE_MS)

        return tell

    def _end(self, import_id: int, state: ImportState, outcome: Outcome) -> None:
        with self._database.writing() as session:
            _write_end(session, import_id, state, outcome, self._bench)


def _is_held(session: Session, job: _Job) -> bool:
    """False when our lease ran out and somebody else took the work."""
    row = session.get_one(DirectoryImport, job.id)
    return (row.state_word, row.attempts) == (ImportState.APPLYING, job.attempts)


def _write_end(
    session: Session, import_id: int, state: ImportState, outcome: Outcome, bench: Workbench
) -> None:
    row = session.get_one(DirectoryImport, import_id)
    if row.state_word not in (ImportState.CHECKING, ImportState.APPLYING):
        return  # given up meanwhile
    row.state, row.findings = state.value, keep(outcome)
    row.rows_total = row.rows_done = outcome.rows
    row.attempts = 0
    if state in (ImportState.APPLIED, ImportState.FAILED):
        row.finished_at, row.file_sealed = bench.clock(), None


def _allowed(session: Session, row: DirectoryImport) -> Allowed:
    """Staff import their own district alone."""
    if row.district_id is None:
        return Allowed()
    return Allowed(district_code(session.get_one(District, row.district_id)))
