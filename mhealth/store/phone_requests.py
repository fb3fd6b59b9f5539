"""Questions to the requests of phones: those that wait, those of a number, those that are over."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session, joinedload

from mhealth.store.directory import HealthWorker
from mhealth.store.scope import Scope
from mhealth.store.worker_phones import (
    CONFIRMED,
    EXPIRED,
    REFUSED,
    WAITING,
    PhoneRequest,
    has_code,
)

__all__ = [
    "CONFIRMED", "EXPIRED", "REFUSED", "WAITING",
    "code_is_taken", "count_since", "count_waiting", "expire_waiting", "forget_over",
    "held_by_prefix", "held_request", "waiting_everywhere", "waiting_of", "waiting_requests",
]  # fmt: skip


def waiting_of(session: Session, msisdn_index: bytes) -> PhoneRequest | None:
    """The request of a number that nobody decided yet."""
    query = select(PhoneRequest).where(
        PhoneRequest.msisdn_index == msisdn_index, PhoneRequest.state == WAITING
    )
    return session.scalar(query.limit(1))


def count_since(session: Session, msisdn_index: bytes, since: datetime) -> int:
    """How many requests a number made since then."""
    query = select(func.count()).where(
        PhoneRequest.msisdn_index == msisdn_index, PhoneRequest.asked_at > since
    )
    return session.scalar(query) or 0


def waiting_requests(session: Session, scope: Scope, limit: int = 200) -> list[PhoneRequest]:
    """Those that wait, the oldest first."""
    query = select(PhoneRequest).where(
        scope.holds(PhoneRequest.district_id), PhoneRequest.state == WAITING
    )
    query = query.options(
        joinedload(PhoneRequest.village),
        joinedload(PhoneRequest.health_worker),
        joinedload(PhoneRequest.district),
    )
    ordered = query.order_by(PhoneRequest.asked_at, PhoneRequest.id).limit(limit)
    return list(session.scalars(ordered))


def waiting_everywhere(session: Session) -> list[PhoneRequest]:
    """Those that wait in all districts, the oldest first."""
    query = select(PhoneRequest).where(PhoneRequest.state == WAITING)
    query = query.options(joinedload(PhoneRequest.village))
    return list(session.scalars(query.order_by(PhoneRequest.asked_at, PhoneRequest.id)))


def held_by_prefix(session: Session, prefix: str) -> PhoneRequest | None:
    """The waiting request whose uid begins so, held until we commit; None when none or several do."""
    wanted = prefix.strip().casefold().replace("-", "")
    found = [row for row in waiting_everywhere(session) if row.uid.hex.startswith(wanted)]
    if not wanted or len(found) != 1:
        return None
    return held_request(session, None, found[0].uid)


def count_waiting(session: Session, scope: Scope) -> int:
    """How many wait."""
    query = select(func.count()).where(
        scope.holds(PhoneRequest.district_id), PhoneRequest.state == WAITING
    )
    return session.scalar(query) or 0


def held_request(session: Session, scope: Scope | None, uid: UUID) -> PhoneRequest | None:
    """A request to decide, held until we commit; None when there is none within the scope."""
    query = select(PhoneRequest).where(PhoneRequest.uid == uid)
    if scope is not None:
        query = query.where(scope.holds(PhoneRequest.district_id))
    return session.scalar(query.with_for_update())


def code_is_taken(session: Session, code: str) -> bool:
    """Whether any health worker, at work or not, has this code, or one that is typed alike."""
    query = select(HealthWorker.id).where(has_code(code))
    return session.scalar(query.limit(1)) is not None


def expire_waiting(session: Session, before: datetime, now: datetime) -> int:
    """End requests that waited since before then; how many."""
    old = update(PhoneRequest).where(PhoneRequest.state == WAITING, PhoneRequest.asked_at < before)
    ended = old.values(state=EXPIRED, decided_at=now).returning(PhoneRequest.id)
    return len(session.scalars(ended).all())


def forget_over(session: Session, before: datetime) -> int:
    """Drop refused and expired requests that ended before then; how many."""
    over = delete(PhoneRequest).where(
        PhoneRequest.state.in_((REFUSED, EXPIRED)), PhoneRequest.decided_at < before
    )
    return len(session.scalars(over.returning(PhoneRequest.id)).all())
