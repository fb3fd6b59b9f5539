"""What a WSGI server loads: `granian --interface wsgi wsgi:app`."""

import gc
from multiprocessing.util import Finalize

from flask import Flask

from mhealth.app import create_app
from mhealth.domain.errors import MhealthError
from mhealth.logs import start_logs
from mhealth.runtime import build_runtime
from mhealth.services.flow_versions import KeepsVersions
from mhealth.services.key_proof import prove_keys
from mhealth.services.pulse import Pulse
from mhealth.settings import read_settings


def _load() -> Flask:
    """The app; settings or content at fault end the server with one line."""
    try:
        settings = read_settings()
        start_logs("web", settings.log_format, settings.log_level)
        runtime = build_runtime(settings)
        prove_keys(runtime.database)
        made = create_app(runtime)
    except MhealthError as error:
        raise SystemExit(f"mhealth: {error}") from error
    versions = KeepsVersions(runtime.database, runtime.turn_room.book)
    versions.keep_when_due()  # before the first call: what it begins with can be found again
    pulse = Pulse(runtime.database, "web", and_then=versions.keep_when_due)
    pulse.start()
    gc.freeze()  # what a start made stays: no collection between two calls looks through it again
    Finalize(None, pulse.end, exitpriority=10)  # the server's processes leave without `atexit`
    return made


app = _load()
