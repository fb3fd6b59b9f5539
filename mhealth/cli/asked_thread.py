"""A thread of the clock process that works when it is asked, so that sweeping goes on meanwhile."""

from threading import Event, Thread


class AskedThread:
    """Sleeps until asked, works once, sleeps again; `_work` sees to its own faults."""

    def __init__(self, name: str, stopping: Event) -> None:
        self._stopping = stopping
        self._asked = Event()
        self._thread = Thread(target=self._stand, name=name, daemon=True)

    def start(self) -> None:
        """Wait for being asked."""
        self._thread.start()

    def ask(self) -> None:
        """Work once more; asked twice while it works is asked once."""
        self._asked.set()

    def finish(self, seconds: float) -> None:
        """Wait for what is in hand."""
        self._asked.set()
        self._thread.join(seconds)

    def _stand(self) -> None:
        while not self._stopping.is_set():
            self._asked.wait()
            self._asked.clear()
            self._work()

    def _work(self) -> None:
        raise NotImplementedError
