"""`mhealth health-worker` does what the desk's page does: lists, clears a PIN, decides requests."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from mhealth.cli.health_worker import health_worker
from mhealth.store.database import Database
from mhealth.store.messages import Message
from mhealth.store.staff import AccessRecord
from mhealth.store.worker_phones import WorkerPin, worker_by_code
from tests.cli.test_desk_password import KEYS
from tests.databases import copied_sqlite, open_test_database
from tests.product import ADJOA, STRANGER, Product
from tests.services.test_phone_requests import ENROL, MOVED

PIN = "739164"


@pytest.fixture
def url(sqlite_template: Path, tmp_path: Path) -> str:
    return copied_sqlite(sqlite_template, tmp_path)


@pytest.fixture
def product(url: str) -> Product:
    made = Product(open_test_database(url))
    made.dial(ADJOA, "2", PIN, PIN)
    return made


def run(url: str, *words: str) -> Result:
    keys = {**KEYS, "MHEALTH_ENCRYPTION_KEYS": f"test:{TEST_KEY}", "MHEALTH_DATABASE_URL": url}
    return CliRunner().invoke(health_worker, words, env=keys)


TEST_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


def first_request(url: str) -> str:
    return run(url, "requests").output.split()[0]


def deeds(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(AccessRecord.deed)))


def test_workers_are_listed_with_masked_numbers_and_a_pin_is_cleared(
    url: str, product: Product
) -> None:
    listed = run(url, "list", "--search", "adjoa").output
    assert "PIN since 04 Mar 2026" in listed
    assert ADJOA.e164 not in listed
    assert run(url, "list", "--left").output == "No health worker.\n"

    assert "PIN cleared" in run(url, "reset-pin", ADJOA.e164).output
    assert "no PIN to clear" in run(url, "reset-pin", ADJOA.e164).output
    assert run(url, "reset-pin", "nobody").exit_code == 1
    with product.database.reading() as session:
        assert session.scalars(select(WorkerPin.pin_hash)).all() == [None]
        assert "worker_pin_reset" in session.scalars(select(Message.template)).all()
    assert deeds(product.database) == ["view_workers", "view_workers", "reset_pin"]


def test_requests_are_decided(url: str, product: Product) -> None:
    assert run(url, "requests").output == "No request waits.\n"
    product.dial(STRANGER, *ENROL)
    assert "wants to be a health worker in" in run(url, "requests").output
    uid = first_request(url)

    assert "--name" in run(url, "confirm", uid).output
    assert run(url, "confirm", "ffff").exit_code == 1
    assert run(url, "confirm", uid, "--name", "Afi", "--code", "A1").output.startswith("Confirmed")
    assert run(url, "refuse", uid).exit_code == 1

    with product.database.reading() as session:
        assert worker_by_code(session, "a 1") is not None
    product.dial(STRANGER, "2", PIN, PIN)
    moved = type(STRANGER)("+2290197000077")
    product.dial(moved, *MOVED, "A1", PIN)
    assert "says to be A1, PIN right" in run(url, "requests").output
    assert run(url, "confirm", first_request(url), "--known", "zz").exit_code == 1
    assert run(url, "confirm", first_request(url), "--known", "a1").exit_code == 0

    product.dial(STRANGER, "3", "6", "1", "1", "1")
    assert run(url, "refuse", first_request(url)).output == "Refused.\n"
    assert deeds(product.database) == ["confirm_phone", "confirm_phone", "refuse_phone"]
