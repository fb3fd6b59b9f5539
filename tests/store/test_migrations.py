"""Migrations go up and down, and leave exactly the tables of the models, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.orm import Session

from mhealth.store import migrate
from mhealth.store.revision import newest_revision, revision_of
from mhealth.store.tables import metadata
from tests.databases import MIGRATIONS


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.pg)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/m.sqlite3"
        return
    url: str = request.getfixturevalue("postgres_url")
    migrate.downgrade(MIGRATIONS, url, "base")
    yield url
    migrate.upgrade(MIGRATIONS, url)


def engine_of(url: str) -> sa.Engine:
    address = sa.make_url(url)
    if address.get_backend_name() == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    return sa.create_engine(address, poolclass=sa.NullPool)


def is_current(url: str) -> bool:
    """Our own answer, which needs no Alembic."""
    with Session(engine_of(url)) as session:
        return revision_of(session) == newest_revision(MIGRATIONS)


def test_our_newest_migration_is_alembics_head() -> None:
    script = ScriptDirectory.from_config(migrate.alembic_config(MIGRATIONS, "sqlite://"))

    assert newest_revision(MIGRATIONS) == script.get_current_head()


def test_up_leaves_the_tables_of_the_models(empty_url: str) -> None:
    migrate.upgrade(MIGRATIONS, empty_url)

    with engine_of(empty_url).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    assert is_current(empty_url)


def test_down_leaves_nothing_and_up_works_again(empty_url: str) -> None:
    migrate.upgrade(MIGRATIONS, empty_url)
    migrate.downgrade(MIGRATIONS, empty_url, "base")
    left = set(sa.inspect(engine_of(empty_url)).get_table_names()) - {"alembic_version"}
    assert left == set()
    assert not is_current(empty_url)

    migrate.upgrade(MIGRATIONS, empty_url)
    assert is_current(empty_url)


def test_sessions_of_an_old_file_count_on_behind_its_history(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/old.sqlite3"
    command.upgrade(migrate.alembic_config(MIGRATIONS, url), "0008")
    turn = sa.text(
        "INSERT INTO ussd_turns (ussd_session_id, step, flow, node, outcome, language, at_ms)"
        " VALUES (41, 1, 'main', 'main.menu', 'shown', 'fr', 0)"
    )
    begun = sa.text(
        "INSERT INTO ussd_sessions (uid, session_key, msisdn_index, revision, flow, node, language,"
        " memory, started_ms, touched_ms) VALUES ('u', 'k', x'00', 1, 'f', 'n', 'fr', x'00', 0, 0)"
        " RETURNING id"
    )
    with engine_of(url).begin() as connection:
        connection.execute(turn)

    migrate.upgrade(MIGRATIONS, url)

    with engine_of(url).begin() as connection:
        assert connection.scalar(begun) == 42


def test_posts_and_workers_who_left_are_kept_by_their_new_columns(empty_url: str) -> None:
    command.upgrade(migrate.alembic_config(MIGRATIONS, empty_url), "0013")
    rows = (
        "INSERT INTO districts (id, uid, name, timezone, language, is_catch_all)"
        " VALUES (1, :u1, 'D', 'UTC', 'fr', :yes)",
        "INSERT INTO health_areas (id, uid, district_id, name) VALUES (1, :u1, 1, 'A')",
        "INSERT INTO villages (id, uid, district_id, health_area_id, name)"
        " VALUES (1, :u1, 1, 1, 'V')",
        "INSERT INTO health_workers (id, uid, district_id, name_sealed, msisdn_sealed,"
        " msisdn_index, language, is_active) VALUES (1, :u1, 1, :a, :a, :a, 'fr', :yes)",
        "INSERT INTO health_workers (id, uid, district_id, name_sealed, msisdn_sealed,"
        " msisdn_index, language, is_active) VALUES (2, :u2, 1, :b, :b, :b, 'fr', :no)",
        "INSERT INTO village_posts (village_id, health_worker_id, rank) VALUES (1, 1, 1)",
        "INSERT INTO village_posts (village_id, health_worker_id, rank) VALUES (1, 2, 2)",
    )
    values = {"u1": "1" * 32, "u2": "2" * 32, "a": b"a", "b": b"b", "yes": True, "no": False}
    with engine_of(empty_url).begin() as connection:
        for sql in rows:
            used = {k: v for k, v in values.items() if f":{k}" in sql}
            connection.execute(sa.text(sql), used)

    migrate.upgrade(MIGRATIONS, empty_url)

    with engine_of(empty_url).connect() as connection:
        posts = connection.execute(
            sa.text("SELECT id, village_id, health_worker_id, rank, ended_at FROM village_posts")
        ).all()
        left = connection.scalars(
            sa.text("SELECT id FROM health_workers WHERE closed_at IS NOT NULL")
        ).all()
    assert sorted(posts) == [(1, 1, 1, 1, None), (2, 1, 2, 2, None)]
    assert left == [2]
    migrate.downgrade(MIGRATIONS, empty_url, "base")
    migrate.upgrade(MIGRATIONS, empty_url)
