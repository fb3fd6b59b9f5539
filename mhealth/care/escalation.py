"""Somebody answers: an emergency that the centre did not take up goes to the district's duty phone."""

from datetime import datetime

from sqlalchemy.orm import Session

from mhealth.care import contacts, notices
from mhealth.care.moves import CLOCK, note_event
from mhealth.care.workbench import Workbench
from mhealth.store.referrals import Referral, unanswered, unreached


def escalate_unanswered(bench: Workbench, session: Session, now: datetime) -> int:
    """Take every emergency past its time up; how many. The desk shows them red until answered."""
    late = unanswered(session, now)
    for referral in late:
        waited = int((now - referral.created_at).total_seconds() // 60)
        _take_up(bench, session, referral, "district_unanswered", now, minutes=str(waited))
    return len(late)


def escalate_unreached(bench: Workbench, session: Session, now: datetime) -> int:
    """Do not wait for the answer of a centre whose phone does not receive; how many."""
    deaf = unreached(session)
    for referral in deaf:
        _take_up(bench, session, referral, "district_unreached", now)
    return len(deaf)


def _take_up(
    bench: Workbench,
    session: Session,
    referral: Referral,
    template: str,
    now: datetime,
    **more: str,
) -> None:
    referral.escalated_at = now
    note_event(session, referral, "escalated", CLOCK, now)
    session.flush()
    district = contacts.of_district(referral.district)
    if district is not None:
        notices.send(bench, session, referral, district, template, now, **more)
