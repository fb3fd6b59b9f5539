"""The clock process has what the desk hands in checked by a process of its own."""

import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from mhealth.cli import clock_imports
from mhealth.cli.clock_imports import ImportThread
from mhealth.services.imports.desk import hand_in
from mhealth.store.database import Database
from mhealth.store.imports import DirectoryImport, claim_import, has_work
from tests.product import Product
from tests.sheets.desk_of_sheets import sheet

_DEADLINE = 60.0


def handed_in(database: Database) -> None:
    with database.writing() as session:
        hand_in(
            session, [sheet("villages", "code;nom", "SK-V01;Haut")],
            staff_user_id=1, district_id=1, now=Product(database).clock(),
        )  # fmt: skip


def asked_until(thread: ImportThread, is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _DEADLINE
    while not is_so():
        assert time.monotonic() < deadline
        thread.ask()
        time.sleep(0.02)


def test_a_process_is_started_for_what_waits_whatever_failed_before(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    began = tmp_path / "began"
    write = f"open({str(began)!r}, 'a').write('.'); raise SystemExit(len(open({str(began)!r}).read()) < 2)"
    away = iter([OperationalError("x", {}, Exception("locked")), ValueError("odd")])

    def sometimes(session: object) -> bool:
        error = next(away, None)
        if error is not None:
            raise error
        return has_work(session)  # type: ignore[arg-type]

    monkeypatch.setattr(clock_imports, "has_work", sometimes)
    monkeypatch.setattr(clock_imports, "_PAUSE_SECONDS", 0)
    stopping = threading.Event()
    thread = ImportThread(sqlite_database, stopping, (sys.executable, "-S", "-c", write))
    thread.start()
    for _ in range(5):
        thread.ask()
    assert not began.exists()
    handed_in(sqlite_database)
    asked_until(thread, lambda: began.exists() and began.stat().st_size >= 2)
    stopping.set()
    thread.finish(_DEADLINE)


def test_whoever_is_at_work_is_ended_with_the_clock(
    sqlite_database: Database, tmp_path: Path
) -> None:
    began, stopping = tmp_path / "began", threading.Event()
    write = f"import os, time; open({str(began)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    thread = ImportThread(sqlite_database, stopping, (sys.executable, "-S", "-c", write))
    handed_in(sqlite_database)
    thread.start()
    asked_until(thread, lambda: began.exists() and began.read_text() != "")
    stopping.set()
    thread.finish(0.1)
    with pytest.raises(ProcessLookupError):
        os.kill(int(began.read_text()), 0)


def test_what_somebody_is_at_is_no_work_until_the_lease_ends(database: Database) -> None:
    handed_in(database)
    with database.writing() as session:
        assert has_work(session)
        assert claim_import(session, 60_000) is not None
        assert not has_work(session)
        assert claim_import(session, 60_000) is None
        session.execute(update(DirectoryImport).values(lease_until_ms=0))
        assert has_work(session)
