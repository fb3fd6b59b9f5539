"""Faults of the database, its tables, its keys, its queues and its processes, planted one by one."""

import signal
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text, update

from mhealth.domain.gateway import SendProblem
from mhealth.domain.message import Lane, MessageState
from mhealth.services.key_proof import prove_keys
from mhealth.store.beats import ProcessBeat
from mhealth.store.database import Database, database_now_ms
from mhealth.store.troubles import Line, note_trouble
from tests.aggregators.carrier import Carrier
from tests.backup.conftest import key, url_of
from tests.doctor.conftest import Doctor
from tests.faults.parts import Parts, wait_for
from tests.services.outbox import CHANNEL, change, put

ON_POSTGRES = pytest.mark.parametrize(
    "database", [pytest.param("postgres", marks=pytest.mark.pg)], indirect=True
)
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
HARMLESS = {"channel.unreachable", "channel.account"}  # the tests reach no carrier


def sql(database: Database, *statements: str) -> None:
    with database.full.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_nothing_is_said_where_all_is_well(doctor: Doctor) -> None:
    assert set(doctor.look()) <= HARMLESS
    assert len(doctor.parts) == 15
    lines = doctor.lines()
    assert "BAD" not in lines
    assert lines.count("ok  ") >= 13


# --- the database itself


@ON_POSTGRES
def test_a_server_that_does_not_answer(doctor: Doctor, database: Database) -> None:
    found = doctor.look(MHEALTH_DATABASE_URL="postgresql://nurse:hush@127.0.0.1:9/clinic")

    assert "127.0.0.1" in found["database.unreachable"]
    assert "refused" in found["database.unreachable"]
    assert "hush" not in str(found)
    assert doctor.levels["doctor.not_judged"] == "unknown"
    assert {"content", "disk", "redis", "settings"} <= doctor.parts


@ON_POSTGRES
def test_a_wrong_password_and_a_wrong_name(doctor: Doctor, database: Database) -> None:
    url = url_of(database)

    assert "database.missing" in doctor.look(
        "database", MHEALTH_DATABASE_URL=url.replace(f"/{database.full.url.database}?", "/nowhere?")
    )
    data = Path(str(database.full.url.query["host"]))
    hba = data / "pg_hba.conf"
    former = hba.read_text()
    sql(database, "DROP ROLE IF EXISTS locked", "CREATE ROLE locked LOGIN PASSWORD 'right'")
    try:
        hba.write_text("local all locked scram-sha-256\n" + former)
        sql(database, "SELECT pg_reload_conf()")
        locked = url.replace("postgres:@", "locked:wrong@", 1)
        wait_for(
            lambda: "database.password" in doctor.look("database", MHEALTH_DATABASE_URL=locked),
            "the wrong password is let in",
        )
    finally:
        hba.write_text(former)
        sql(database, "SELECT pg_reload_conf()", "DROP ROLE locked")


@ON_POSTGRES
def test_a_database_that_only_reads(doctor: Doctor, database: Database) -> None:
    name = database.full.url.database
    sql(database, f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    try:
        assert "read-only" in doctor.look("database")["database.read_only"]
    finally:
        with psycopg.connect(url_of(database), autocommit=True) as admin:
            admin.execute("SET default_transaction_read_only = off")
            admin.execute(f'ALTER DATABASE "{name}" RESET default_transaction_read_only')


@ON_SQLITE
def test_a_file_that_only_reads(doctor: Doctor, database: Database) -> None:
    url = url_of(database).replace("sqlite:///", "sqlite:///file:") + "?mode=ro&uri=true"

    assert "readonly" in doctor.look("database", MHEALTH_DATABASE_URL=url)["database.read_only"]


@ON_SQLITE
def test_no_file_is_told_and_none_is_made(doctor: Doctor, tmp_path: Path) -> None:
    file = tmp_path / "nothing.sqlite3"

    assert (
        str(file)
        in doctor.look("database", MHEALTH_DATABASE_URL=f"sqlite:///{file}")["database.missing"]
    )
    assert not file.exists()


@ON_SQLITE
def test_a_file_of_somebody_else(doctor: Doctor, database: Database, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no database at all, but a long enough text" * 50)
    assert "database.unreachable" in doctor.look(
        "database", MHEALTH_DATABASE_URL=f"sqlite:///{tmp_path}/text"
    )
    found = doctor.look("database", "queues", MHEALTH_DATABASE_URL="oracle://here/there")
    assert {"database.unreachable", "doctor.not_judged"} <= set(found)


def test_tables_of_another_program(doctor: Doctor, database: Database) -> None:
    names = list(database_tables(database))
    sql(database, *(f"ALTER TABLE {name} RENAME TO other_{name}" for name in names))
    try:
        assert "database.foreign" in doctor.look("database")
    finally:
        sql(database, *(f"ALTER TABLE other_{name} RENAME TO {name}" for name in names))


def database_tables(database: Database) -> list[str]:
    from_sqlite = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    from_postgres = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    with database.full.connect() as connection:
        query = from_sqlite if database.is_sqlite else from_postgres
        return [name for (name,) in connection.execute(text(query))]


# --- migrations and keys


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE alembic_version SET version_num = '0001'", "migrations.behind"),
        ("UPDATE alembic_version SET version_num = '9999'", "migrations.ahead"),
        ("DELETE FROM alembic_version", "migrations.never"),
        ("ALTER TABLE unread_calls RENAME TO unread_calls_of_old", "migrations.tables"),
        ("ALTER TABLE unread_calls RENAME COLUMN problem TO trouble", "migrations.tables"),
    ],
)
def test_migrations(doctor: Doctor, database: Database, statement: str, code: str) -> None:
    with database.full.connect() as connection:
        (before,) = connection.execute(text("SELECT version_num FROM alembic_version")).scalars()
    sql(database, statement)
    try:
        assert code in doctor.look("migrations")
    finally:
        if "RENAME COLUMN" in statement:
            sql(database, "ALTER TABLE unread_calls RENAME COLUMN trouble TO problem")
        elif "RENAME TO" in statement:
            sql(database, "ALTER TABLE unread_calls_of_old RENAME TO unread_calls")
        sql(
            database,
            "DELETE FROM alembic_version",
            f"INSERT INTO alembic_version VALUES ('{before}')",
        )


