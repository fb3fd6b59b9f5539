"""Calls that could not be read are kept once, sealed, and not for ever."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from mhealth.store.database import Database
from mhealth.store.messages import UnreadCall
from mhealth.store.unread import UnreadableCall, forget_unread, keep_unread
from tests.factories import NOON


def a_call(**other: Any) -> UnreadableCall:
    values = {
        "channel": "africastalking",
        "kind": "sms",
        "problem": "from is no phone number",
        "body": "from=MTN&text=promo",
        "sameness": "from=MTN&text=promo",
    }
    return UnreadableCall(**(values | other))


def kept(database: Database, call: UnreadableCall) -> bool:
    with database.writing() as session:
        return keep_unread(session, call, NOON)


def test_the_same_call_is_kept_once(database: Database) -> None:
    assert kept(database, a_call())
    assert not kept(database, a_call())
    assert not kept(database, a_call(body="another envelope", problem="x" * 500))
    assert kept(database, a_call(sameness="another content"))
    assert kept(database, a_call(kind="delivery"))
    assert kept(database, a_call(channel="elsewhere"))


def test_it_opens_again_and_its_digest_tells_nothing(database: Database) -> None:
    kept(database, a_call(body="from=MTN\ud800"))

    with database.reading() as session:
        row = session.scalars(select(UnreadCall)).one()
        assert row.body == "from=MTN?"
        assert row.digest is not None
        assert len(row.digest) == 16
        assert b"MTN" not in row.body_sealed + row.digest


def test_what_is_long_past_is_dropped_and_may_come_again(database: Database) -> None:
    kept(database, a_call())
    ninety = timedelta(days=90)

    with database.writing() as session:
        assert forget_unread(session, NOON + ninety, ninety) == 0
        assert forget_unread(session, NOON + ninety + timedelta(seconds=1), ninety) == 1
    assert kept(database, a_call())
