"""What an RQ worker runs: a wake-up of a lane. The worker's handles are built once a process."""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from threading import Event

from sqlalchemy.exc import SQLAlchemyError

from mhealth.domain.message import Lane
from mhealth.handles import Handles, open_handles
from mhealth.logs import log_for
from mhealth.services import sending
from mhealth.services.sending import Sender, Step
from mhealth.services.sending_rules import rules_of
from mhealth.settings import read_settings

TURN_SECONDS = 60.0
"""A job takes no new message after so long; the next job goes on, so that a worker can be stopped."""

log = log_for("jobs")


@dataclass(frozen=True, slots=True)
class WorkerProcess:
    """The handles of a worker, made after any fork, and the wish that it should end.

    A worker carries letters that are written: it reads no content and takes no part in care.
    """

    handles: Handles
    sender: Sender
    stopping: Event = field(default_factory=Event)


@cache
def this_process() -> WorkerProcess:
    """Built on the first call. Raises SettingsError."""
    handles = open_handles(read_settings())
    return WorkerProcess(handles, sender_of(handles))


def drain(lane: str) -> None:
    """Send all that is ready in this lane and in those that share its worker."""
    drain_lane(this_process(), Lane(lane))


def drain_lane(process: WorkerProcess, lane: Lane, seconds: float = TURN_SECONDS) -> None:
    """Drain for a turn; ring again when it ended before the outbox did."""
    lanes = lanes_beside(lane, process.handles)
    stopping = process.stopping.is_set
    try:
        sending.drain(process.sender, lanes, stop_after=seconds, stopping=stopping)
        is_more = bool(process.sender.waiting(lanes))
    except SQLAlchemyError as error:
        log.warning("database out of reach", reason=type(error).__name__)
        return
    if is_more and not stopping():
        process.handles.bell.ring(lanes)


def lanes_beside(lane: Lane, handles: Handles) -> list[Lane]:
    """The lanes of the same queue, this one among them."""
    queues = handles.settings.queue_of_lane
    return [other for other in Lane if queues[other] == queues[lane]]


def sender_of(handles: Handles) -> Sender:
    """A sender over this process's handles."""
    return Sender(
        database=handles.database,
        aggregators=handles.aggregators,
        rules=rules_of(handles.settings),
        clock=handles.clock,
        passing=_crash_at(handles.settings.crash_at),
    )


def _crash_at(name: str | None) -> Callable[[Step], None]:
    """For tests of faults: the process dies at the named step as if its power were cut."""

    def pass_by(step: Step) -> None:
        if step == name:
            os.kill(os.getpid(), signal.SIGKILL)

    return pass_by