@ON_SQLITE
@pytest.mark.parametrize(
    "setting",
    [
        {"MHEALTH_ENCRYPTION_KEYS": f"test:{key(range(1, 33))}"},
        {"MHEALTH_INDEX_KEY": key(range(1, 33))},
    ],
)
def test_other_keys(doctor: Doctor, database: Database, setting: dict[str, str]) -> None:
    prove_keys(database)

    (name,) = setting
    assert name in doctor.look("keys", **setting)["keys.wrong"]


# --- processes and clocks


def test_no_process_gives_a_sign(doctor: Doctor, database: Database) -> None:
    with database.writing() as session:
        session.execute(update(ProcessBeat).values(seen_ms=ProcessBeat.seen_ms - 90_000))

    found = doctor.look("processes", MHEALTH_REDIS_URL="unix:///nowhere.sock")

    assert {"processes.no_clock", "processes.no_web", "processes.no_worker"} <= set(found)
    assert "processes.silent" in found


@ON_SQLITE
def test_a_clock_that_is_stopped(
    doctor: Doctor, database: Database, carrier: Carrier, tmp_path: Path
) -> None:
    """A real one: while it runs nobody misses it; stopped, its sign grows old."""
    with database.writing() as session:
        session.execute(text("DELETE FROM process_beats WHERE kind = 'clock'"))
    assert "processes.no_clock" in doctor.look("processes")
    parts = Parts(tmp_path, url_of(database), carrier.url)
    clock = parts.start("clock")
    try:
        wait_for(
            lambda: "processes.no_clock" not in doctor.look("processes"), "the clock gives no sign"
        )
        with database.writing() as session:  # a minute and a half later
            session.execute(
                update(ProcessBeat)
                .where(ProcessBeat.kind == "clock")
                .values(seen_ms=ProcessBeat.seen_ms - 90_000)
            )
            clock.send(signal.SIGSTOP)  # now, when it can hold no lock that nobody would give back
        found = doctor.look("processes")
        assert {"processes.no_clock", "processes.silent"} <= set(found)
        assert f":{clock.process.pid}" in found["processes.silent"]
    finally:
        clock.send(signal.SIGCONT)
        parts.end()


def test_versions_and_clocks_of_other_machines(doctor: Doctor, database: Database) -> None:
    beat(database, "worker@other:7", version="0.0.9", ahead_ms=0)
    assert "0.0.9 on worker@other:7" in doctor.look("processes")["processes.versions"]

    beat(database, "worker@other:7", version="0.0.9", ahead_ms=20_000)
    assert "other is 20 s ahead" in doctor.look("clock")["clock.skew"]
    assert doctor.levels["clock.skew"] == "degraded"

    beat(database, "worker@other:7", version="0.0.9", ahead_ms=-600_000)
    assert "other is 600 s behind" in doctor.look("clock")["clock.skew"]
    assert doctor.levels["clock.skew"] == "broken"


def beat(database: Database, process: str, *, version: str, ahead_ms: int) -> None:
    now = database_now_ms()
    with database.writing() as session:
        session.execute(text("DELETE FROM process_beats WHERE process = :p"), {"p": process})
        session.add(
            ProcessBeat(
                process=process,
                kind="worker",
                version=version,
                began_ms=now,
                seen_ms=now,
                process_ms=now + ahead_ms,
            )
        )


# --- queues


def test_an_emergency_that_does_not_leave(doctor: Doctor, database: Database) -> None:
    message = put(database, lane=Lane.EMERGENCY)
    assert "queues.emergency" not in doctor.look("queues")
    change(database, message, queued_ms=database_now_ms() - 90_000)

    assert "for 9" in doctor.look("queues")["queues.emergency"]


def test_what_waits_what_is_stuck_dead_or_uncertain(doctor: Doctor, database: Database) -> None:
    change(database, put(database), queued_ms=database_now_ms() - 400_000)
    long_ago = database_now_ms() - 120_000
    change(database, put(database, state=MessageState.LEASED), lease_until_ms=long_ago)
    dead = put(database, state=MessageState.DEAD)
    change(database, dead, final_ms=database_now_ms())
    unsure = put(database, state=MessageState.UNCERTAIN, lane=Lane.EMERGENCY)
    change(database, unsure, sending_ms=database_now_ms())

    found = doctor.look("queues")

    assert found["queues.waiting"] == "reply: for 6 min"
    assert found["queues.stuck"].startswith("1 ")
    assert found["queues.dead"].startswith("1 ")
    assert found["queues.uncertain"].startswith("1 ")


def test_a_channel_in_trouble(doctor: Doctor, database: Database) -> None:
    with database.writing() as session:
        note_trouble(session, Line(CHANNEL, Lane.REPLY), SendProblem.NO_CREDIT, 1000)

    assert CHANNEL in doctor.look("queues")["queues.channel"]
