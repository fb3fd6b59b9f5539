"""`mhealth import-waiting`: does what the desk left to do for imports, and ends."""

import signal
import sys

import click
from sqlalchemy.exc import SQLAlchemyError

from mhealth.logs import log_for, start_logs
from mhealth.runtime import build_runtime
from mhealth.services.imports.background import ImportWorker
from mhealth.services.key_proof import prove_keys
from mhealth.settings import read_settings

log = log_for("cli.imports")


@click.command("import-waiting")
def import_waiting() -> None:
    """Check and write what was handed in on the desk, then end; the clock starts this by itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the clock's, which ends us
    settings = read_settings()
    start_logs("imports", settings.log_format, settings.log_level)
    runtime = build_runtime(settings)
    try:
        prove_keys(runtime.database)
        worker = ImportWorker(runtime.workbench, runtime.database, runtime.writing)
        while worker.work():
            pass
    except SQLAlchemyError as error:
        log.warning("import waits for the database", reason=type(error).__name__)
        sys.exit(1)
    finally:
        runtime.database.close()
