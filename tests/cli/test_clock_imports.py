"""The clock process takes up what the desk hands in, on a thread of its own."""

import threading
import time
from types import SimpleNamespace

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from mhealth.cli import clock_imports
from mhealth.cli.clock_imports import ImportThread
from mhealth.services.imports.desk import hand_in
from mhealth.store.database import Database
from mhealth.store.imports import DirectoryImport
from tests.product import Product
from tests.sheets.desk_of_sheets import sheet

_DEADLINE = 60.0


def test_it_checks_what_waits_and_survives_a_database_that_is_away(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    product, stopping = Product(sqlite_database), threading.Event()
    away = iter([OperationalError("x", {}, Exception("locked")), ValueError("odd")])
    real = clock_imports.ImportWorker.work

    def sometimes(self: clock_imports.ImportWorker) -> bool:
        error = next(away, None)
        if error is not None:
            raise error
        return real(self)

    monkeypatch.setattr(clock_imports.ImportWorker, "work", sometimes)
    runtime = SimpleNamespace(
        workbench=product.bench, database=sqlite_database, writing=sqlite_database.writing
    )
    thread = ImportThread(runtime, stopping)  # type: ignore[arg-type]
    with sqlite_database.writing() as session:
        hand_in(
            session, [sheet("villages", "code;nom", "SK-V01;Haut")],
            staff_user_id=1, district_id=1, now=product.clock(),
        )  # fmt: skip
    thread.start()
    deadline = time.monotonic() + _DEADLINE
    while state(sqlite_database) != "ready" and time.monotonic() < deadline:
        thread.ask()
        time.sleep(0.02)
    stopping.set()
    thread.finish(_DEADLINE)

    assert state(sqlite_database) == "ready"


def state(database: Database) -> str:
    with database.reading() as session:
        return session.scalars(select(DirectoryImport.state)).one()
