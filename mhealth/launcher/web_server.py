"""How the web is served: granian with our `wsgi.py`, the same on a laptop and in production."""

import errno
import os
import shutil
import socket
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mhealth.content.library import shipped_root
from mhealth.domain.errors import CannotStart

GRANIAN = ("-m", "granian")
_TIMINGS = "mhealth-timings-"
_PATIENCE = 1.0  # seconds for a neighbour at the socket to answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """How many serve, and how long a call may last once the server is told to end.

    `workers` are processes; `threads` calls at once in each of them; `grace` seconds.
    """

    workers: int = 1
    threads: int = 4
    grace: int = 5


def granian_words(
    host: str, port: int, serving: Serving = Serving(), *, unix_socket: Path | None = None
) -> tuple[str, ...]:
    """Granian's arguments; a unix socket takes the place of host and port."""
    if unix_socket is None:
        where = {"--host": host, "--port": str(port)}
    else:  # its owner and its group: the proxy alone
        where = {"--uds": str(unix_socket), "--uds-permissions": "0o660"}
    options = {
        "--interface": "wsgi",
        **where,
        "--workers": str(serving.workers),
        "--blocking-threads": str(serving.threads),
        # a worker told to end while it still loads does not hear it, and is killed after this
        "--workers-kill-timeout": str(serving.grace),
        "--log-level": "warning",
    }
    return (*(word for pair in options.items() for word in pair), "--no-ws", "wsgi:app")


def where_wsgi_is_found(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment in which `wsgi` can be imported: from the checkout or the wheel's `_data`."""
    path = [str(shipped_root()), *filter(None, [environ.get("PYTHONPATH")])]
    return {**environ, "PYTHONPATH": os.pathsep.join(path)}


def with_shared_timings(environ: Mapping[str, str], serving: Serving) -> dict[str, str]:
    """Several processes of one server count in files of one folder, so that a scrape sums them all.

    The folder bears our process's number, which the server keeps; those of ended ones are removed.
    """
    if serving.workers == 1:
        return dict(environ)
    below = Path(tempfile.gettempdir())
    for left in below.glob(f"{_TIMINGS}*"):
        if not Path("/proc", left.name.removeprefix(_TIMINGS)).exists():
            shutil.rmtree(left, ignore_errors=True)
    folder = below / f"{_TIMINGS}{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    return {**environ, "PROMETHEUS_MULTIPROC_DIR": str(folder)}


def clear_socket(path: Path) -> None:
    """Remove the socket of a server that was killed, at which no new one could listen.

    Raises CannotStart when a server still answers there, or when the file is something else.
    """
    try:
        is_socket = stat.S_ISSOCK(path.stat().st_mode)
    except FileNotFoundError:
        return
    if not is_socket:
        raise CannotStart(f"{path} is no socket: name another place with --unix-socket")
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(_PATIENCE)
        found = probe.connect_ex(str(path))
    if found != errno.ECONNREFUSED:
        raise CannotStart(f"{path}: another server listens there")
    path.unlink()
