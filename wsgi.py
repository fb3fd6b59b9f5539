"""What a WSGI server loads: `granian --interface wsgi wsgi:app`."""

from flask import Flask

from mhealth.app import create_app
from mhealth.domain.errors import MhealthError
from mhealth.logs import start_logs
from mhealth.runtime import build_runtime
from mhealth.settings import read_settings


def _load() -> Flask:
    """The app; settings or content at fault end the server with one line."""
    try:
        settings = read_settings()
        start_logs("web", settings.log_format)
        return create_app(build_runtime(settings))
    except MhealthError as error:
        raise SystemExit(f"mhealth: {error}") from error


app = _load()
