"""The fixed SQL of a turn says what the models say, and its guard lets one writer pass."""

from dataclasses import replace
from uuid import uuid4

from sqlalchemy import select, text

from mhealth.store import ussd_sessions
from mhealth.store.calls import forget_ended
from mhealth.store.database import Database
from mhealth.store.history import mark_counted
from mhealth.store.ussd_handing import newest_left, take_over
from mhealth.store.ussd_sessions import PlainTurns, TurnRecord
from mhealth.store.ussd_tables import UssdSession, UssdTurn, open_memory
from tests.databases import KEYRING

RECORD = TurnRecord(
    memory=b"what was said",
    district_id=None,
    flow="main",
    flow_version="0123456789abcdef",
    node="main.menu",
    turn_outcome="shown",
    language="fr",
    at_ms=1_700_000_000_000,
    ends=False,
)


def test_what_plain_sql_writes_the_models_read(database: Database) -> None:
    turns, uid = PlainTurns(database), uuid4()
    assert turns.begin("at:1", b"i" * 16, uid, RECORD) is not None
    stored = turns.read("at:1")
    assert stored is not None
    ending = replace(
        RECORD, node="main.bye", turn_outcome="ended", at_ms=RECORD.at_ms + 5, ends=True
    )
    assert turns.write(stored, ending)

    with database.reading() as session:
        row = session.scalars(select(UssdSession)).one()
        lines = session.scalars(select(UssdTurn).order_by(UssdTurn.step)).all()
    assert (row.uid, row.session_key, row.msisdn_index) == (uid, "at:1", b"i" * 16)
    assert (row.revision, row.flow, row.node, row.language) == (2, "main", "main.bye", "fr")
    assert row.flow_version == "0123456789abcdef"
    assert (row.started_ms, row.touched_ms) == (RECORD.at_ms, RECORD.at_ms + 5)
    assert (row.ended_ms, row.outcome) == (RECORD.at_ms + 5, "finished")
    assert open_memory(KEYRING, row) == b"what was said"
    assert [(t.ussd_session_id, t.step, t.node, t.outcome, t.at_ms) for t in lines] == [
        (row.id, 1, "main.menu", "shown", RECORD.at_ms),
        (row.id, 2, "main.bye", "ended", RECORD.at_ms + 5),
    ]


def test_every_column_of_the_models_is_written_by_the_fixed_sql() -> None:
    insert = ussd_sessions.INSERT["sqlite"]
    turn = ussd_sessions.TURN["postgresql"]

    assert all(c.name in insert for c in UssdSession.__table__.columns if c.name != "id")
    assert all(c.name in turn for c in UssdTurn.__table__.columns if c.name != "id")


def test_of_two_writers_one_is_told_that_it_was_late(database: Database) -> None:
    turns = PlainTurns(database)
    turns.begin("at:1", b"i" * 16, uuid4(), RECORD)
    stored = turns.read("at:1")
    assert stored is not None

    assert turns.write(stored, RECORD)
    assert not turns.write(stored, RECORD)


def test_of_two_beginners_one_is_told_that_it_was_late(database: Database) -> None:
    turns = PlainTurns(database)

    assert turns.begin("at:1", b"i" * 16, uuid4(), RECORD) is not None
    assert turns.begin("at:1", b"i" * 16, uuid4(), RECORD) is None


def test_a_held_turn_is_written_with_its_deed_or_not_at_all(database: Database) -> None:
    turns = PlainTurns(database)
    turns.begin("at:1", b"i" * 16, uuid4(), RECORD)
    stored = turns.read("at:1")
    assert stored is not None
    try:
        with database.writing() as session:
            assert ussd_sessions.hold(session, stored)
            ussd_sessions.write_held(session, KEYRING, stored, replace(RECORD, node="lost"))
            raise RuntimeError
    except RuntimeError:
        pass
    with database.writing() as session:
        assert ussd_sessions.hold(session, stored)
        ussd_sessions.write_held(session, KEYRING, stored, replace(RECORD, node="kept"))

    again = turns.read("at:1")
    assert again is not None
    assert again.revision == stored.revision + 1
    assert not turns.write(stored, RECORD)
    with database.reading() as session:
        assert session.scalars(select(UssdTurn.node).order_by(UssdTurn.step)).all() == [
            "main.menu",
            "kept",
        ]


def test_a_new_session_never_takes_the_number_of_one_that_was_swept_away(
    database: Database,
) -> None:
    turns, ending = PlainTurns(database), replace(RECORD, ends=True)
    first = turns.begin("at:1", b"i" * 16, uuid4(), ending)
    assert first is not None
    with database.writing() as session:
        assert forget_ended(session, RECORD.at_ms + 1) == 0  # the funnel has not counted it yet
        mark_counted(session, [first], RECORD.at_ms + 1)
    with database.writing() as session:
        assert forget_ended(session, RECORD.at_ms + 1) == 1

    second = turns.begin("at:2", b"i" * 16, uuid4(), RECORD)  # the history still names the first

    assert second is not None
    assert second > first


def test_what_a_number_left_is_found_by_its_index(sqlite_database: Database) -> None:
    plan = text(
        "EXPLAIN QUERY PLAN SELECT id FROM ussd_sessions"
        " WHERE msisdn_index = x'00' AND session_key != 'k' ORDER BY id DESC LIMIT 1"
    )
    with sqlite_database.reading() as session:
        steps = [row.detail for row in session.execute(plan)]

    assert len(steps) == 1
    assert "ix_ussd_sessions_number" in steps[0]


def test_of_two_who_take_a_dialogue_over_one_is_told_that_it_was_late(database: Database) -> None:
    turns = PlainTurns(database)
    turns.begin("at:1", b"i" * 16, uuid4(), RECORD)
    left = turns.read("at:1")
    assert left is not None
    with database.writing() as session:
        assert newest_left(session, b"i" * 16, "at:2") is not None
        assert take_over(session, left, RECORD.at_ms + 9)
    with database.writing() as session:
        assert not take_over(session, left, RECORD.at_ms + 9)
        assert newest_left(session, b"i" * 16, "at:2") is None

    assert not turns.write(left, RECORD)
    again = turns.read("at:1")
    assert again is not None
    assert again.is_ended
