"""A centre answers a referral by SMS: `OUI <code> demain 14h`, `NON <code>`, and every slip of these."""

from dataclasses import dataclass, field
from datetime import datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from mhealth.care.appointments import when_text
from mhealth.care.moves import Actor
from mhealth.care.referrals import accept, decline, reschedule
from mhealth.care.workbench import Workbench, local_now, local_today
from mhealth.domain.codes import show_code
from mhealth.domain.referral import STATUS_TABLE, ReferralStatus
from mhealth.services.senders import Sender
from mhealth.sms.answers import Answer, AnswerProblem, NotAnAnswer, read_answer
from mhealth.sms.when import WhenProblem
from mhealth.store.referrals import Referral, appointment_of, referral_by_code


@dataclass(frozen=True, slots=True)
class Understood:
    """What an SMS meant to us, and the template that answers it."""

    understood_as: str
    template: str
    values: dict[str, str] = field(default_factory=dict)
    referral_id: int | None = None
    needs_person: bool = False


@dataclass(frozen=True, slots=True)
class _When:
    """The moment a centre gave; both empty when it gave none or an unclear one."""

    starts_at: datetime | None = None
    has_time: bool = False
    problem: WhenProblem | None = None


def take_answer(
    bench: Workbench, session: Session, text: str, sender: Sender, now: datetime
) -> Understood | None:
    """Do what a centre's answer asks for; None when the text is no answer at all."""
    assert sender.district is not None
    read = read_answer(text, bench.languages, local_today(now, sender.district))
    if isinstance(read, NotAnAnswer):
        return None
    if isinstance(read, AnswerProblem):
        return Understood(f"answer_{read.kind}", read.template, dict(read.values))
    return _apply(bench, session, read, sender, now)


def _apply(
    bench: Workbench, session: Session, answer: Answer, sender: Sender, now: datetime
) -> Understood:
    values = {"code": show_code(answer.code)}
    referral = referral_by_code(session, answer.code)
    if referral is None:
        return Understood("answer_unknown_code", "answer_unknown_code", values)
    actor = sender.actor_for(referral)
    if actor is None:
        return Understood("answer_not_your_code", "answer_not_your_code", values)
    if STATUS_TABLE[referral.state].is_closed:
        return Understood("answer_closed", "answer_closed", values, referral.id)
    deed = _yes if answer.says_yes else _no
    return deed(bench, session, referral, answer, actor, now)


def _yes(
    bench: Workbench,
    session: Session,
    referral: Referral,
    answer: Answer,
    actor: Actor,
    now: datetime,
) -> Understood:
    when = _moment(referral, answer, now)
    values = {"code": show_code(referral.code)}
    if referral.state is ReferralStatus.ACCEPTED and when.starts_at is not None:
        reschedule(
            bench, session, referral, actor, now, starts_at=when.starts_at, has_time=when.has_time
        )
    elif not accept(
        bench,
        session,
        referral,
        actor,
        now,
        starts_at=when.starts_at,
        has_time=when.has_time,
        note=answer.note or None,
    ):
        return Understood("answer_already", "answer_already", values, referral.id)
    template = _YES_TEMPLATE[when.problem]
    appointment = appointment_of(session, referral.id)
    if appointment is not None:
        language = referral.facility.language if referral.facility else referral.district.language
        values["when_text"] = when_text(bench, appointment, referral.district, language, now)
    return Understood("answer_yes", template, values, referral.id)


_YES_TEMPLATE: dict[WhenProblem | None, str] = {
    None: "facility_accepted_noted",
    WhenProblem.UNCLEAR: "answer_time_unclear",
    WhenProblem.PAST: "answer_day_past",
}


def _no(
    bench: Workbench,
    session: Session,
    referral: Referral,
    answer: Answer,
    actor: Actor,
    now: datetime,
) -> Understood:
    values = {"code": show_code(referral.code)}
    if not decline(bench, session, referral, actor, now, answer.note or None):
        return Understood("answer_already", "answer_already", values, referral.id)
    return Understood("answer_no", "facility_declined_noted", values, referral.id)


def _moment(referral: Referral, answer: Answer, now: datetime) -> _When:
    """The day and hour of an answer in the district's zone; an hour that is over is a past day."""
    if answer.when_problem is not None or (answer.day is None and answer.hour is None):
        return _When(problem=answer.when_problem)
    zone = ZoneInfo(referral.district.timezone)
    day = answer.day or local_now(now, referral.district).date()
    opens = referral.facility.opens_minute if referral.facility else 480
    hour = answer.hour or time(opens // 60, opens % 60)
    starts_at = datetime.combine(day, hour, zone)
    if answer.hour is not None and starts_at < now:
        return _When(problem=WhenProblem.PAST)
    return _When(starts_at, answer.hour is not None)
