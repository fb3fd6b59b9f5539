"""The clock process's thread for imports: the work itself is done by a process of its own.

50,000 rows take 200 MB that a process never gives back whole, and a processor for half a minute: neither
is the clock's to spend, which escalates meanwhile.
"""

import subprocess
import sys
from collections.abc import Sequence
from threading import Event

from sqlalchemy.exc import SQLAlchemyError

from mhealth.cli.asked_thread import AskedThread
from mhealth.logs import log_for
from mhealth.store.database import Database
from mhealth.store.imports import has_work

COMMAND = (sys.executable, "-m", "mhealth.cli.main", "import-waiting")
_PAUSE_SECONDS = 5.0  # after a process that failed

log = log_for("cli.clock")


class ImportThread(AskedThread):
    """Starts a process whenever something waits that was handed in on the desk, one at a time."""

    def __init__(
        self, database: Database, stopping: Event, command: Sequence[str] = COMMAND
    ) -> None:
        super().__init__("imports", stopping)
        self._database, self._command = database, command
        self._process: subprocess.Popen[bytes] | None = None

    def finish(self, seconds: float) -> None:
        """Wait for the import in hand; one that is cut off begins anew after its lease."""
        super().finish(seconds)
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._thread.join(seconds)

    def _work(self) -> None:
        try:
            if not self._stopping.is_set() and self._something_waits():
                self._run_process()
        except SQLAlchemyError as error:
            log.warning("import waits for the database", reason=type(error).__name__)
        except OSError as error:
            log.warning("no process for imports", reason=error.strerror)
            self._stopping.wait(_PAUSE_SECONDS)
        except Exception:
            log.exception("import failed; it is tried again")

    def _something_waits(self) -> bool:
        with self._database.reading() as session:  # takes no lock: asked each second
            return has_work(session)

    def _run_process(self) -> None:
        self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL)
        code = self._process.wait()
        if code and not self._stopping.is_set():
            log.warning("process for imports failed", code=code)
            self._stopping.wait(_PAUSE_SECONDS)
