"""PostgreSQL's own tools: found in the version that the server needs, called without a password in sight."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL, make_url
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from mhealth.domain.errors import BackupError
from mhealth.domain.scrubbing import scrub

_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")
_DEBIAN = Path("/usr/lib/postgresql")
_NEEDED = ("pg_dump", "pg_restore", "psql")


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """One database as libpq is told of it."""

    words: Mapping[str, Any]

    @property
    def conninfo(self) -> str:
        """For a program's arguments: no password in it."""
        return make_conninfo(**{k: v for k, v in self.words.items() if k != "password"})

    @property
    def environ(self) -> dict[str, str]:
        """For a program's environment: the password, and sentences that we can read."""
        password = self.words.get("password")
        more = {"PGPASSWORD": str(password)} if password else {}
        return {**os.environ, **more, "LC_MESSAGES": "C", "PGCONNECT_TIMEOUT": "10"}

    def connect(self, *, autocommit: bool = False) -> psycopg.Connection[Any]:
        """Raises BackupError when it cannot be reached."""
        try:
            return psycopg.connect(make_conninfo(**self.words), autocommit=autocommit)
        except psycopg.OperationalError as error:
            raise BackupError(f"PostgreSQL is out of reach: {_first_line(error)}") from error

    def beside(self, name: str) -> "Server":
        """Another database of the same server."""
        return Server(words={**self.words, "dbname": name})


def server_of(url: str | URL) -> Server:
    """The server that a SQLAlchemy address names."""
    dialect: Any = PGDialect_psycopg
    _, words = dialect().create_connect_args(make_url(url))
    return Server(words=words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """A folder that holds programs new enough for a server."""

    folder: Path

    def run(self, program: str, *words: str, server: Server, data: bytes | None = None) -> None:
        """Run one to its end. Raises BackupError with its last line."""
        done = subprocess.run(
            [self.folder / program, *words],
            env=server.environ,
            input=data,
            stdin=subprocess.DEVNULL if data is None else None,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise BackupError(f"{program}: {reason_of(done.stderr)}")

    def start(self, program: str, *words: str, server: Server, **pipes: Any) -> Any:
        """Start one whose output we read."""
        return subprocess.Popen([self.folder / program, *words], env=server.environ, **pipes)


def find_tools(needed: int) -> Tools:
    """The first folder of PATH or Debian's whose programs are of this version or newer."""
    old: list[str] = []
    for folder in _folders():
        version = _version_in(folder)
        if version is not None and version >= needed:
            return Tools(folder=folder)
        if version is not None:
            old.append(f"{version} in {folder}")
    found = f"found {', '.join(old)}" if old else "found none"
    raise BackupError(
        f"pg_dump {needed} or newer is needed, as the server is; {found}:"
        f" apt install postgresql-client-{needed}"
    )


def _folders() -> Iterator[Path]:
    found = shutil.which("pg_dump")
    if found:
        yield Path(found).parent
    yield from (Path(part) for part in os.environ.get("PATH", "").split(os.pathsep) if part)
    yield from sorted(_DEBIAN.glob("*/bin"), key=lambda path: -int(path.parent.name))


def _version_in(folder: Path) -> int | None:
    if not all(os.access(folder / name, os.X_OK) for name in _NEEDED):
        return None
    try:
        said = subprocess.run(
            [folder / "pg_dump", "--version"], capture_output=True, text=True, check=False
        )
    except OSError:
        return None
    version = _VERSION.search(said.stdout)
    return int(version[1]) if version else None


def reason_of(said: bytes) -> str:
    """What a program gave as its reason, fit to be shown: its first error, else its last line."""
    lines = [line for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
    errors = [line for line in lines if "error:" in line.lower() or "fatal:" in line.lower()]
    return scrub([*errors[:1], *lines[-1:], "failed without a word"][0])


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return scrub(lines[-1]) if lines else type(error).__name__
