"""A child process: described as data, started so that it never outlives us, heard line by line."""

import ctypes
import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from mhealth.domain.errors import CannotStart
from mhealth.launcher.readiness import Probe

_PR_SET_PDEATHSIG = 1  # Linux, prctl(2)
_LONGEST_LINE = 16_384  # bytes; a longer one is shown in parts
_LAST_LINES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildSpec:
    """What to start. Without `ready` a child counts as serving from the moment it runs."""

    name: str
    argv: tuple[str, ...]
    cwd: Path
    env: Mapping[str, str] = field(repr=False)
    ready: Probe | None = None
    stop_seconds: float = 20  # patience between SIGTERM and SIGKILL
    captures: bool = False  # its standard output is an answer for us, not a log
    is_quiet: bool = False  # what it says is shown only when it dies


class Child:
    """A running child: its own session, its output read without blocking."""

    def __init__(self, spec: ChildSpec) -> None:
        """Start it. Raises CannotStart when the program cannot be run."""
        self.spec = spec
        self.started_at = time.monotonic()
        self.last_lines: deque[str] = deque(maxlen=_LAST_LINES)
        self.answer: list[str] = []
        try:
            self._process = subprocess.Popen(
                spec.argv,
                cwd=spec.cwd,
                env=dict(spec.env),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE if spec.captures else subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_end_with_parent(),  # noqa: PLW1509  # the launcher has one thread
            )
        except OSError as error:
            raise CannotStart(f"{spec.name} cannot be started: {error}") from error
        self.pipes = tuple(
            Pipe(stream) for stream in (self._process.stdout, self._process.stderr) if stream
        )

    @property
    def exit_code(self) -> int | None:
        """None while it runs; minus the signal's number when a signal ended it."""
        return self._process.poll()

    def hear(self, pipe: "Pipe", *, to_the_end: bool = False) -> list[str]:
        """New log lines from one of its pipes; lines of a captured answer are kept aside."""
        lines = pipe.last_lines() if to_the_end else pipe.lines()
        if self.spec.captures and pipe is self.pipes[0]:
            self.answer += lines
            return []
        self.last_lines += lines
        return lines

    def ask_to_stop(self) -> None:
        """SIGTERM to the child itself; what it started is its own to end."""
        if self.exit_code is None:
            self._process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL to the child and to all that it started."""
        with suppress(ProcessLookupError, PermissionError):  # the latter: macOS, zombies only
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


class Pipe:
    """The reading end of a child's output."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream
        self.is_open = True
        self._rest = b""
        os.set_blocking(stream.fileno(), False)

    def lines(self) -> list[str]:
        """The whole lines that one read gives; `is_open` turns false at the end."""
        chunk = self._read()
        self.is_open = chunk != b""
        *whole, self._rest = (self._rest + (chunk or b"")).split(b"\n")
        if self._rest and (not self.is_open or len(self._rest) > _LONGEST_LINE):
            whole, self._rest = [*whole, self._rest], b""
        return [line.decode("utf-8", "replace").rstrip() for line in whole]

    def last_lines(self) -> list[str]:
        """All that is left when nobody writes any more, the unfinished line too."""
        while chunk := self._read():
            self._rest += chunk
        self.is_open = False
        rest, self._rest = self._rest, b""
        return [line.decode("utf-8", "replace").rstrip() for line in rest.splitlines()]

    def _read(self) -> bytes | None:
        """Some bytes; none at the end; None when there is nothing to read now."""
        try:
            return os.read(self.stream.fileno(), 65_536)
        except BlockingIOError:
            return None

    def close(self) -> None:
        """Free the descriptor."""
        self.stream.close()


def _end_with_parent() -> Callable[[], None] | None:
    """What a child does before exec: ask the kernel for SIGTERM when the launcher is gone.

    None where the kernel knows no such thing.
    """
    try:
        prctl = ctypes.CDLL(None).prctl
    except (OSError, AttributeError):
        return None
    parent = os.getpid()

    def before_exec() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:  # it went between fork and prctl
            os._exit(1)

    return before_exec
