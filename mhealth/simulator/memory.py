"""What the simulator remembers over a restart, in one small SQLite file; no production data."""

import sqlite3
import threading
import time
from pathlib import Path

_SCHEMA = """
create table if not exists messages (
    id integer primary key, msisdn text not null, is_incoming integer not null,
    other text not null, body text not null, at real not null, segments integer not null,
    is_read integer not null default 0, status text not null);
create index if not exists messages_of on messages (msisdn, id);
create table if not exists calls (msisdn text primary key, call text not null);
create table if not exists errands (
    id integer primary key, hook text not null, fields text not null, msisdn text not null,
    due_at real not null, born_at real not null, repeats integer not null, message_id integer,
    is_running integer not null default 0);
create table if not exists exchanges (
    id integer primary key, msisdn text not null, at real not null, is_ours integer not null,
    what text not null, sent text not null, status integer not null, answer text not null,
    took_ms real not null);
create index if not exists exchanges_of on exchanges (msisdn, id);
create table if not exists received (
    id integer primary key, at real not null, recipient text not null, body text not null,
    sender text not null, carrier_id text not null, step text not null);
create table if not exists steps (id integer primary key, kind text not null, step text not null);
create table if not exists handsets (
    msisdn text primary key, network text not null default '', session text not null default '');
"""

_KEPT = {"messages": 2_000, "exchanges": 1_000, "received": 50_000}
"""Rows kept of each table that grows; the oldest go."""

_TABLES = ("messages", "calls", "errands", "exchanges", "received", "steps", "handsets")
_TRIM_EVERY = 200


class Memory:
    """One connection shared by all threads under one lock.

    `revision` changes with every write, so that a page can ask "anything new?" cheaply.
    """

    def __init__(self, file: Path | None = None) -> None:
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(
            file or ":memory:", isolation_level=None, check_same_thread=False
        )
        self._db.row_factory = sqlite3.Row
        self._db.execute("pragma journal_mode=wal")
        self._db.execute("pragma synchronous=normal")
        self._db.executescript(_SCHEMA)
        self.lock = threading.RLock()
        self.revision = time.time_ns() // 1_000_000

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """All rows of a query."""
        with self.lock:
            return self._db.execute(sql, values).fetchall()

    def write(self, sql: str, *values: object) -> int:
        """Run one statement; the id of the row it inserted."""
        with self.lock:
            done = self._db.execute(sql, values)
            self.revision += 1
            if self.revision % _TRIM_EVERY == 0:
                self._trim()
            return done.lastrowid or 0

    def forget(self) -> None:
        """Empty every table."""
        with self.lock:
            for table in _TABLES:
                self.write(f"delete from {table}")

    def close(self) -> None:
        """Close the file."""
        with self.lock:
            self._db.close()

    def _trim(self) -> None:
        for table, kept in _KEPT.items():
            self._db.execute(
                f"delete from {table} where id <= (select max(id) from {table}) - ?", (kept,)
            )
