"""What a database holds, table by table: how many rows, and a hash that any change of one row changes.

The same rows give the same hash in another database of the same kind, whatever their places on disk.
"""

import hashlib
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

TRANSIENT = frozenset({"process_beats"})
"""Tables that tell of the moment, and of nothing that must come back."""

_SQLITE_TABLES = (
    "SELECT name FROM sqlite_master WHERE type = 'table'"
    " AND (name NOT LIKE 'sqlite_%' OR name = 'sqlite_sequence') ORDER BY name"
)
_POSTGRES_TABLES = (
    "SELECT c.relname FROM pg_class c WHERE c.relkind IN ('r', 'p')"
    ' AND c.relnamespace = current_schema()::regnamespace ORDER BY c.relname COLLATE "C"'
)
_POSTGRES_KEY = (
    "SELECT a.attname, a.atttypid = ANY ('{text,varchar,bpchar}'::regtype[]) FROM pg_index i"
    " JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)"
    " WHERE i.indrelid = %s::regclass AND i.indisprimary ORDER BY a.attnum"
)
_POSTGRES_FORMS = (
    "SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO'; SET LOCAL bytea_output = 'hex';"
    " SET LOCAL extra_float_digits = 1; SET LOCAL statement_timeout = 0"
)
_POSTGRES_BEHIND = (
    "SELECT t.relname FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('a', 'i')"
    " JOIN pg_class t ON t.oid = d.refobjid JOIN pg_attribute a ON a.attrelid = t.oid"
    " AND a.attnum = d.refobjsubid WHERE s.relkind = 'S'"
    " AND t.relnamespace = current_schema()::regnamespace"
)


@dataclass(frozen=True, slots=True)
class TableDigest:
    """One table: its rows, and SHA-256 over its columns' names and all rows in the order of its key."""

    rows: int
    sha256: str


def sqlite_digests(connection: sqlite3.Connection) -> Mapping[str, TableDigest]:
    """Of all tables, as this connection's transaction sees them."""
    names = [name for (name,) in connection.execute(_SQLITE_TABLES) if name not in TRANSIENT]
    return {name: _sqlite_digest(connection, name) for name in names}


def _sqlite_digest(connection: sqlite3.Connection, name: str) -> TableDigest:
    columns = connection.execute(f"PRAGMA table_info({_quoted(name)})").fetchall()
    keys = [_quoted(row[1]) for row in sorted(columns, key=lambda row: row[5]) if row[5]]
    values = " || ',' || ".join(f"quote({_quoted(row[1])})" for row in columns)
    order = ", ".join(keys) or "1"
    digest = hashlib.sha256(",".join(row[1] for row in columns).encode())
    rows = 0
    for (line,) in connection.execute(f"SELECT {values} FROM {_quoted(name)} ORDER BY {order}"):
        digest.update(b"\n" + line.encode("utf-8", "surrogatepass"))
        rows += 1
    return TableDigest(rows, digest.hexdigest())


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def postgres_tables(connection: psycopg.Connection[Any]) -> Sequence[str]:
    """The names of all tables of the schema in use."""
    return [name for (name,) in connection.execute(_POSTGRES_TABLES)]


def postgres_digests(connection: psycopg.Connection[Any]) -> Mapping[str, TableDigest]:
    """Of all tables of the schema in use, as this connection's transaction sees them."""
    connection.execute(_POSTGRES_FORMS)
    names = [name for name in postgres_tables(connection) if name not in TRANSIENT]
    return {name: _postgres_digest(connection, name) for name in names}


def _postgres_digest(connection: psycopg.Connection[Any], name: str) -> TableDigest:
    table = sql.Identifier(name)
    keys = connection.execute(_POSTGRES_KEY, [f'"{name}"']).fetchall()
    order = [_in_order(column, is_text=is_text) for column, is_text in keys]
    query = sql.SQL("COPY (SELECT t::text FROM {} t ORDER BY {}) TO STDOUT").format(
        table, sql.SQL(", ").join(order or [sql.SQL('t::text COLLATE "C"')])
    )
    empty = connection.execute(sql.SQL("SELECT * FROM {} LIMIT 0").format(table))
    digest = hashlib.sha256(",".join(c.name for c in empty.description or ()).encode() + b"\n")
    rows = 0
    with connection.cursor() as cursor, cursor.copy(query) as lines:
        for block in lines:  # a line break within a value comes escaped
            digest.update(block)
            rows += bytes(block).count(b"\n")
    return TableDigest(rows, digest.hexdigest())


def _in_order(column: str, *, is_text: bool) -> sql.Composable:
    """Letters in the order of their bytes: another server may sort them otherwise."""
    name = sql.Identifier(column)
    return sql.SQL('t.{} COLLATE "C"').format(name) if is_text else sql.SQL("t.{}").format(name)


def sequences_behind(connection: psycopg.Connection[Any]) -> Sequence[str]:
    """Tables whose next key would be one that is taken already."""
    return [
        name for (name,) in connection.execute(_POSTGRES_BEHIND) if _is_behind(connection, name)
    ]


def _is_behind(connection: psycopg.Connection[Any], table: str) -> bool:
    query = sql.SQL(
        "SELECT coalesce(max(id), 0) > (SELECT coalesce(pg_sequence_last_value("
        "pg_get_serial_sequence({}, 'id')), 0)) FROM {}"
    ).format(sql.Literal(f'"{table}"'), sql.Identifier(table))
    row = connection.execute(query).fetchone()
    return bool(row and row[0])
