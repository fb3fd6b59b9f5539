"""The clock process's thread for imports: a big file never keeps an escalation waiting."""

from threading import Event, Thread

from sqlalchemy.exc import SQLAlchemyError

from mhealth.logs import log_for
from mhealth.runtime import Runtime
from mhealth.services.imports.background import ImportWorker

log = log_for("cli.clock")


class ImportThread:
    """Checks and writes what was handed in on the desk, one after another, when asked."""

    def __init__(self, runtime: Runtime, stopping: Event) -> None:
        self._worker = ImportWorker(runtime.workbench, runtime.database, runtime.writing)
        self._stopping = stopping
        self._asked = Event()
        self._thread = Thread(target=self._stand, name="imports", daemon=True)

    def start(self) -> None:
        """Wait for being asked."""
        self._thread.start()

    def ask(self) -> None:
        """Look for work."""
        self._asked.set()

    def finish(self, seconds: float) -> None:
        """Wait for the import in hand; one that is cut off begins anew after its lease."""
        self._asked.set()
        self._thread.join(seconds)

    def _stand(self) -> None:
        while not self._stopping.is_set():
            self._asked.wait()
            self._asked.clear()
            try:
                while not self._stopping.is_set() and self._worker.work():
                    pass
            except SQLAlchemyError as error:
                log.warning("import waits for the database", reason=type(error).__name__)
            except Exception:
                log.exception("import failed; it is tried again")
