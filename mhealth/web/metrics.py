"""`/metrics` for Prometheus: for who bears the token, or for this machine alone when there is none."""

import hmac
import threading
import time
from collections.abc import Iterator
from ipaddress import ip_address

from flask import Blueprint, Flask, Response, abort, current_app, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool

from mhealth.logs import log_for
from mhealth.runtime import Runtime
from mhealth.store.metric_reads import Numbers, read_numbers
from mhealth.web.here import runtime
from mhealth.web.metric_families import about_this_process, families
from mhealth.web.timings import timings

metrics = Blueprint("metrics", __name__)

_FRESH_SECONDS = 5.0
_FORWARDED = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "Via")
"""A call that bears one of these came through a proxy, whatever its address looks like."""
_READING = "mhealth_metrics"
_log = log_for("web.metrics")


class Reading:
    """The last numbers of this process; scrapes within five seconds share them, and one reads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until = 0.0
        self._numbers: Numbers | None = None

    def take(self, here: Runtime) -> Numbers | None:
        """The numbers; None: the database is away."""
        with self._lock:
            if time.monotonic() >= self._until:
                self._numbers = _read(here)
                self._until = time.monotonic() + _FRESH_SECONDS
            return self._numbers


class OneScrape(Collector):
    """What one scrape gives."""

    def __init__(self, here: Runtime, numbers: Numbers | None) -> None:
        self._here, self._numbers = here, numbers

    def collect(self) -> Iterator[Metric]:
        """Numbers of the database when it is there; of this server always."""
        pool = self._here.database.full.pool
        in_use = pool.checkedout() if isinstance(pool, QueuePool) else 0
        is_up = self._numbers is not None
        yield from about_this_process(is_database_up=is_up, pool_in_use=in_use)
        if self._numbers is not None:
            yield from families(self._numbers)
        yield from timings()


@metrics.get("/metrics")
def scrape() -> Response:
    """The text format of Prometheus; whoever may not see it meets a page that is not there."""
    here = runtime()
    if not _may_read(here):
        abort(404)
    registry = CollectorRegistry()
    registry.register(OneScrape(here, current_app.extensions[_READING].take(here)))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _may_read(here: Runtime) -> bool:
    token = here.settings.metrics_token
    if token is not None:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {token.reveal()}".encode())
    if any(name in request.headers for name in _FORWARDED):
        return False
    return _is_this_machine(request.remote_addr)


def _is_this_machine(address: str | None) -> bool:
    """A unix socket gives no address: who may connect there is the machine's own."""
    if not address:
        return True
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _read(here: Runtime) -> Numbers | None:
    try:
        with here.database.reading() as session:
            if not here.database.is_sqlite:
                session.execute(text("SET LOCAL statement_timeout = '5s'"))
            return read_numbers(session, here.clock())
    except SQLAlchemyError as error:
        _log.warning("no numbers", reason=type(error).__name__)
        return None


def init_metrics(app: Flask) -> None:
    """Register the page, with numbers of its own for each app."""
    app.extensions[_READING] = Reading()
    app.register_blueprint(metrics)
