"""Ctrl-C and its kin as something to wait for: counted, and waking a `select`."""

import signal
import socket
from collections import Counter
from types import FrameType, TracebackType
from typing import Self

_ASKING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequested(Exception):
    """Somebody asked the product to end."""


class Signals:
    """Takes over the signals while it is entered; `fileno()` is readable after each one.

    The end of a child wakes it too, so that nobody has to poll.
    """

    def __init__(self) -> None:
        self._seen: Counter[int] = Counter()
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)

    def __enter__(self) -> Self:
        self._old_fd = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        self._old = {
            number: signal.signal(number, self._count)
            for number in (*_ASKING, signal.SIGCHLD)
            if not (number is signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN)  # nohup
        }
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._old.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._old_fd)
        self._reader.close()
        self._writer.close()

    def fileno(self) -> int:
        """For `select`."""
        return self._reader.fileno()

    def drain(self) -> None:
        """Forget the wake-ups; the counts stay."""
        try:
            while self._reader.recv(512):
                pass
        except BlockingIOError:
            pass

    @property
    def asked_to_stop(self) -> bool:
        """Whether any of the signals came."""
        return any(self._seen[number] for number in _ASKING)

    @property
    def asked_twice(self) -> bool:
        """Whether the same one came again: do not wait any longer."""
        return any(self._seen[number] > 1 for number in _ASKING)

    def _count(self, number: int, _frame: FrameType | None) -> None:
        self._seen[number] += 1
