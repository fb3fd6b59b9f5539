"""A real call through every kind of question: the day where the caller lives, the country, and the seal."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from mhealth.store.database import Database
from mhealth.store.tables import metadata
from mhealth.store.ussd_tables import UssdSession, open_memory
from tests.databases import KEYRING
from tests.product import MOTHER, Call, MovableClock, Product
from tests.ussd.asking import example_book

LATE = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
"""Half past midnight of the 24th in the invented district."""
TYPED = ["Awa Dossou", "hier", "1", "01 97 00 00 12", "12*5", "482 1935", "24", "0", "9"]
SECRETS = [
    "Awa Dossou",
    "97000012",
    "97 00 00 12",
    "2026-11-23",
    "23 novembre",
    "4821935",
    "482 1935",
]


@pytest.fixture
def product(database: Database, tmp_path: Path) -> Product:
    made = Product(database, MovableClock(LATE))
    made.room = replace(made.room, book=example_book(tmp_path))
    return made


def call_of(product: Product) -> Call:
    return product.dial(MOTHER, *TYPED)


def memory_of(product: Product) -> str:
    with product.database.reading() as session:
        (row,) = session.scalars(select(UssdSession)).all()
        return repr(open_memory(KEYRING, row))


def test_answers_are_read_by_the_callers_day_and_the_platforms_country(product: Product) -> None:
    assert "Où habitez-vous" in call_of(product).screen
    memory = memory_of(product)
    assert '"today":"2026-11-24"' in memory
    assert '"born":"2026-11-23"' in memory
    assert '"relative":"+2290197000012"' in memory
    assert '"weight":12.5' in memory  # a star that stands in for a comma


def test_a_screen_is_repeated_and_a_call_that_comes_twice_is_answered_once(
    product: Product,
) -> None:
    call = product.dial(MOTHER, "Awa Dossou")
    asked = call.screen
    assert call.type("000") == asked
    assert call.send(call.transcript) == asked
    assert "Le 23 novembre 2026 ?" in call.type("hier")


def test_nothing_sensitive_is_outside_the_seal_or_in_a_log(
    product: Product, caplog: pytest.LogCaptureFixture
) -> None:
    with capture_logs() as events:
        call_of(product)
        product.count_calls()
    with product.database.full.connect() as connection:
        rows = [
            repr([bytes(v) if isinstance(v, memoryview) else v for v in row])
            for table in metadata.sorted_tables
            for row in connection.execute(select(table))
        ]
    texts = [*rows, caplog.text, repr(events)]
    assert [text for text in texts for word in SECRETS if word in text] == []
