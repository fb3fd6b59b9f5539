"""Real processes of the product around a real Redis and a carrier that notes what comes on receipt."""

import base64
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import TypeVar

from redis import Redis
from redis.exceptions import RedisError

from mhealth.launcher.redis_choice import find_servers
from tests.aggregators.carrier import Call, Handler, recipients

DEADLINE = 60.0  # generous: nothing waits for it when all goes well
TIMES = {
    "MHEALTH_SWEEP_SECONDS": "0.1",
    "MHEALTH_OVERDUE_SECONDS": "0.5",
    "MHEALTH_LEASE_SECONDS": "2.5",
    "MHEALTH_EMERGENCY_RESEND_SECONDS": "2",
    "MHEALTH_CONNECT_TIMEOUT": "0.4",
    "MHEALTH_READ_TIMEOUT": "2",
}
_ids = count(1)

Seen = TypeVar("Seen")


def wait_for(look: Callable[[], Seen], what: str) -> Seen:
    """Look until there is something to see."""
    deadline = time.monotonic() + DEADLINE
    while not (seen := look()):
        assert time.monotonic() < deadline, what
        time.sleep(0.02)
    return seen


class Part:
    """One process of ours and what it wrote."""

    def __init__(self, name: str, log: Path, env: dict[str, str]) -> None:
        self.log = log
        with log.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "mhealth.cli.main", name],
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def said(self, words: str) -> bool:
        return words in self.log.read_text(errors="replace")

    def until(self, words: str) -> "Part":
        wait_for(
            lambda: self.said(words) or self.process.poll() is not None,
            f"{words}: {self.log.read_text()}",
        )
        assert self.said(words), self.log.read_text()
        return self

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def ended(self) -> int:
        """Its exit code, once it is over."""
        return self.process.wait(DEADLINE)


class Parts:
    """Starts parts around one database, one carrier and, when given, one Redis."""

    def __init__(self, folder: Path, database_url: str, carrier_url: str) -> None:
        self.folder = folder
        self.started: list[Part] = []
        self._env = {
            **{k: v for k, v in os.environ.items() if not k.startswith("MHEALTH_")},
            **TIMES,
            "MHEALTH_HOME": str(folder),
            "MHEALTH_SECRET_KEY": "s" * 32,
            "MHEALTH_ENCRYPTION_KEYS": "test:" + _base64(range(32)),
            "MHEALTH_INDEX_KEY": _base64(range(32, 64)),
            "MHEALTH_WEBHOOK_TOKENS": "africastalking:token",
            "MHEALTH_DATABASE_URL": database_url,
            "MHEALTH_AFRICASTALKING_BASE_URL": carrier_url,
            "PYTHONUNBUFFERED": "1",
        }

    def start(self, name: str, **env: str) -> Part:
        """Start `worker` or `clock` and wait until it is at work."""
        log = self.folder / f"{len(self.started)}-{name}.log"
        part = Part(name, log, {**self._env, **env})
        self.started.append(part)
        return part.until({"worker": "worker waits", "clock": "clock runs"}[name])

    def end(self) -> None:
        """Nothing outlives the test."""
        for part in self.started:
            part.process.kill()
            part.process.wait()


class OwnRedis:
    """A private Redis over a socket, which can be killed, frozen and started again."""

    def __init__(self, folder: Path) -> None:
        self._socket = folder / "r.sock"
        self.url = f"unix://{self._socket}"
        self._program = find_servers()[0].program
        self.client = Redis(unix_socket_path=str(self._socket), socket_timeout=5)
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [
                *(self._program, "--port", "0", "--save", "", "--appendonly", "no"),
                *("--unixsocket", str(self._socket), "--loglevel", "warning"),
            ],
            cwd=self._socket.parent,  # whatever it keeps goes with the test
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        wait_for(self._answers, "no Redis")

    def _answers(self) -> bool:
        try:
            return bool(self.client.ping())
        except RedisError:
            return False

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def wait_for_knocks(self, count: int) -> int:
        """While it is dead: until somebody tried so often to reach it."""
        self._socket.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX) as door:
            door.bind(str(self._socket))
            door.listen()
            door.settimeout(DEADLINE)
            for _ in range(count):
                door.accept()[0].close()
        self._socket.unlink()
        return count

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def end(self) -> None:
        self.client.close()
        self.send(signal.SIGCONT)
        self.kill()
        shutil.rmtree(self._socket.parent, ignore_errors=True)


def takes(handler: Handler, call: Call) -> None:
    """The carrier accepts, with an id of its own for each."""
    row = {"statusCode": 101, "number": call.fields["to"], "status": "Success", "cost": "0"}
    handler.answer(201, recipients({**row, "messageId": f"ATX{next(_ids)}"}))


def _base64(values: range) -> str:
    return base64.b64encode(bytes(values)).decode()
