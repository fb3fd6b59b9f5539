"""With the database away nothing is claimed; a whole day sent again changes nothing."""

import sqlite3
import time

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from mhealth.services.ussd_end import forget_sessions
from mhealth.store.database import Database, open_database
from mhealth.store.tables import metadata
from tests.databases import KEYRING
from tests.product import MOTHER, Product
from tests.web.doors import HOOKS, a_client, sms, ussd


@pytest.fixture
def product(database: Database) -> Product:
    return Product(database)


@pytest.fixture
def client(product: Product) -> FlaskClient:
    return a_client(product)


def test_with_the_database_away_a_caller_hears_not_saved_and_a_carrier_is_told_to_come_again(
    client: FlaskClient, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object, **__: object) -> None:
        raise OperationalError("SELECT", {}, sqlite3.OperationalError("database is locked"))

    monkeypatch.setattr(product.database.relaxed, "raw_connection", locked)
    monkeypatch.setattr(product.database.sessions, "begin", locked)

    answer = client.post(f"{HOOKS}/ussd", data=ussd())
    assert answer.status_code == 200
    assert answer.text.startswith("END ")
    assert "Non enregistr" in answer.text
    assert "Not saved" in answer.text
    assert client.post(f"{HOOKS}/sms", data=sms("bonjour")).status_code == 503
    assert (
        client.post(f"{HOOKS}/delivery", data={"id": "1", "status": "Success"}).status_code == 503
    )


def test_with_sqlite_locked_by_another_process_a_caller_hears_not_saved_in_time(
    sqlite_database: Database,
) -> None:
    database = open_database(str(sqlite_database.full.url), KEYRING)  # with the product's patience
    product = Product(database)
    client = a_client(product)
    client.post(f"{HOOKS}/ussd", data=ussd())
    other = sqlite3.connect(str(sqlite_database.full.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()

    assert "Non enregistr" in client.post(f"{HOOKS}/ussd", data=ussd("1")).text
    assert time.monotonic() - began < 10  # the carrier's deadline
    assert client.post(f"{HOOKS}/sms", data=sms("bonjour")).status_code == 503
    other.execute("ROLLBACK")
    other.close()
    assert "Signaler" in client.post(f"{HOOKS}/ussd", data=ussd("1")).text
    assert client.post(f"{HOOKS}/sms", data=sms("bonjour")).status_code == 200
    database.close()


def test_a_whole_day_replayed_changes_nothing(client: FlaskClient, product: Product) -> None:
    day: list[tuple[str, dict[str, str]]] = []

    def send(hook: str, fields: dict[str, str]) -> str:
        day.append((hook, fields))
        return client.post(f"{HOOKS}/{hook}", data=fields).text

    typed = ["1", "1", "1", "3", "1", "2", "3", "2", "1", "1"]
    for n in range(len(typed) + 1):
        screen = send("ussd", ussd("*".join(typed[:n])))
    assert screen.startswith("END")
    for n in range(4):
        send("ussd", ussd("*".join(["1", "9", "1"][:n]), session="ATUid_2"))
    send("ussd-events", ussd(session="ATUid_2") | {"status": "Incomplete"})
    code = product.referrals()[0].code
    send("sms", sms(f"OUI {code}", id="in-yes"))
    send("sms", sms("merci", id="in-thanks"))
    send("delivery", {"id": "ATXid_1", "status": "Success", "phoneNumber": MOTHER.e164})
    product.count_calls()
    before = _counts(product)
    assert before["referrals"] == 1

    for later in ({"seconds": 1}, {"hours": 2}, {"days": 30}):
        product.clock.move(**later)
        product.count_calls()
        with product.database.writing() as session:
            forget_sessions(session, product.clock(), keep_hours=24)
        for hook, fields in day:
            assert client.post(f"{HOOKS}/{hook}", data=fields).status_code == 200
        assert _counts(product) == before


def _counts(product: Product) -> dict[str, int]:
    """Rows of every table that a deed writes; sessions and their turns are not deeds."""
    passing = {"ussd_sessions", "ussd_past_sessions", "ussd_turns"}
    with product.database.reading() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in metadata.sorted_tables
            if table.name not in passing
        }
