"""The clock that deadlines, reminders and quiet hours read; tests and the demo move it.

Leases do not read it: they use the database's clock.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

Clock = Callable[[], datetime]


def real_clock() -> datetime:
    """Now, aware, in UTC."""
    return datetime.now(UTC)


class MovedClock:
    """A clock ahead of the real one by the seconds written in a small file.

    The demo's phone page writes that file; every process reads it, so all move together.
    A missing or unreadable file means no offset.
    """

    def __init__(self, offset_file: Path) -> None:
        self._file = offset_file
        self._seen_mtime_ns = -1
        self._offset = timedelta()

    def __call__(self) -> datetime:
        """Now, moved, aware, in UTC."""
        try:
            mtime_ns = self._file.stat().st_mtime_ns
        except OSError:
            return real_clock()
        if mtime_ns != self._seen_mtime_ns:
            self._offset = timedelta(seconds=read_offset(self._file))
            self._seen_mtime_ns = mtime_ns
        return real_clock() + self._offset


def read_offset(offset_file: Path) -> float:
    """Seconds by which the demo's clock is ahead; 0 when nothing was written."""
    try:
        return float(offset_file.read_text())
    except (OSError, ValueError):
        return 0.0


def write_offset(offset_file: Path, seconds: float) -> None:
    """Move the demo's clock: replaces the file in one step."""
    fresh = offset_file.with_suffix(".new")
    fresh.write_text(f"{seconds:.0f}")
    fresh.replace(offset_file)
