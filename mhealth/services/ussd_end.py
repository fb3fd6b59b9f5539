"""A call is over: by the carrier's word, or because nothing came for too long."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from mhealth.domain.gateway import UssdEnd
from mhealth.services.leaving import leave
from mhealth.services.sms_dialogue import turn_to_sms
from mhealth.services.turn_room import TurnRoom
from mhealth.store.calls import forget_ended
from mhealth.store.ussd_tables import UssdSession, dropped_before, unanswered_by_sms


def end_session(
    room: TurnRoom, session: Session, channel: str, ended: UssdEnd, now: datetime
) -> None:
    """Take the carrier's notification; unknown sessions and those of another number are passed over."""
    key = f"{channel}:{ended.carrier_session}"
    query = select(UssdSession).where(UssdSession.session_key == key).with_for_update()
    row = session.scalar(query)
    if row is None or row.msisdn_index != room.bench.keyring.blind(ended.msisdn):
        return
    if row.ended_ms is None:
        _drop(room, session, row, now)


def close_dropped(room: TurnRoom, session: Session, now: datetime, session_seconds: int) -> int:
    """Close the sessions that no carrier ended, after so long without a word; how many.

    And those that went on by SMS, when nobody answers any more.
    """
    oldest = now - timedelta(seconds=session_seconds)
    rows = dropped_before(session, int(oldest.timestamp() * 1000))
    rows += unanswered_by_sms(session, int(now.timestamp() * 1000))
    for row in rows:
        _drop(room, session, row, now)
    return len(rows)


def forget_sessions(session: Session, now: datetime, keep_hours: float) -> int:
    """Sweep ended sessions out of the live table, which stays small; how many."""
    before = now - timedelta(hours=keep_hours)
    return forget_ended(session, int(before.timestamp() * 1000))


def _drop(room: TurnRoom, session: Session, row: UssdSession, now: datetime) -> None:
    """What was said goes on its way; where the flow allows it, so does the dialogue, by SMS."""
    dropped = leave(room, session, row, now)
    if dropped is not None and row.sms_until_ms is None:
        turn_to_sms(room, session, dropped, now)
