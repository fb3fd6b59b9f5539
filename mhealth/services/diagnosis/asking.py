"""Asks over the network: all at once, and each thing once. Whatever is away costs its patience one time."""

from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")
_AT_ONCE = 8


class Asked:
    """Questions that are under way or answered, by a key."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="doctor")
        self._answers: dict[Hashable, Future[Any]] = {}

    def begin(self, key: Hashable, ask: Callable[[], object]) -> None:
        """Ask, unless that was done, and do not wait."""
        if key not in self._answers:
            self._answers[key] = self._pool.submit(ask)

    def once(self, key: Hashable, ask: Callable[[], T]) -> T:
        """The answer; raises what the asking raised."""
        self.begin(key, ask)
        answer: T = self._answers[key].result()
        return answer

    def close(self) -> None:
        """Wait for nothing any more."""
        self._pool.shutdown(wait=False, cancel_futures=True)
