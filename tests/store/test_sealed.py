"""Sealed attributes: plain in Python, sealed in the table, for every text."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from mhealth.domain.errors import SealError
from mhealth.store.database import Database
from mhealth.store.people import Phone

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
plain_text = st.text(st.characters(exclude_categories=("Cs",)), max_size=80)


def a_phone(value: str, index: bytes) -> Phone:
    phone = Phone(msisdn_index=index, created_at=NOW)
    phone.msisdn = value
    return phone


def test_a_value_is_read_back_and_lies_sealed(database: Database) -> None:
    with database.writing() as session:
        session.add(a_phone("+2290197000001", b"1" * 16))

    with database.reading() as session:
        phone = session.get_one(Phone, 1)
        raw = session.execute(text("SELECT msisdn_sealed FROM phones")).scalar_one()
        assert phone.msisdn == "+2290197000001"
        assert b"97000001" not in bytes(raw)


def test_a_changed_value_is_sealed_anew(database: Database) -> None:
    with database.writing() as session:
        session.add(a_phone("+2290197000001", b"1" * 16))
    with database.writing() as session:
        session.get_one(Phone, 1).msisdn = "+2290197000002"

    with database.reading() as session:
        assert session.get_one(Phone, 1).msisdn == "+2290197000002"


def test_a_value_copied_to_another_row_does_not_open(database: Database) -> None:
    with database.writing() as session:
        session.add_all([a_phone("+2290197000001", b"1" * 16), a_phone("+22901970002", b"2" * 16)])
    with database.full.begin() as connection:
        stolen = "(SELECT msisdn_sealed FROM phones WHERE id = 1)"
        connection.execute(text(f"UPDATE phones SET msisdn_sealed = {stolen} WHERE id = 2"))

    with database.reading() as session:
        stolen_into = session.get_one(Phone, 2)
        with pytest.raises(SealError, match="does not open here"):
            str(stolen_into.msisdn)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(value=plain_text)
def test_any_text_is_kept(sqlite_database: Database, value: str) -> None:
    with sqlite_database.writing() as session:
        phone = a_phone(value, value.encode()[:16])
        session.add(phone)
        session.flush()
        session.expire(phone)
        assert phone.msisdn == value
        session.rollback()
