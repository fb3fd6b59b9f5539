"""Moves a referral along its table and keeps the record of who did it, when and by what channel."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from mhealth.domain.referral import ReferralStatus, may_move
from mhealth.store.referrals import Referral, ReferralEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts and through what: kind is caller, health_worker, facility, district, staff or clock."""

    kind: str
    id: int | None = None
    channel: str = "clock"  # ussd, sms, desk, clock


CLOCK = Actor(kind="clock")


def note_event(
    session: Session,
    referral: Referral,
    kind: str,
    actor: Actor,
    now: datetime,
    note: str | None = None,
) -> ReferralEvent:
    """Write that something happened which is no move: created, escalated, completed."""
    return _write(session, referral, kind, None, None, actor, now, note)


def move(
    session: Session,
    referral: Referral,
    to: ReferralStatus,
    actor: Actor,
    now: datetime,
    note: str | None = None,
) -> bool:
    """Move to a status if the table allows it; False when it does not and nothing was changed."""
    before = referral.state
    if not may_move(before, to):
        return False
    referral.status = to.value
    _write(session, referral, "moved", before, to, actor, now, note)
    return True


def _write(
    session: Session,
    referral: Referral,
    kind: str,
    before: ReferralStatus | None,
    after: ReferralStatus | None,
    actor: Actor,
    now: datetime,
    note: str | None,
) -> ReferralEvent:
    event = ReferralEvent(
        district_id=referral.district_id,
        referral_id=referral.id,
        kind=kind,
        status_from=before.value if before else None,
        status_to=after.value if after else None,
        actor_kind=actor.kind,
        actor_id=actor.id,
        facility=referral.facility,  # the object: its key may not be flushed to the referral yet
        channel=actor.channel,
        at=now,
    )
    if note:
        event.note = note
    session.add(event)
    return event
