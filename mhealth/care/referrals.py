"""Makes a referral from a report, and moves it by the centre's answer."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mhealth.care import appointments, contacts, notices
from mhealth.care.moves import Actor, move, note_event
from mhealth.care.notices import Told
from mhealth.care.workbench import Workbench
from mhealth.domain.codes import new_code
from mhealth.domain.referral import OPEN, ReferralStatus
from mhealth.domain.triage import TriageClass, most_severe
from mhealth.store.directory import Facility
from mhealth.store.referrals import Referral, ReferralEvent
from mhealth.store.reports import Report


@dataclass(frozen=True, slots=True)
class Referred:
    """A new referral and whom its first messages went to."""

    referral: Referral
    told: Told


def refer(
    bench: Workbench, session: Session, report: Report, actor: Actor, now: datetime
) -> Referred:
    """Referral, appointment, event and first messages of one report, in the open transaction."""
    village = report.village
    referral = Referral(
        code=_free_code(session),
        district_id=report.district_id,
        village_id=report.village_id,
        person_id=report.person_id,
        phone_id=report.phone_id,
        health_worker_id=report.health_worker_id,
        report_id=report.id,
        facility_id=village.facility_id if village else None,
        triage_class=report.triage_class,
        is_incomplete=not report.is_complete,
        consent_given=report.consent_given,
        created_at=now,
        answer_due_at=bench.answer_due(TriageClass(report.triage_class), now),
    )
    session.add(referral)
    session.flush()
    appointments.propose(session, referral, now)
    note_event(session, referral, "created", actor, now)
    told = notices.announce(bench, session, referral, now)
    return Referred(referral, told)


def go_on(
    bench: Workbench,
    session: Session,
    referral: Referral,
    report: Report,
    actor: Actor,
    now: datetime,
    *,
    is_same_dialogue: bool = False,
) -> Referred:
    """The same patient is reported on after a dropped call: one referral, one code.

    By a new report, which takes the place of the unfinished one, or by the same dialogue that goes on.
    A more severe class raises the referral and everybody hears it; a lesser one never lowers it. One
    that is closed meanwhile stays as it is.
    """
    if referral.state not in OPEN:
        return Referred(referral, notices.who_is_told(session, referral, now))
    referral.report = report
    referral.is_incomplete = not report.is_complete
    if is_same_dialogue:
        note_event(session, referral, "continued", actor, now)
    else:
        note_event(session, referral, "reported_again", actor, now)
    classes = [referral.klass, TriageClass(report.triage_class)]
    if most_severe(classes) is not referral.klass:
        referral.triage_class = report.triage_class
        referral.answer_due_at = bench.answer_due(referral.klass, now)
        session.flush()
        appointments.propose(session, referral, now)
        return Referred(referral, notices.announce(bench, session, referral, now))
    appointments.renew(session, referral, now)  # midnight may have passed since the drop
    session.flush()
    return Referred(referral, notices.who_is_told(session, referral, now))


def accept(
    bench: Workbench,
    session: Session,
    referral: Referral,
    actor: Actor,
    now: datetime,
    *,
    starts_at: datetime | None = None,
    has_time: bool = False,
    note: str | None = None,
) -> bool:
    """The centre takes the patient: caller and health worker hear when. False: not possible now."""
    if not move(session, referral, ReferralStatus.ACCEPTED, actor, now, note):
        return False
    referral.answered_at = now
    referral.escalated_at = None
    session.flush()
    appointments.book(session, referral, starts_at, has_time=has_time, now=now)
    notices.tell_worker_and_caller(bench, session, referral, "accepted", now)
    return True


def reschedule(
    bench: Workbench,
    session: Session,
    referral: Referral,
    actor: Actor,
    now: datetime,
    *,
    starts_at: datetime,
    has_time: bool,
) -> bool:
    """Another day or hour for a patient already taken: caller and health worker hear it.

    False when it is booked so already, or for an emergency, which comes now.
    """
    if not appointments.may_come_at(referral, starts_at, now) or appointments.stands_so(
        session, referral, starts_at, has_time
    ):
        return False
    appointments.book(session, referral, starts_at, has_time=has_time, now=now)
    note_event(session, referral, "rescheduled", actor, now)
    referral.answered_at = now
    session.flush()
    notices.tell_worker_and_caller(bench, session, referral, "accepted", now)
    return True


def decline(
    bench: Workbench,
    session: Session,
    referral: Referral,
    actor: Actor,
    now: datetime,
    note: str | None = None,
) -> bool:
    """The centre cannot: the next one is asked, else the district. False: not possible now."""
    if not move(session, referral, ReferralStatus.DECLINED, actor, now, note):
        return False
    referral.answered_at = None
    onward = _next_facility(session, referral, now)
    if onward is None:
        session.flush()
        referral.escalated_at = now
        note_event(session, referral, "escalated", actor, now, "declined")
        notices.tell_district(bench, session, referral, "district_declined_by_all", now)
        notices.tell_worker_and_caller(bench, session, referral, "no_facility", now)
        return True
    _ask(bench, session, referral, onward, now)
    return True


def complete(session: Session, referral: Referral, actor: Actor, now: datetime) -> None:
    """The call went on to its end: the mark `incomplete` goes."""
    if referral.is_incomplete:
        referral.is_incomplete = False
        note_event(session, referral, "completed", actor, now)


def _ask(
    bench: Workbench, session: Session, referral: Referral, facility: Facility, now: datetime
) -> None:
    referral.facility = facility
    move(session, referral, ReferralStatus.SENT, Actor(kind="clock"), now)
    referral.answer_due_at = bench.answer_due(referral.klass, now)
    referral.escalated_at = None  # the clock starts anew for this centre
    session.flush()
    appointments.propose(session, referral, now)
    to = contacts.of_facility(session, facility, now)
    if to is not None:
        notices.send(bench, session, referral, to, f"facility_{referral.triage_class}", now)
    notices.tell_worker_and_caller(bench, session, referral, "next_facility", now)


def _next_facility(session: Session, referral: Referral, now: datetime) -> Facility | None:
    """The next one in the chain that has a duty phone and did not decline already."""
    declined = set(
        session.scalars(
            select(ReferralEvent.facility_id).where(
                ReferralEvent.referral_id == referral.id,
                ReferralEvent.status_to == ReferralStatus.DECLINED.value,
            )
        )
    )
    facility = referral.facility
    seen: set[int] = set()
    while facility is not None and facility.next_facility_id and facility.id not in seen:
        seen.add(facility.id)
        facility = facility.next_facility
        if facility is None or facility.id in declined:
            continue
        if contacts.of_facility(session, facility, now) is not None:
            return facility
    return None


def _free_code(session: Session) -> str:
    while True:
        code = new_code()
        if session.scalar(select(Referral.id).where(Referral.code == code)) is None:
            return code
