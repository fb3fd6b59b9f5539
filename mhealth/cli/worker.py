"""`mhealth worker`: waits at one queue and sends what the outbox holds whenever the bell rings."""

import logging
import signal
from threading import Event
from types import FrameType
from typing import Any

import click
from redis.exceptions import RedisError
from rq import SimpleWorker
from rq.exceptions import StopRequested
from rq.serializers import JSONSerializer

from mhealth.domain.errors import SettingsError
from mhealth.jobs import this_process
from mhealth.logs import log_for, start_logs
from mhealth.queue import QUEUE, open_redis
from mhealth.services.key_proof import prove_keys
from mhealth.services.pulse import Pulse
from mhealth.settings import read_settings

_PATIENCE = 5.0  # seconds for one command; RQ gives its long wait for a job a longer one

log = log_for("cli.worker")


class Outage:
    """Tells once that Redis is gone and once that it is back, however often it is tried."""

    def __init__(self) -> None:
        self._is_on = False

    def begins(self, reason: str) -> None:
        """Redis did not answer."""
        if not self._is_on:
            log.warning("no Redis", reason=reason[:120])
        self._is_on = True

    def ends(self) -> None:
        """Redis answered."""
        if self._is_on:
            log.info("Redis is back")
        self._is_on = False

    def hear(self, record: logging.LogRecord) -> bool:
        """RQ's complaints count as ours; a filter of its logger. False: not written by itself."""
        cause = record.exc_info[1] if record.exc_info else None
        if isinstance(cause, RedisError):  # RQ says "unhandled exception" when it fails in mid-loop
            self.begins(f"{type(cause).__name__}: {cause}")
            return False
        is_complaint = "Redis" in record.getMessage()
        if is_complaint:
            self.begins(record.getMessage())
        return not is_complaint


class Worker(SimpleWorker):
    """An RQ worker in one process, which ends after the message in hand when it is told to.

    It takes no commands by Redis: whoever can write there may wake it and no more.
    """

    max_connection_wait_time = 4.0  # after an outage it is back within seconds
    stopping: Event
    outage: Outage

    def heartbeat(self, *args: Any, **options: Any) -> None:
        """Redis answered: an outage, if there was one, is over."""
        super().heartbeat(*args, **options)
        self.outage.ends()

    def handle_warm_shutdown_request(self) -> None:
        """SIGTERM: the job stops after the message that it is sending."""
        self.stopping.set()

    def set_shutdown_requested_date(self) -> None:
        """Not written: Redis may be what is gone, and this runs within a signal."""

    def subscribe(self) -> None:
        """No channel for commands."""


@click.command()
@click.option("--queue", default=QUEUE, show_default=True, help="The one queue to wait at.")
def worker(queue: str) -> None:
    """Send messages whenever the bell rings; ends cleanly on SIGTERM and outlives Redis."""
    settings = read_settings()
    start_logs("worker", settings.log_format, settings.log_level)
    process = this_process()
    url = process.handles.settings.redis_url
    if url is None:
        raise SettingsError("MHEALTH_REDIS_URL: none, so the clock sends and no worker is needed")
    prove_keys(process.handles.database)
    pulse = Pulse(process.handles.database, "worker")
    pulse.start()
    work(url, queue, process.stopping)
    pulse.end()
    process.handles.database.close()
    log.info("worker ended", queue=queue)


def work(url: str, queue: str, stopping: Event) -> None:
    """Wait at the queue until told to stop; RQ's own loop ends when Redis fails it, ours goes on."""
    outage = Outage()
    logging.getLogger("rq").setLevel(logging.WARNING)
    logging.getLogger("rq.worker").addFilter(outage.hear)
    log.info("worker waits", queue=queue)
    while not stopping.is_set():
        _stop_on_signals(stopping)
        try:
            _wait_once(url, queue, stopping, outage)
        except (RedisError, OSError) as error:
            outage.begins(f"{type(error).__name__}: {error}")
        except StopRequested:
            stopping.set()
        stopping.wait(1.0)


def _wait_once(url: str, queue: str, stopping: Event, outage: Outage) -> None:
    here = Worker(
        [queue],
        connection=open_redis(url, _PATIENCE),
        serializer=JSONSerializer,
        log_job_description=False,
    )
    here.stopping, here.outage = stopping, outage
    here.work(logging_level="WARNING")


def _stop_on_signals(stopping: Event) -> None:
    """Between two RQ workers the signals are ours again."""

    def stop(_signal: int, _frame: FrameType | None) -> Any:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
