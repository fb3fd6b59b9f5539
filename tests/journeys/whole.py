"""The whole product as `mhealth run` starts it, and the phones that hold its SMS and screens."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import requests

from tests.launcher.running import is_running
from tests.ports import free_pair

DEADLINE = 60.0
QUICK = {
    "MHEALTH_SWEEP_SECONDS": "0.2",
    "MHEALTH_OVERDUE_SECONDS": "1",
    "MHEALTH_LEASE_SECONDS": "4",
    "MHEALTH_EMERGENCY_RESEND_SECONDS": "2",
    "MHEALTH_CONNECT_TIMEOUT": "1",
    "MHEALTH_READ_TIMEOUT": "2",
}
"""Times cut short, so that a journey takes seconds."""

Seen = TypeVar("Seen")


def wait_for(look: Callable[[], Seen | None], what: str, seconds: float = DEADLINE) -> Seen:
    """Look again and again until there is something to see; fail naming it after the deadline."""
    deadline = time.monotonic() + seconds
    while True:
        seen = look()
        if seen:
            return seen
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


CHECKOUT = Path(__file__).parents[2]


class Whole:
    """One `mhealth run` below a folder of its own; `extra` goes into its environment.

    `program` is another installation's command; it then runs in `home`, as after a plain install.
    """

    def __init__(self, home: Path, *, program: Path | None = None, **extra: str) -> None:
        self.home = home
        own = [sys.executable, "-m", "mhealth.cli.main"]
        self._program = [str(program)] if program else own
        self._folder = home if program else CHECKOUT
        self.port = free_pair()
        self.web = f"http://127.0.0.1:{self.port}"
        self.simulator = f"http://127.0.0.1:{self.port + 1}"
        self._output = home / "output"
        self._seen: set[int] = set()
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("MHEALTH_")}
        ours = {**QUICK, "PORT": str(self.port), **extra}
        if program is None:
            ours["MHEALTH_HOME"] = str(home)
        self._environ = {**inherited, **ours}
        with open(self._output, "w") as output:
            self.process = subprocess.Popen(
                [*self._program, "run"],
                env=self._environ,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def until_up(self) -> "Whole":
        wait_for(
            lambda: "Mhealth is up" in self.output or self.is_over(), f"no start: {self.output}"
        )
        assert not self.is_over(), self.output
        self.children()
        return self

    @property
    def output(self) -> str:
        return self._output.read_text(errors="replace")

    @property
    def password(self) -> str:
        found = re.search(r"password (\S+)", self.output)
        assert found, self.output
        return found[1]

    @property
    def hooks(self) -> str:
        found = re.search(r"(http\S+/hooks/africastalking/[^/\s]+)/ussd", self.output)
        assert found, self.output
        return found[1]

    def is_over(self) -> bool:
        return self.process.poll() is not None

    def children(self) -> dict[str, int]:
        """The running parts, name -> process id, as the process table shows them."""
        parts = {}
        for pid in _below(self.process.pid):
            words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
            parts.setdefault(_part(words), pid)
            self._seen.add(pid)
        return parts

    def memory(self) -> dict[int, float]:
        """Megabytes of every process of the tree, the launcher's too; a shared page counts once.

        (Proportional set size: a page that n processes share counts an nth for each.)
        """
        return {pid: _megabytes(pid) for pid in (self.process.pid, *_below(self.process.pid))}

    def left(self) -> list[int]:
        """What still runs of the parts that were seen running."""
        return [pid for pid in self._seen if is_running(pid)]

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(DEADLINE)

    def kill(self) -> None:
        if not self.is_over():
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(DEADLINE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise AssertionError(f"did not stop when asked: {self.output[-2000:]}") from None

    def phone(self, msisdn: str) -> "Phone":
        return Phone(self, msisdn)

    def log(self) -> list[dict[str, Any]]:
        """Every SMS that reached the carrier, as its judge noted it on receipt."""
        rows = requests.get(f"{self.simulator}/log", timeout=5).json()
        return list(rows["messages"] if isinstance(rows, dict) else rows)

    def script(self, **steps: list[str]) -> None:
        requests.post(f"{self.simulator}/script", json=steps, timeout=5).raise_for_status()

    def command(self, *words: str) -> str:
        """What `mhealth …` prints, typed in another terminal beside the running product."""
        done = subprocess.run(
            [*self._program, *words],
            env=self._environ,
            cwd=self._folder,
            capture_output=True,
            text=True,
            timeout=DEADLINE,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def move_clock(self, seconds: int) -> None:
        answer = requests.post(f"{self.simulator}/api/clock", json={"ahead": seconds}, timeout=5)
        answer.raise_for_status()


class Phone:
    """One phone of the simulator, held by the test."""

    def __init__(self, whole: Whole, msisdn: str) -> None:
        self._whole, self._msisdn = whole, msisdn

    def dial(self, *answers: str) -> str:
        self._do("dial", code="*384*55#")
        for answer in answers:
            self._do("type", text=answer)
        return self.screen

    def type(self, answer: str) -> str:
        self._do("type", text=answer)
        return self.screen

    def drop(self) -> None:
        self._do("drop")

    def sms(self, words: str) -> None:
        self._do("sms", to="38455", text=words)

    @property
    def screen(self) -> str:
        return str(self._look()["call"]["text"])

    def inbox(self) -> list[str]:
        rows = self._look("/inbox")["messages"]
        return [str(row["body"]) for row in rows if row["is_incoming"]]

    def wait_for_sms(self, part: str) -> str:
        """The newest SMS that holds these words."""
        return wait_for(
            lambda: next((text for text in self.inbox() if part in text), None),
            f"no SMS with {part!r} on {self._msisdn}: {self.inbox()}",
        )

    def _look(self, more: str = "") -> dict[str, Any]:
        answer = requests.get(
            f"{self._whole.simulator}/api/phones/{self._msisdn}{more}", timeout=15
        )
        answer.raise_for_status()
        return dict(answer.json())

    def _do(self, deed: str, **body: str) -> None:
        url = f"{self._whole.simulator}/api/phones/{self._msisdn}/{deed}"
        requests.post(url, json=body, timeout=15).raise_for_status()


def _below(parent: int) -> list[int]:
    """The processes that a process started, and theirs."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            after_name = (folder / "stat").read_text().rpartition(") ")[2].split()
            if int(after_name[1]) == parent and after_name[0] != "Z":
                found += [int(folder.name), *_below(int(folder.name))]
    return found


def _megabytes(pid: int) -> float:
    rows = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(row.split()[1]) for row in rows if row.startswith("Pss:")) / 1024


def _part(words: list[str]) -> str:
    for name in ("granian", "worker", "clock", "simulator", "redis-server", "valkey-server"):
        if any(name in word for word in words):
            return name
    return words[0]
