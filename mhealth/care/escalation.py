"""Somebody answers: an emergency that nobody took up goes to the district's duty phone."""

from datetime import datetime

from sqlalchemy.orm import Session

from mhealth.care import contacts, notices
from mhealth.care.moves import CLOCK, note_event
from mhealth.care.workbench import Workbench
from mhealth.domain.message import Lane
from mhealth.store.referrals import unanswered


def escalate_unanswered(bench: Workbench, session: Session, now: datetime) -> set[Lane]:
    """Take every emergency past its time to the district; returns the lanes that got a letter."""
    lanes: set[Lane] = set()
    for referral in unanswered(session, now):
        referral.escalated_at = now
        note_event(session, referral, "escalated", CLOCK, now)
        session.flush()
        district = contacts.of_district(referral.district)
        if district is None:
            continue  # the desk shows it red all the same
        waited = int((now - referral.created_at).total_seconds() // 60)
        message = notices.send(
            bench, session, referral, district, "district_unanswered", now, minutes=str(waited)
        )
        if message is not None:
            lanes.add(message.lane_word)
    return lanes
