"""What a supervisor may do about a health worker's PIN, from the desk or the command line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from mhealth.care import contacts
from mhealth.care.outbox import Letter, put
from mhealth.care.workbench import Workbench
from mhealth.services import worker_pins
from mhealth.services.pin_brakes import KEPT, locked_until
from mhealth.store.directory import HealthWorker
from mhealth.store.worker_phones import WorkerPin, tries_of_numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class PinState:
    """Where a worker stands with the PIN: since when it is chosen, until when it is locked."""

    set_at: datetime | None
    locked_until: datetime | None
    seen_at: datetime | None


def pin_states(
    session: Session, workers: Sequence[HealthWorker], now: datetime
) -> Mapping[int, PinState]:
    """By the worker's key."""
    tries = tries_of_numbers(session, [worker.msisdn_index for worker in workers], now - KEPT)
    found = {}
    for worker in workers:
        pin = session.get(WorkerPin, worker.id)
        found[worker.id] = PinState(
            set_at=pin.set_at if pin is not None and pin.pin_hash is not None else None,
            locked_until=locked_until(tries.get(worker.msisdn_index, []), now),
            seen_at=pin.seen_at if pin is not None else None,
        )
    return found


def reset_pin(bench: Workbench, session: Session, worker: HealthWorker, now: datetime) -> bool:
    """Take the PIN away and tell the registered number; False when there was none and no lock."""
    state = pin_states(session, [worker], now)[worker.id]
    if state.set_at is None and state.locked_until is None:
        return False
    worker_pins.reset(session, worker)
    to = contacts.of_worker(worker)
    if to is not None and worker.closed_at is None:
        letter = Letter(
            template="worker_pin_reset",
            values={"service_code": bench.service_code},
            intent=f"pin_reset:{worker.uid.hex}:{int(now.timestamp())}",
            district_id=worker.district_id,
        )
        put(bench, session, to, letter, now)
    return True
