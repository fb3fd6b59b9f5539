"""The real product as a server process on a database of its own, its CPU, and how it is killed."""

import base64
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bench.load.people import Person, plant
from mhealth.content.library import shipped_root
from mhealth.handles import Handles, open_handles
from mhealth.runtime import Runtime, build_runtime
from mhealth.settings import Settings, settings_from
from mhealth.store.migrate import upgrade

_TOKEN = "load"  # noqa: S105  # of a server that lives for minutes on this machine alone
PATH = f"/hooks/africastalking/{_TOKEN}/ussd"
_PATIENCE = 60.0
_MANY = "100000000"
_CAPS = (
    "sms_per_number_hour", "sms_per_number_day", "sms_per_staff_hour", "sms_per_staff_day",
    "sms_per_staff_from_one_caller_day", "sms_per_district_day", "sms_per_channel_day",
    "emergency_sms_per_number_hour", "emergency_sms_per_number_day",
    "emergency_sms_per_staff_hour", "emergency_sms_per_district_day",
    "emergency_sms_per_channel_day",
)  # fmt: skip
"""Sixty people call all day long: no cap shall change what they read."""


def environ_for(database_url: str, country: Path | None = None) -> dict[str, str]:
    """The settings of a server, and of whoever opens its database."""
    values = {
        "MHEALTH_SECRET_KEY": "s" * 32,
        "MHEALTH_ENCRYPTION_KEYS": "load:" + base64.b64encode(bytes(range(32))).decode(),
        "MHEALTH_INDEX_KEY": base64.b64encode(bytes(range(32, 64))).decode(),
        "MHEALTH_WEBHOOK_TOKENS": f"africastalking:{_TOKEN}",
        "MHEALTH_DATABASE_URL": database_url,
        "MHEALTH_LOG_LEVEL": "warning",
        **{f"MHEALTH_{cap.upper()}": _MANY for cap in _CAPS},
    }
    return values | ({"MHEALTH_COUNTRY_DIR": str(country)} if country else {})


@contextmanager
def planted(database_url: str, people: list[Person]) -> Iterator[Handles]:
    """A migrated database with these people in it, open."""
    upgrade(shipped_root() / "migrations", database_url)
    handles = open_handles(_settings(environ_for(database_url)))
    try:
        with handles.database.writing() as session:
            plant(session, people)
        yield handles
    finally:
        handles.database.close()


@contextmanager
def in_this_process(
    database_url: str, people: list[Person], country: Path | None = None
) -> Iterator[Runtime]:
    """The product without a server, on such a database."""
    with planted(database_url, people):
        here = build_runtime(_settings(environ_for(database_url, country)))
        try:
            yield here
        finally:
            here.database.close()


def _settings(environ: Mapping[str, str]) -> Settings:
    return settings_from({k.removeprefix("MHEALTH_").lower(): v for k, v in environ.items()})


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A server process that is started again when it ends, as systemd would."""

    def __init__(
        self,
        words: list[str],
        environ: Mapping[str, str],
        port: int,
        log: Path,
        folder: Path | None = None,
    ) -> None:
        self._words, self._log, self.port = words, log, port
        self._folder = folder or shipped_root()
        kept = {name: v for name, v in os.environ.items() if not name.startswith("MHEALTH_")}
        self._environ = {**kept, **environ}
        self._seen: dict[int, float] = {}  # CPU seconds by process, of the gone ones as last seen
        self.process = self._start()

    @classmethod
    def of_product(
        cls, environ: Mapping[str, str], folder: Path, *, workers: int, threads: int
    ) -> "Server":
        """`mhealth web` on a free port."""
        port = free_port()
        words = [
            sys.executable, "-m", "mhealth.cli.main", "web", "--port", str(port),
            "--workers", str(workers), "--threads", str(threads),
        ]  # fmt: skip
        environ = {**environ, "MHEALTH_HOME": str(folder)}
        return cls(words, environ, port, folder / "web.log")

    def _start(self) -> "subprocess.Popen[bytes]":
        with self._log.open("ab") as output:
            return subprocess.Popen(
                self._words,
                env=self._environ,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def until_up(self, path: str = "/healthz") -> "Server":
        """Wait for an answer. Raises RuntimeError with the log when none comes."""
        deadline = time.monotonic() + _PATIENCE
        url = f"http://127.0.0.1:{self.port}{path}"
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                urllib.request.urlopen(url, timeout=2).close()
                return self
            except urllib.error.HTTPError:
                return self
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"the server does not answer:\n{self._log.read_text(errors='replace')}")

    def cpu_seconds(self) -> float:
        """User and system time of the server and its workers, those that are gone as last seen."""
        for pid in self._tree():
            self._seen[pid] = _cpu_of(pid) or self._seen.get(pid, 0.0)
        return sum(self._seen.values())

    def kill_a_worker(self) -> bool:
        """End one of its processes at once, with no chance to tidy up; False when there is none."""
        self.cpu_seconds()
        workers = [pid for pid in self._tree() if pid != self.process.pid]
        if not workers:
            return False
        os.kill(workers[0], signal.SIGKILL)
        return True

    def revive(self) -> bool:
        """Start it again if it has ended; True when it had."""
        if self.process.poll() is None:
            return False
        self.process = self._start()
        return True

    def stop(self) -> None:
        """End it and all its workers."""
        pids = self._tree()
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            for pid in pids:
                _kill(pid)
            self.process.wait()

    def _tree(self) -> list[int]:
        return [self.process.pid, *_below(self.process.pid)]


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return []


def _cpu_of(pid: int) -> float:
    stat = _stat(pid)
    ticks = sum(map(int, stat[11:13])) if stat else 0
    return ticks / os.sysconf("SC_CLK_TCK")


def _below(parent: int) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        stat = _stat(int(folder.name))
        if stat and int(stat[1]) == parent and stat[0] != "Z":
            found += [int(folder.name), *_below(int(folder.name))]
    return found
