"""PostgreSQL: a dump and the hashes of one snapshot; restored in one transaction, or into a scratch."""

import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from psycopg import IsolationLevel, sql

from mhealth.domain.errors import BackupError
from mhealth.services.backup.archive import Counted, pour
from mhealth.services.backup.postgres_tools import Server, Tools, find_tools, reason_of
from mhealth.store.table_digests import (
    TRANSIENT,
    TableDigest,
    postgres_digests,
    postgres_tables,
    sequences_behind,
)

DATA = "data.pgdump"


@contextmanager
def frozen(server: Server) -> Iterator[psycopg.Connection[Any]]:
    """A connection whose one transaction sees the same moment to its end."""
    connection = server.connect()
    connection.isolation_level = IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    try:
        connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        yield connection
    except psycopg.Error as error:
        raise BackupError(f"PostgreSQL: {str(error).splitlines()[0]}") from error
    finally:
        connection.close()


def tools_for(connection: psycopg.Connection[Any]) -> Tools:
    """Programs that are not older than the server of a connection."""
    return find_tools(connection.info.server_version // 10_000)


def copy_into(connection: psycopg.Connection[Any], server: Server, out: Counted) -> None:
    """The moment that a frozen connection sees, in pg_dump's custom format."""
    row = connection.execute("SELECT pg_export_snapshot()").fetchone()
    snapshot = row[0] if row else ""
    words = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
    words.append(f"--dbname={server.conninfo}")
    with tempfile.TemporaryFile() as said:
        dump = tools_for(connection).start(
            "pg_dump", *words, server=server, stdout=subprocess.PIPE, stderr=said
        )
        try:
            pour(dump.stdout, out.write)
        finally:
            dump.stdout.close()
            code = dump.wait()
        if code:
            said.seek(0)
            raise BackupError(f"pg_dump: {reason_of(said.read())}")


@contextmanager
def scratch(server: Server) -> Iterator[Server]:
    """An empty database beside ours that is gone afterwards. Raises BackupError without the right."""
    name = f"mhealth_proof_{uuid4().hex[:12]}"
    with server.connect(autocommit=True) as admin:
        try:
            made = sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name))
            admin.execute(made)
        except psycopg.errors.InsufficientPrivilege as error:
            raise BackupError(
                "no right to make a scratch database for the proof: ALTER ROLE … CREATEDB,"
                " or name another server with --scratch"
            ) from error
        try:
            yield server.beside(name)
        finally:
            gone = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            admin.execute(gone)


def restore_into(server: Server, file: Path) -> None:
    """Into an empty database, stopping at the first fault. Raises BackupError."""
    with server.connect() as connection:
        tools = tools_for(connection)
    words = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
    tools.run("pg_restore", *words, f"--dbname={server.conninfo}", str(file), server=server)


def digests_of(server: Server) -> Mapping[str, TableDigest]:
    """Every row of a restored database, and its counters. Raises BackupError."""
    with frozen(server) as connection:
        behind = sequences_behind(connection)
        if behind:
            raise BackupError(f"the keys of {', '.join(behind)} would be given twice")
        return postgres_digests(connection)


def replace_all(server: Server, file: Path, ours: Sequence[str]) -> None:
    """Drop our tables and write those of the dump in their place, in one transaction or not at all."""
    with server.connect() as connection:
        tools = tools_for(connection)
        there = [name for name in postgres_tables(connection) if name in ours]
        schema = connection.execute("SELECT current_schema()").fetchone()
        path = (schema or ("public",))[0]  # a dump's script looks into no schema by itself
        names = sql.SQL(", ").join(sql.Identifier(path, name) for name in there)
        drop = sql.SQL("DROP TABLE {} CASCADE;\n").format(names)
        before = drop.as_string(connection) if there else ""
        passing = [_emptied(path, name) for name in TRANSIENT]
        after = "".join(each.as_string(connection) for each in passing)
    script = ("--no-owner", "--no-privileges", "--file=-", str(file))
    into = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1")
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as said_by_psql:
        psql = tools.start(
            "psql",
            *into,
            f"--dbname={server.conninfo}",
            server=server,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said_by_psql,
        )
        reader = tools.start(
            "pg_restore", *script, server=server, stdout=subprocess.PIPE, stderr=said
        )
        _join(reader, psql, before, after)
        said.seek(0)
        said_by_psql.seek(0)
        if reader.returncode and psql.returncode == -signal.SIGKILL:
            raise BackupError(f"nothing was changed; pg_restore: {reason_of(said.read())}")
        if psql.returncode:
            raise BackupError(f"nothing was changed; psql: {reason_of(said_by_psql.read())}")


def _emptied(schema: str, name: str) -> sql.Composed:
    """Takes the rows out of a table, if the dump has it: one of an older revision may not."""
    table = sql.Identifier(schema, name)
    if_there = "DO $$ BEGIN IF to_regclass({}) IS NOT NULL THEN DELETE FROM {}; END IF; END $$;\n"
    words = sql.Literal(table.as_string())
    return sql.SQL(if_there).format(words, table)


def _join(reader: Any, psql: Any, before: str, after: str) -> None:
    """Hand the script on; where it is not whole psql is killed, or its end would be a commit."""
    try:
        psql.stdin.write(before.encode())
        pour(reader.stdout, psql.stdin.write)
        if reader.wait() == 0:
            psql.stdin.write(after.encode())
        else:
            psql.kill()
        psql.stdin.close()
    except BrokenPipeError:
        pass  # psql ended first and says why
    except BaseException:
        psql.kill()
        raise
    finally:
        reader.stdout.close()
        reader.wait()
        psql.wait()
