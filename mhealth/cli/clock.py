"""`mhealth clock`: sweeps, rings for what is due, and sends by itself when no worker does."""

import signal
from threading import Event

import click
from sqlalchemy.exc import SQLAlchemyError

from mhealth.cli.asked_thread import AskedThread
from mhealth.cli.clock_imports import ImportThread
from mhealth.domain.message import Lane
from mhealth.jobs import sender_of
from mhealth.logs import log_for, start_logs
from mhealth.runtime import Runtime, build_runtime
from mhealth.services.key_proof import prove_keys
from mhealth.services.pulse import Pulse
from mhealth.services.sending import Sender, drain
from mhealth.services.sweeping import sweep
from mhealth.settings import read_settings
from mhealth.store.troubles import Line

_TURN_SECONDS = 10.0
_LANES = tuple(Lane)

log = log_for("cli.clock")


class StandIn(AskedThread):
    """Sends in the place of a worker."""

    def __init__(self, sender: Sender, stopping: Event) -> None:
        super().__init__("stand-in", stopping)
        self._sender = sender

    def _work(self) -> None:
        """Drain all lanes once, emergencies first."""
        try:
            drain(self._sender, _LANES, stop_after=_TURN_SECONDS, stopping=self._stopping.is_set)
        except SQLAlchemyError as error:
            log.warning("database out of reach", reason=type(error).__name__)
        except Exception:
            log.exception("stand-in failed; it goes on")


class ClockProcess:
    """One tick: sweep, then ring for what is ready; who is not served by the bell is served here."""

    def __init__(self, runtime: Runtime, stopping: Event) -> None:
        self._runtime, self._stopping = runtime, stopping
        self._sender = sender_of(runtime.handles)
        self._stand_in = StandIn(self._sender, stopping)
        self._imports = ImportThread(runtime.database, stopping)
        self._pulse = Pulse(runtime.database, "clock")
        self._late: set[Line] = set()

    def run(self) -> None:
        """Tick until told to stop."""
        settings = self._runtime.settings
        self._stand_in.start()
        self._imports.start()
        while not self._stopping.is_set():
            self.tick()
            self._imports.ask()
            self._pulse.beat_when_due()
            self._stopping.wait(settings.sweep_seconds)
        self._stand_in.finish(settings.connect_timeout + settings.read_timeout + 5)
        self._imports.finish(5)
        self._pulse.end()

    def tick(self) -> None:
        """One pass; whatever fails is tried again in the next one."""
        sweep(self._runtime.database, self._sender.rules, self._runtime.clock, self._runtime.chores)
        try:
            waiting = self._sender.waiting(_LANES)
        except SQLAlchemyError as error:
            log.warning("database out of reach", reason=type(error).__name__)
            return
        is_rung = self._runtime.bell.ring({line.lane for line in waiting})
        late_ms = self._sender.rules.overdue_seconds * 1000
        late = {line for line, age_ms in waiting.items() if age_ms >= late_ms}
        self._tell(late)
        if late or (waiting and not is_rung):
            self._stand_in.ask()

    def _tell(self, late: set[Line]) -> None:
        """Say once when a line begins to wait for a worker in vain."""
        for line in late - self._late:
            log.warning("no worker takes what is due", lane=line.lane.value, channel=line.channel)
        self._late = late


@click.command()
def clock() -> None:
    """Sweep each second, ring for what is due, send when no worker does; ends cleanly on SIGTERM."""
    settings = read_settings()
    start_logs("clock", settings.log_format, settings.log_level)
    runtime = build_runtime(settings)
    prove_keys(runtime.database)
    stopping = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stopping.set())
    log.info("clock runs", redis="yes" if runtime.settings.redis_url else "none: the clock sends")
    ClockProcess(runtime, stopping).run()
    runtime.database.close()
    log.info("clock ended")
