"""This process says each quarter of a minute that it works, and at a clean end that it is gone."""

import os
import socket
import time
from collections.abc import Callable
from threading import Event, Thread
from typing import Literal

from sqlalchemy.exc import SQLAlchemyError

from mhealth import __version__
from mhealth.logs import log_for
from mhealth.store.beats import end_beat, note_beat
from mhealth.store.database import Database

Kind = Literal["web", "worker", "clock"]
EVERY_SECONDS = 15.0
_MOST_HOST = 50  # characters of a host's name that we keep

log = log_for("services.pulse")


class Pulse:
    """The signs of life of one process.

    A process with a loop of its own calls `beat_when_due()` in it, so that a loop that hangs is seen;
    one that waits within a library calls `start()`, which beats on a thread. `and_then` is done after
    each beat; it must not raise.
    """

    def __init__(
        self,
        database: Database,
        kind: Kind,
        every: float = EVERY_SECONDS,
        and_then: Callable[[], None] = lambda: None,
    ) -> None:
        self._database, self._kind, self._every = database, kind, every
        self._and_then = and_then
        self.name = f"{kind}@{socket.gethostname()[:_MOST_HOST]}:{os.getpid()}"
        self._due = 0.0
        self._is_mute = False  # said once, however long the database is away
        self._ended = Event()
        self._thread: Thread | None = None

    def start(self) -> None:
        """Beat on a thread until `end()`."""
        self._thread = Thread(target=self._run, name="pulse", daemon=True)
        self._thread.start()

    def beat_when_due(self) -> None:
        """Beat when a quarter of a minute has gone by since the last time. Never raises."""
        if time.monotonic() >= self._due:
            self._due = time.monotonic() + self._every
            self._beat()
            self._and_then()

    def end(self) -> None:
        """Take the sign away. Never raises: a database that is away keeps nobody from ending."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(5)
        try:
            with self._database.writing() as session:
                end_beat(session, self.name)
        except SQLAlchemyError as error:
            log.warning("end not told", reason=type(error).__name__)

    def _run(self) -> None:
        while not self._ended.is_set():
            self._beat()
            self._and_then()
            self._ended.wait(self._every)

    def _beat(self) -> None:
        try:
            with self._database.writing() as session:
                own_ms = int(time.time() * 1000)
                note_beat(session, self.name, self._kind, __version__, own_ms)
        except SQLAlchemyError as error:
            if not self._is_mute:
                log.warning("no sign of life", reason=type(error).__name__)
            self._is_mute = True
        else:
            self._is_mute = False
