"""The database: two pools over one address, full durability for deeds, relaxed for plain turns.

SQLite runs in WAL mode with short write transactions begun by BEGIN IMMEDIATE; PostgreSQL relaxes
by `synchronous_commit=off` on a pool of its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    ScalarSelect,
    TypeDecorator,
    Uuid,
    create_engine,
    event,
    make_url,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker
from sqlalchemy.sql.functions import FunctionElement

from mhealth.store import sealed
from mhealth.store.keyring import Keyring

_LOCK_SECONDS = 3
"""So long a writer waits for SQLite's lock: a caller's network gives us 10 s at most for the whole."""

BigKey = BigInteger().with_variant(Integer(), "sqlite")
"""An integer key: SQLite counts up only plain INTEGER keys."""


class UtcTime(TypeDecorator[datetime]):
    """An aware time, kept in UTC; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database: UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """From the database: aware, UTC."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class Base(DeclarativeBase):
    """All tables: an integer key inside, a UUID where others see the row."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcTime()}


class database_now_ms(FunctionElement[int]):  # noqa: N801  # reads as the SQL function it is
    """The database's clock in milliseconds since 1970, as an SQL expression: leases live by it."""

    type = BigInteger()
    inherit_cache = True


@compiles(database_now_ms, "sqlite")
def _now_ms_sqlite(_element: Any, _compiler: Any, **_: Any) -> str:
    return "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"


@compiles(database_now_ms, "postgresql")
def _now_ms_postgresql(_element: Any, _compiler: Any, **_: Any) -> str:
    return "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)"


def moment_ms() -> ScalarSelect[int]:
    """The database's clock read once a statement: to compare with, since an index may then serve."""
    return select(database_now_ms()).scalar_subquery()


class Row:
    """The two keys of every row that somebody outside may name."""

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    uid: Mapped[UUID] = mapped_column(Uuid(), unique=True, default=uuid4)


@dataclass(frozen=True, slots=True)
class Database:
    """Live handles to one database."""

    full: Engine
    relaxed: Engine
    sessions: sessionmaker[Session]
    keyring: Keyring

    @property
    def is_sqlite(self) -> bool:
        """True for the embedded default."""
        return self.full.dialect.name == "sqlite"

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction with full durability: commits at the end, rolls back on any error."""
        with self.sessions.begin() as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only looks: never waits for, nor blocks, a writer."""
        with self.sessions() as session:
            session.connection(execution_options={"mhealth_reads": True})
            yield session

    def close(self) -> None:
        """Give back every connection."""
        self.full.dispose()
        self.relaxed.dispose()


def open_database(url: str, keyring: Keyring) -> Database:
    """Open both pools; connects on first use only."""
    full, relaxed = _engine(url, durable=True), _engine(url, durable=False)
    sessions = sessionmaker(full, expire_on_commit=False, info={"keyring": keyring})
    sealed.watch(sessions)
    return Database(full, relaxed, sessions, keyring)


def _engine(url: str, *, durable: bool) -> Engine:
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        engine = create_engine(
            address,
            connect_args={"timeout": _LOCK_SECONDS},
            pool_size=8,
            max_overflow=8,
            hide_parameters=True,  # an error's text goes to logs; values may be names
        )
        _tune_sqlite(engine, "FULL" if durable else "NORMAL")
        return engine
    address = address.set(drivername="postgresql+psycopg")
    options = "-c timezone=utc" + ("" if durable else " -c synchronous_commit=off")
    # A plain turn is one statement: autocommit saves its BEGIN and COMMIT round trips.
    plain: dict[str, Any] = {"isolation_level": "AUTOCOMMIT", "pool_reset_on_return": None}
    return create_engine(
        address,
        connect_args={"options": options, "connect_timeout": 3},
        pool_size=8,
        max_overflow=8,
        pool_pre_ping=True,
        pool_timeout=3,
        hide_parameters=True,
        **({} if durable else plain),
    )


def _tune_sqlite(engine: Engine, synchronous: str) -> None:
    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we begin transactions ourselves
        for pragma in (
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            "foreign_keys=ON",
            f"busy_timeout={_LOCK_SECONDS * 1000}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        reads = connection.get_execution_options().get("mhealth_reads", False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
