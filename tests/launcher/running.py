"""A launcher in a process of its own, around the fake product, as tests see it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.ports import free_pair

PROGRAM = Path(__file__).with_name("fake_product.py")
DEADLINE = 30.0  # seconds; generous, since nothing waits for it when all goes well


def poll(claim: Callable[[], bool], what: str) -> None:
    """Wait until a claim holds; fail naming it after the deadline."""
    deadline = time.monotonic() + DEADLINE
    while not claim():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


class Running:
    """One launch below a folder; `extra` goes into its environment."""

    def __init__(self, home: Path, **extra: str) -> None:
        self.home = home
        self.journal_file = home / "journal"
        self.journal_file.touch()
        self.port = int(extra.pop("PORT", "0")) or free_pair()
        self._output = home / f"output-{os.urandom(4).hex()}"
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("MHEALTH_")}
        with open(self._output, "w") as output:
            self.process = subprocess.Popen(
                [sys.executable, str(PROGRAM), "launch"],
                env={
                    **inherited,
                    "MHEALTH_HOME": str(home),
                    "JOURNAL": str(self.journal_file),
                    "PORT": str(self.port),
                    "PYTHONPATH": str(PROGRAM.parents[2]),
                    **extra,
                },
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def output(self) -> str:
        return self._output.read_text()

    @property
    def journal(self) -> list[str]:
        return [j for j in self.journal_file.read_text().splitlines() if " pid " not in j]

    @property
    def pids(self) -> dict[str, int]:
        """The last process id of each part."""
        lines = [j.split() for j in self.journal_file.read_text().splitlines() if " pid " in j]
        return {part: int(pid) for part, _, pid in lines}

    def until_it_says(self, text: str) -> "Running":
        poll(lambda: text in self.output, f"{text!r} is not said")
        return self

    def until_up(self) -> "Running":
        """Until the banner is out and every lasting part has made itself known."""
        self.until_it_says("Mhealth is up")
        worker = [] if "none on this machine" in self.output else ["worker"]
        parts = ["web", "clock", *worker]
        poll(lambda: all(part in self.pids for part in parts), f"only {self.pids}")
        return self

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(DEADLINE)

    def nothing_is_left(self) -> None:
        poll(lambda: not self.alive(), f"still running: {self.alive()}")

    def alive(self) -> list[str]:
        return [part for part, pid in self.pids.items() if is_running(pid)]


def is_running(pid: int) -> bool:
    """Whether a process runs; one that ended and waits for its parent's look does not."""
    try:
        return ") Z" not in Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
