"""A PIN in three steps: counted before it is weighed, weighed outside any transaction, then judged.

`knock` and its commit come first, so that a try counts whatever happens after. Weighing takes long,
and no writer waits for it. The judgement is part of the turn: who repeats a call finds its reply.
A try is named by its turn, so the same one never counts twice.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from mhealth.care.workbench import Workbench
from mhealth.domain.secret import Secret
from mhealth.services.pin_brakes import KEPT, is_overrun, locked_until
from mhealth.services.pin_hashes import hash_pin, pin_matches
from mhealth.store import worker_phones as store
from mhealth.store.directory import HealthWorker
from mhealth.store.locks import wait_for
from mhealth.store.worker_phones import PinTry, WorkerPin


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Where a PIN is typed: the number, the call and the turn."""

    msisdn_index: bytes
    call_digest: bytes
    turn_digest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Knock:
    """A PIN that was typed, counted as a try where it is one. `owner` is the worker whose PIN it would be."""

    owner: int | None
    owner_uid: str
    pin_hash: str | None  # what it is weighed against; None: nothing opens
    is_vain: bool = False  # locked: weighed for the look of it, and not counted
    is_new: bool = False  # a PIN being chosen: it gets a hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """What the weighing found, outside any transaction."""

    knock: Knock
    is_right: bool = False
    is_weak: bool = False
    fresh_hash: str | None = None


def knock(
    session: Session,
    door: Door,
    worker: HealthWorker | None,
    now: datetime,
    *,
    is_far: bool = False,
) -> Knock:
    """Count a try at a worker's PIN; commit it, then weigh. `is_far`: from another number than his.

    From afar all numbers together get what one gets: strangers can shut this door, and only this one.
    """
    wait_for(session, f"pin:{door.msisdn_index.hex()}")
    if worker is not None and is_far:
        wait_for(session, f"pin-of:{worker.id}")
    counted = session.get(PinTry, door.turn_digest)
    is_vain = counted is None and (
        wait_until(session, door, now) is not None
        or (is_far and worker is not None and _is_overrun(session, worker, now))
    )
    if counted is None and not is_vain:
        store.count_try(
            session,
            turn_digest=door.turn_digest,
            call_digest=door.call_digest,
            msisdn_index=door.msisdn_index,
            health_worker_id=worker.id if worker else None,
            at=now,
        )
    pin = session.get(WorkerPin, worker.id) if worker else None
    return _knock(worker, None if is_vain or pin is None else pin.pin_hash, is_vain=is_vain)


def knock_proposed(session: Session, door: Door, worker: HealthWorker | None) -> Knock:
    """The second typing of a new PIN, to be weighed against the first in the same call."""
    pin = session.get(WorkerPin, worker.id) if worker else None
    is_ours = pin is not None and pin.proposed_in == door.call_digest
    return _knock(worker, pin.proposed_hash if pin is not None and is_ours else None)


def knock_new(worker: HealthWorker | None) -> Knock:
    """The first typing of a new PIN."""
    return replace(_knock(worker, None), is_new=True)


def _knock(worker: HealthWorker | None, pin_hash: str | None, *, is_vain: bool = False) -> Knock:
    return Knock(
        owner=worker.id if worker else None,
        owner_uid=worker.uid.hex if worker else "nobody",
        pin_hash=pin_hash,
        is_vain=is_vain,
    )


def weigh(bench: Workbench, knock: Knock, pin: Secret) -> Weighed:
    """The slow part, for no open transaction: as long for a wrong PIN as for none and a locked one."""
    if not knock.is_new:
        is_right = pin_matches(bench.keyring, knock.owner_uid, knock.pin_hash, pin)
        return Weighed(knock=knock, is_right=is_right)
    if bench.weak_pins.is_weak(pin.reveal()):
        return Weighed(knock=knock, is_weak=True)
    return Weighed(knock=knock, fresh_hash=hash_pin(bench.keyring, knock.owner_uid, pin))


def judge(session: Session, door: Door, weighed: Weighed) -> bool:
    """Whether the PIN is right, and still the worker's; written on the try."""
    knock = weighed.knock
    if knock.is_vain:
        return False
    is_right = weighed.is_right and knock.owner is not None
    if is_right and knock.owner is not None:
        is_right = store.held_pin(session, knock.owner).pin_hash == knock.pin_hash
    session.get_one(PinTry, door.turn_digest).is_right = is_right
    session.flush()
    return is_right


def propose(session: Session, door: Door, worker: HealthWorker, weighed: Weighed) -> bool:
    """Keep a new PIN until it was typed again; False when none was hashed, or this call may not."""
    pin = store.held_pin(session, worker.id)
    may = pin.pin_hash is None or is_proven(session, door.call_digest, worker)
    if weighed.fresh_hash is None or weighed.knock.owner != worker.id or not may:
        return False
    pin.proposed_hash, pin.proposed_in = weighed.fresh_hash, door.call_digest
    return True


def adopt(
    session: Session, door: Door, worker: HealthWorker, weighed: Weighed, now: datetime
) -> bool:
    """The PIN was typed twice alike: it is the worker's from now on, and given in this call."""
    pin = store.held_pin(session, worker.id)
    same, pin.proposed_hash = pin.proposed_hash, None
    if not weighed.is_right or same is None or same != weighed.knock.pin_hash:
        return False
    pin.pin_hash, pin.set_at = same, now
    store.forget_right_tries(session, worker.id)
    session.add(
        PinTry(
            turn_digest=door.turn_digest,
            call_digest=door.call_digest,
            msisdn_index=door.msisdn_index,
            health_worker_id=worker.id,
            is_right=True,
            at=now,
        )
    )
    session.flush()
    return True


def reset(session: Session, worker: HealthWorker) -> None:
    """A supervisor takes the PIN away: the worker chooses anew, from his number; no lock stands."""
    pin = store.held_pin(session, worker.id)
    pin.pin_hash = pin.proposed_hash = pin.proposed_in = pin.set_at = None
    store.forget_all_tries(session, worker)
    session.flush()


def has_pin(session: Session, worker: HealthWorker) -> bool:
    """Whether the worker has chosen a PIN."""
    pin = session.get(WorkerPin, worker.id)
    return pin is not None and pin.pin_hash is not None


def is_proven(session: Session, call_digest: bytes, worker: HealthWorker) -> bool:
    """Whether the PIN of now was given in this call."""
    return has_pin(session, worker) and store.was_right_in(session, call_digest, worker.id)


def wait_until(session: Session, door: Door, now: datetime) -> datetime | None:
    """Until when this number must wait after wrong PINs; None: it need not."""
    return locked_until(store.tries_by(session, door.msisdn_index, now - KEPT), now)


def forget_old_tries(session: Session, now: datetime) -> int:
    """Drop tries that brake nothing any more; how many."""
    return store.forget_tries(session, now - KEPT - timedelta(days=1))


def _is_overrun(session: Session, worker: HealthWorker, now: datetime) -> bool:
    return is_overrun(store.tries_by_others(session, worker, now - KEPT), now)
