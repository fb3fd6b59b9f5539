"""A centre answers a referral by SMS: `OUI <code> demain 14h`, `NON <code>`, and every slip of these."""

from dataclasses import dataclass, field
from datetime import datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from mhealth.care import appointments, contacts
from mhealth.care.moves import Actor, note_event
from mhealth.care.referrals import accept, decline, reschedule
from mhealth.care.workbench import Workbench, local_today
from mhealth.domain.codes import show_code
from mhealth.domain.referral import STATUS_TABLE, ReferralStatus
from mhealth.services.senders import Sender
from mhealth.sms.answers import Answer, AnswerProblem, NotAnAnswer, read_answer
from mhealth.sms.when import WhenProblem
from mhealth.store.referrals import Referral, referral_by_code


@dataclass(frozen=True, slots=True)
class Understood:
    """What an SMS meant to us, and the template that answers it; none when it is answered already."""

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


@dataclass(frozen=True, slots=True)
class _Case:
    """One referral that its centre answers, and what may be done to it."""

    bench: Workbench
    session: Session
    referral: Referral
    actor: Actor
    now: datetime

    def values(self) -> dict[str, str]:
        return {"code": show_code(self.referral.code)}

    def accept(self, starts_at: datetime | None, has_time: bool, note: str) -> bool:
        return accept(
            self.bench,
            self.session,
            self.referral,
            self.actor,
            self.now,
            starts_at=starts_at,
            has_time=has_time,
            note=note or None,
        )

    def reschedule(self, starts_at: datetime, has_time: bool) -> bool:
        return reschedule(
            self.bench,
            self.session,
            self.referral,
            self.actor,
            self.now,
            starts_at=starts_at,
            has_time=has_time,
        )

    def remark(self, note: str) -> None:
        note_event(self.session, self.referral, "noted", self.actor, self.now, note)

    def noted_yes(self, template: str) -> Understood:
        """The yes stands; the SMS that says so tells when the patient is expected."""
        values, referral = self.values(), self.referral
        language = (referral.facility or referral.district).language
        values["when_text"] = appointments.expected_text(
            self.bench, self.session, referral, language, self.now
        )
        return Understood("answer_yes", template, values, referral.id)

    def already(self) -> Understood:
        return Understood("answer_already", "answer_already", self.values(), self.referral.id)


def take_answer(
    bench: Workbench, session: Session, text: str, sender: Sender, now: datetime
) -> Understood | None:
    """Do what a centre's answer asks for; None when the text is no answer at all."""
    assert sender.district is not None
    read = read_answer(text, bench.languages, local_today(now, sender.district))
    if isinstance(read, NotAnAnswer):
        return None
    if isinstance(read, AnswerProblem):
        return _ask_back(session, read, sender)
    return _apply(bench, session, read, sender, now)


def _ask_back(session: Session, problem: AnswerProblem, sender: Sender) -> Understood:
    """Say what is missing, on record beside the sender's own referral; nothing is moved."""
    referral = referral_by_code(session, problem.code) if problem.code else None
    is_own = referral is not None and sender.actor_for(referral) is not None
    return Understood(
        f"answer_{problem.kind}",
        problem.template,
        problem.values,
        referral.id if referral is not None and is_own else None,
        needs_person=problem.needs_person,
    )


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
    case = _Case(bench, session, referral, actor, now)
    if not answer.says_yes:
        return _no(case, answer)
    return _yes(case, answer) if appointments.can_wait(referral) else _yes_now(case, answer)


def _yes(case: _Case, answer: Answer) -> Understood:
    """A yes to a patient who can wait: the centre's day and hour are booked, if not too late."""
    when, referral = _moment(case, answer), case.referral
    if when.starts_at and not appointments.may_come_at(referral, when.starts_at, case.now):
        return _yes_kept(case, answer, "facility_accepted_soon")
    if referral.state is ReferralStatus.ACCEPTED:
        is_news = when.starts_at is not None and case.reschedule(when.starts_at, when.has_time)
        is_news = is_news or when.problem is not None
        if answer.note:
            case.remark(answer.note)
    else:
        is_news = case.accept(when.starts_at, when.has_time, answer.note)
    return case.noted_yes(_YES_TEMPLATE[when.problem]) if is_news else case.already()


_YES_TEMPLATE: dict[WhenProblem | None, str] = {
    None: "facility_accepted_noted",
    WhenProblem.UNCLEAR: "answer_time_unclear",
    WhenProblem.PAST: "answer_day_past",
}


def _yes_now(case: _Case, answer: Answer) -> Understood:
    """A yes to an emergency: the patient comes now; another day or hour stays a remark."""
    today = local_today(case.now, case.referral.district)
    names_time = answer.when_problem or answer.hour or answer.day not in (None, today)
    if names_time:
        return _yes_kept(case, answer, "facility_accepted_now")
    if not case.accept(None, False, answer.remark):
        return case.already()
    return case.noted_yes("facility_accepted_noted")


def _yes_kept(case: _Case, answer: Answer, template: str) -> Understood:
    """The yes stands and so does the expected day, today when that is over; the wish is a remark."""
    if case.referral.state is ReferralStatus.ACCEPTED:
        case.remark(answer.remark)
        if appointments.is_over(case.session, case.referral, case.now):
            case.reschedule(case.now, has_time=False)
    elif not case.accept(None, False, answer.remark):
        return case.already()
    return case.noted_yes(template)


def _no(case: _Case, answer: Answer) -> Understood:
    if not decline(
        case.bench, case.session, case.referral, case.actor, case.now, answer.note or None
    ):
        return case.already()
    return Understood("answer_no", _no_template(case), case.values(), case.referral.id)


def _no_template(case: _Case) -> str:
    """What comes of a no: another centre, the district's duty phone, or only the desk."""
    if case.referral.state is ReferralStatus.SENT:
        return "facility_declined_noted"
    is_told = contacts.of_district(case.session, case.referral.district, case.now) is not None
    return "facility_declined_last" if is_told else "facility_declined_desk"


def _moment(case: _Case, answer: Answer) -> _When:
    """The day and hour of an answer in the district's zone; an hour that is over is a past day.

    An hour alone is one of the day on which the patient is expected already.
    """
    if answer.when_problem is not None or (answer.day is None and answer.hour is None):
        return _When(problem=answer.when_problem)
    referral = case.referral
    day = answer.day or appointments.expected_day(case.session, referral, case.now)
    opens = referral.facility.opens_minute if referral.facility else 480
    hour = answer.hour or time(opens // 60, opens % 60)
    starts_at = datetime.combine(day, hour, ZoneInfo(referral.district.timezone))
    if answer.hour is not None and starts_at < case.now:
        return _When(problem=WhenProblem.PAST)
    return _When(starts_at, answer.hour is not None)
