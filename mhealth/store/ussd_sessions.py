"""The hot path of USSD: one read and one revision-guarded write a plain turn, as fixed SQL.

The SQL is text on purpose (an ORM would cost several times the turn); a test holds it against the
models of `ussd_tables`.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from mhealth.domain.errors import DatabaseAway
from mhealth.store.database import Database
from mhealth.store.keyring import Keyring
from mhealth.store.ussd_tables import memory_place


@dataclass(frozen=True, slots=True)
class StoredSession:
    """One read of a live session: `memory` is opened."""

    id: int
    uid: UUID
    revision: int
    msisdn_index: bytes
    is_ended: bool
    started_ms: int
    memory: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnRecord:
    """What one turn writes: the new memory of the session and its line of history."""

    memory: bytes
    district_id: int | None
    flow: str
    flow_version: str
    node: str
    turn_outcome: str
    language: str
    at_ms: int
    ends: bool


def _fixed(sql: str) -> dict[str, str]:
    return {"sqlite": sql, "postgresql": re.sub(r":(\w+)", r"%(\1)s", sql)}


READ = _fixed(
    "SELECT id, uid, revision, msisdn_index, ended_ms, started_ms, memory"
    " FROM ussd_sessions WHERE session_key = :session_key"
)
INSERT = _fixed(
    "INSERT INTO ussd_sessions (uid, session_key, msisdn_index, district_id, revision, flow,"
    " flow_version, node,"
    " language, memory, started_ms, touched_ms, ended_ms, outcome, counted_ms, continued_in,"
    " sms_until_ms)"
    " VALUES (:uid, :session_key, :msisdn_index, :district_id, 1, :flow, :flow_version, :node,"
    " :language, :memory, :at_ms, :at_ms, :ended_ms, :outcome, NULL, NULL, NULL)"
    " ON CONFLICT (session_key) DO NOTHING RETURNING id"
)
GUARD = _fixed(
    "UPDATE ussd_sessions SET revision = revision + 1 WHERE id = :id AND revision = :revision"
)
_SET = (
    "UPDATE ussd_sessions SET revision = :next, district_id = COALESCE(:district_id, district_id),"
    " flow = :flow, flow_version = :flow_version, node = :node, language = :language,"
    " memory = :memory, touched_ms = :at_ms, ended_ms = :ended_ms, outcome = :outcome"
    " WHERE id = :id AND revision = :revision"
)
UPDATE = _fixed(_SET)
_TURN_COLUMNS = (
    "INSERT INTO ussd_turns (ussd_session_id, step, flow, node, outcome, language, at_ms)"
)
TURN = _fixed(
    _TURN_COLUMNS + " VALUES (:id, :next, :flow, :node, :turn_outcome, :language, :at_ms)"
)
UPDATE_AND_TURN = {
    # One statement, one round trip: the history line is written only if the guard held. psycopg
    # cannot infer the type of a parameter that only stands in a SELECT list, hence the casts.
    "postgresql": _fixed(
        f"WITH moved AS ({_SET} RETURNING id) {_TURN_COLUMNS}"
        " SELECT id, CAST(:next AS integer), CAST(:flow AS text), CAST(:node AS text),"
        " CAST(:turn_outcome AS text), CAST(:language AS text), CAST(:at_ms AS bigint) FROM moved"
    )["postgresql"]
}


class PlainTurns:
    """Plain turns over the relaxed pool, by the driver itself. Each may raise DatabaseAway."""

    def __init__(self, database: Database) -> None:
        self._engine = database.relaxed
        self._dialect = database.relaxed.dialect.name
        self._keyring = database.keyring
        self._driver_error: type[Exception] = database.relaxed.dialect.loaded_dbapi.Error

    def read(self, session_key: str) -> StoredSession | None:
        """The live session of this key, its memory opened."""
        with self._connection() as connection:
            cursor = connection.execute(READ[self._dialect], {"session_key": session_key})
            row = cursor.fetchone()
        return None if row is None else _stored(row, self._keyring)

    def begin(
        self, session_key: str, msisdn_index: bytes, uid: UUID, record: TurnRecord
    ) -> int | None:
        """Write a new session and its first line; its id, or None when somebody was faster."""
        values = _start_values(self._keyring, session_key, msisdn_index, uid, record)
        values["uid"] = uid.hex if self._dialect == "sqlite" else uid
        with self._connection() as connection, self._transaction(connection):
            row = connection.execute(INSERT[self._dialect], values).fetchone()
            if row is None:
                return None
            connection.execute(TURN[self._dialect], {**values, "id": row[0], "next": 1})
            return int(row[0])

    def write(self, stored: StoredSession, record: TurnRecord) -> bool:
        """Write a turn if nobody wrote since the read; False when somebody did."""
        values = _turn_values(self._keyring, stored, record)
        with self._connection() as connection:
            if self._dialect == "postgresql":
                sql = UPDATE_AND_TURN["postgresql"]
                return bool(connection.execute(sql, values).rowcount == 1)
            with self._transaction(connection):
                if connection.execute(UPDATE["sqlite"], values).rowcount != 1:
                    return False
                connection.execute(TURN["sqlite"], values)
                return True

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        try:
            pooled = self._engine.raw_connection()
            try:
                yield pooled.driver_connection
            finally:
                pooled.close()
        except self._driver_error as error:
            raise DatabaseAway(f"{type(error).__name__}: {error}"[:120]) from error

    @contextmanager
    def _transaction(self, connection: Any) -> Iterator[None]:
        if self._dialect == "postgresql":
            with connection.transaction():
                yield
            return
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")


def hold(session: Session, stored: StoredSession) -> bool:
    """Take the guard of an effectful turn inside its transaction; False: somebody was faster."""
    values = {"id": stored.id, "revision": stored.revision}
    connection = session.connection()
    sql = GUARD[connection.dialect.name]
    return bool(connection.exec_driver_sql(sql, values).rowcount == 1)


def write_held(
    session: Session, keyring: Keyring, stored: StoredSession, record: TurnRecord
) -> None:
    """Write the turn whose guard `hold` took, in the same transaction."""
    values = _turn_values(keyring, stored, record)
    connection = session.connection()
    held = {**values, "revision": stored.revision + 1}
    connection.exec_driver_sql(UPDATE[connection.dialect.name], held)
    connection.exec_driver_sql(TURN[connection.dialect.name], values)


def begin_held(
    session: Session,
    keyring: Keyring,
    session_key: str,
    msisdn_index: bytes,
    uid: UUID,
    record: TurnRecord,
) -> int | None:
    """As `PlainTurns.begin`, in a transaction of the full pool."""
    connection = session.connection()
    dialect = connection.dialect.name
    values = _start_values(keyring, session_key, msisdn_index, uid, record)
    values["uid"] = uid.hex if dialect == "sqlite" else uid
    row = connection.exec_driver_sql(INSERT[dialect], values).fetchone()
    if row is None:
        return None
    connection.exec_driver_sql(TURN[dialect], {**values, "id": row[0], "next": 1})
    return int(row[0])


def _stored(row: Any, keyring: Keyring) -> StoredSession:
    uid = row[1] if isinstance(row[1], UUID) else UUID(row[1])
    memory = keyring.open(memory_place(uid), bytes(row[6]))
    return StoredSession(row[0], uid, row[2], bytes(row[3]), row[4] is not None, row[5], memory)


def _record_values(keyring: Keyring, uid: UUID, record: TurnRecord) -> dict[str, Any]:
    return {
        "memory": keyring.seal(memory_place(uid), record.memory),
        "district_id": record.district_id,
        "flow": record.flow,
        "flow_version": record.flow_version,
        "node": record.node,
        "turn_outcome": record.turn_outcome,
        "language": record.language,
        "at_ms": record.at_ms,
        "ended_ms": record.at_ms if record.ends else None,
        "outcome": "finished" if record.ends else None,
    }


def _start_values(
    keyring: Keyring, session_key: str, msisdn_index: bytes, uid: UUID, record: TurnRecord
) -> dict[str, Any]:
    values = _record_values(keyring, uid, record)
    return {**values, "session_key": session_key, "msisdn_index": msisdn_index}


def _turn_values(keyring: Keyring, stored: StoredSession, record: TurnRecord) -> Mapping[str, Any]:
    values = _record_values(keyring, stored.uid, record)
    ids = {"id": stored.id, "revision": stored.revision, "next": stored.revision + 1}
    return {**values, **ids}
