"""One product per folder: a file lock that the kernel frees when its launcher is gone."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mhealth.domain.errors import CannotStart


@contextmanager
def only_one(lock_file: Path) -> Iterator[bool]:
    """Hold the folder. Yields whether the launcher before us was killed rather than stopped.

    Raises CannotStart when another launcher holds it.
    """
    with open(lock_file, "a+") as lock:
        lock.seek(0)
        earlier = lock.read().strip()
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CannotStart(
                f"Mhealth already runs in this folder (process {earlier}):"
                " stop that one, or start from another copy of the folder with another PORT."
            ) from error
        _write(lock_file, str(os.getpid()))
        try:
            yield bool(earlier)
        finally:
            _write(lock_file, "")


def is_held(lock_file: Path) -> bool:
    """Whether a launcher runs in this folder now."""
    try:
        with open(lock_file) as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _write(lock_file: Path, text: str) -> None:
    lock_file.write_text(text)
