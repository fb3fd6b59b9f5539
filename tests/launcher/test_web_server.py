"""How the web is served: at a port or a socket, with its calls finished before it ends."""

import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from mhealth.domain.errors import CannotStart
from mhealth.launcher.secrets import fresh_secrets
from mhealth.launcher.web_server import Serving, clear_socket, granian_words
from tests.launcher.running import poll


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder whose path leaves room for a socket's name."""
    with tempfile.TemporaryDirectory(prefix="mh-") as folder:
        yield Path(folder)


def _answers(path: Path) -> bytes:
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(5)
            line.connect(str(path))
            line.sendall(b"GET /healthz HTTP/1.0\r\nHost: here\r\n\r\n")
            return line.recv(4096)
    except OSError:
        return b""


def test_a_port_or_a_socket_never_both() -> None:
    at_port = granian_words("127.0.0.1", 8000)
    at_socket = granian_words("127.0.0.1", 8000, unix_socket=Path("/run/web.sock"))

    assert "--port" in at_port
    assert "--uds" not in at_port
    assert "--uds" in at_socket
    assert "--port" not in at_socket


def test_workers_threads_and_grace_are_passed_on() -> None:
    words = granian_words("127.0.0.1", 1, Serving(workers=3, threads=7, grace=20))

    pairs = dict(zip(words, words[1:], strict=False))
    assert pairs["--workers"] == "3"
    assert pairs["--blocking-threads"] == "7"
    assert pairs["--workers-kill-timeout"] == "20"


def test_the_socket_of_a_dead_server_is_cleared(short: Path) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(short / "web.sock"))

    clear_socket(short / "web.sock")

    assert not (short / "web.sock").exists()
    clear_socket(short / "web.sock")  # nothing there: nothing to do


def test_the_socket_of_a_living_server_is_left_alone(short: Path) -> None:
    with socket.socket(socket.AF_UNIX) as living:
        living.bind(str(short / "web.sock"))
        living.listen()

        with pytest.raises(CannotStart, match="another server listens there"):
            clear_socket(short / "web.sock")
    assert (short / "web.sock").exists()


def test_a_file_is_never_taken_for_a_socket(short: Path) -> None:
    (short / "web.sock").write_text("a letter")

    with pytest.raises(CannotStart, match="is no socket"):
        clear_socket(short / "web.sock")
    assert (short / "web.sock").read_text() == "a letter"


def test_it_serves_at_a_socket_and_again_after_it_was_killed(short: Path) -> None:
    path = short / "web.sock"
    environ = {
        **{k: v for k, v in os.environ.items() if not k.startswith("MHEALTH_")},
        **fresh_secrets(),
        "MHEALTH_DATABASE_URL": f"sqlite:///{short / 'a.sqlite3'}",
        "MHEALTH_HOME": str(short),
    }

    def start() -> "subprocess.Popen[bytes]":
        words = ("web", "--unix-socket", str(path), "--workers", "2")
        program = [sys.executable, "-m", "mhealth.cli.main", *words]
        return subprocess.Popen(program, env=environ, start_new_session=True)

    served = start()
    poll(lambda: b'{"status":"ok"}' in _answers(path), "not served at the socket")
    assert stat.S_IMODE(path.stat().st_mode) == 0o660
    os.killpg(served.pid, signal.SIGKILL)
    served.wait()
    assert path.exists()

    served = start()
    poll(lambda: b'{"status":"ok"}' in _answers(path), "not served again")
    served.terminate()
    assert served.wait(60) == 0
