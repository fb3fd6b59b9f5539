"""Somebody answers: what no centre took up goes to the district's duty phone.

Each referral is taken up in a savepoint of its own: one damaged row never keeps the others from
climbing. It is marked and logged, and the desk shows it red.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from mhealth.care.moves import CLOCK, note_event
from mhealth.care.notices import tell_district
from mhealth.care.workbench import Workbench
from mhealth.logs import log_for
from mhealth.store.referrals import Referral, unanswered, unreached, worker_unreached

_log = log_for("care.escalation")


def escalate_unanswered(bench: Workbench, session: Session, now: datetime) -> int:
    """Take every referral past its time up; how many. The desk shows them until answered."""

    def tell(referral: Referral) -> None:
        waited = str(_minutes_asked(bench, referral, now))
        tell_district(bench, session, referral, "district_unanswered", now, minutes=waited)

    return _take_up(session, unanswered(session, now), "unanswered", tell, now)


def escalate_unreached(bench: Workbench, session: Session, now: datetime) -> int:
    """Do not wait for the answer of a centre whose phone does not receive; how many."""

    def tell(referral: Referral) -> None:
        tell_district(bench, session, referral, "district_unreached", now)

    return _take_up(session, unreached(session), "unreached", tell, now)


def tell_of_unreached_workers(bench: Workbench, session: Session, now: datetime) -> int:
    """An emergency whose health worker's phone does not receive: the district finds somebody."""
    told = 0
    for referral in worker_unreached(session):
        note_event(session, referral, "worker_unreached", CLOCK, now)
        told += tell_district(bench, session, referral, "district_worker_unreached", now)
    return told


def _minutes_asked(bench: Workbench, referral: Referral, now: datetime) -> int:
    """For how long the centre at hand has been asked: its clock started when it was."""
    due, would_be_due = referral.answer_due_at, bench.answer_due(referral.klass, now)
    asked_at = due - (would_be_due - now) if due and would_be_due else referral.created_at
    return int((now - asked_at).total_seconds() // 60)


def _take_up(
    session: Session,
    referrals: Iterable[Referral],
    reason: str,
    tell: Callable[[Referral], None],
    now: datetime,
) -> int:
    count = 0
    for referral in referrals:
        referral.escalated_at = now
        note_event(session, referral, "escalated", CLOCK, now, reason)
        session.flush()
        try:
            with session.begin_nested():
                tell(referral)
        except Exception:
            _log.exception("district not told", referral=referral.uid.hex, reason=reason)
        count += 1
    return count
