"""What the desk reads about referrals as a list: one line each, always within a scope."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from mhealth.domain.codes import LENGTH
from mhealth.domain.referral import WAITING_FOR_ANSWER, ReferralStatus
from mhealth.domain.triage import TriageClass
from mhealth.store.directory import Facility, Village
from mhealth.store.pages import AnySelect, Order, Page, Turn, read_page
from mhealth.store.referrals import WAITING, Referral, ReferralEvent
from mhealth.store.reports import Report
from mhealth.store.scope import Scope

OVERDUE_SHOWN = 25
_AGREED = and_(Referral.consent_given, Report.consent_given)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a list is narrowed to; None or empty: everything. `code` is how the code begins."""

    triage_class: TriageClass | None = None
    statuses: frozenset[ReferralStatus] = frozenset()
    village: UUID | None = None
    facility: UUID | None = None
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralLine:
    """One referral as a list shows it; names of places, nothing that names a person."""

    uid: UUID
    code: str
    triage_class: TriageClass
    status: ReferralStatus
    subject: str | None  # None without consent: who it is stays out of the desk
    age_days: int | None
    protocol: str | None
    village: str | None
    facility: str | None
    is_incomplete: bool
    consent_given: bool
    created_at: datetime
    answer_due_at: datetime | None
    was_escalated: bool

    def is_late(self, now: datetime) -> bool:
        """Nobody answered in time, whatever the class."""
        return is_late(self.status, self.answer_due_at, now, was_escalated=self.was_escalated)

    def stands_red(self, now: datetime) -> bool:
        """An emergency that nobody took up in time; red until somebody answers."""
        return self.triage_class is TriageClass.EMERGENCY and self.is_late(now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How many referrals still need a yes: emergencies, those of them past their time, others."""

    emergencies: int
    overdue: int
    others: int

    @property
    def total(self) -> int:
        """All that need an answer."""
        return self.emergencies + self.others


def is_late(
    status: ReferralStatus, answer_due_at: datetime | None, now: datetime, *, was_escalated: bool
) -> bool:
    """The same rule as the query of `overdue_referrals`, for any class.

    Once the district was told it stays late until somebody says yes, also while a next centre is
    asked and has its time.
    """
    is_past_due = answer_due_at is not None and answer_due_at <= now
    return status in WAITING_FOR_ANSWER and (was_escalated or is_past_due)


def referral_page(
    session: Session, scope: Scope, wanted: Wanted, turn: Turn | None = None
) -> Page[ReferralLine]:
    """A page of the referrals wanted, newest first."""
    order = Order(
        at=Referral.created_at,
        id=Referral.id,
        uid=Referral.uid,
        within=scope.holds(Referral.district_id),
    )
    query = _narrow(_lines(scope), wanted)
    return read_page(session, query, order, turn, _line, lambda line: line.uid)


def overdue_referrals(session: Session, scope: Scope, now: datetime) -> list[ReferralLine]:
    """Emergencies without an answer past their time, the longest waiting first."""
    query = _lines(scope).where(*_overdue(now))
    query = query.order_by(Referral.created_at, Referral.id).limit(OVERDUE_SHOWN)
    return [_line(row) for row in session.execute(query)]


def count_waiting(session: Session, scope: Scope, now: datetime) -> Waiting:
    """What needs an answer now."""
    query = (
        select(Referral.triage_class, func.count())
        .where(scope.holds(Referral.district_id), WAITING)
        .group_by(Referral.triage_class)
    )
    counts: dict[str, int] = {row[0]: row[1] for row in session.execute(query)}
    overdue = select(func.count()).where(scope.holds(Referral.district_id), *_overdue(now))
    emergencies = counts.pop(TriageClass.EMERGENCY.value, 0)
    return Waiting(
        emergencies=emergencies,
        overdue=session.scalar(overdue) or 0,
        others=sum(counts.values()),
    )


def village_choices(session: Session, scope: Scope) -> list[tuple[UUID, str]]:
    """(uid, name) of the villages within scope, by name."""
    query = select(Village.uid, Village.name).where(scope.holds(Village.district_id))
    return [(row[0], row[1]) for row in session.execute(query.order_by(Village.name, Village.id))]


def facility_choices(session: Session, scope: Scope) -> list[tuple[UUID, str]]:
    """(uid, name) of the facilities within scope, by name."""
    query = select(Facility.uid, Facility.name).where(scope.holds(Facility.district_id))
    return [(row[0], row[1]) for row in session.execute(query.order_by(Facility.name, Facility.id))]


def _overdue(now: datetime) -> tuple[Any, ...]:
    return (
        WAITING,
        Referral.triage_class == TriageClass.EMERGENCY.value,
        or_(Referral.answer_due_at <= now, _was_escalated()),
    )


def _was_escalated() -> ColumnElement[bool]:
    """The district was told, ever: `escalated_at` is cleared when a next centre is asked."""
    told = exists().where(
        ReferralEvent.referral_id == Referral.id, ReferralEvent.kind == "escalated"
    )
    return or_(Referral.escalated_at.is_not(None), told)


def _lines(scope: Scope) -> AnySelect:
    return (
        select(
            Referral.uid,
            Referral.code,
            Referral.triage_class,
            Referral.status,
            _if_agreed(Report.subject).label("subject"),
            _if_agreed(Report.age_days).label("age_days"),
            _if_agreed(Report.protocol).label("protocol"),
            Village.name.label("village"),
            Facility.name.label("facility"),
            Referral.is_incomplete,
            _AGREED.label("consent_given"),
            Referral.created_at,
            Referral.answer_due_at,
            _was_escalated().label("was_escalated"),
        )
        .join(Report, Report.id == Referral.report_id)
        .outerjoin(Village, Village.id == Referral.village_id)
        .outerjoin(Facility, Facility.id == Referral.facility_id)
        .where(scope.holds(Referral.district_id))
    )


def _if_agreed(column: Any) -> Any:
    """What tells who the patient is does not leave the database without consent."""
    return case((_AGREED, column))


def _narrow(query: AnySelect, wanted: Wanted) -> AnySelect:
    if wanted.triage_class is not None:
        query = query.where(Referral.triage_class == wanted.triage_class.value)
    if wanted.statuses == WAITING_FOR_ANSWER:
        query = query.where(WAITING)
    elif wanted.statuses:
        query = query.where(Referral.status.in_(sorted(s.value for s in wanted.statuses)))
    if wanted.village is not None:
        query = query.where(Village.uid == wanted.village)
    if wanted.facility is not None:
        query = query.where(Facility.uid == wanted.facility)
    if len(wanted.code) == LENGTH:
        query = query.where(Referral.code == wanted.code)
    elif wanted.code:
        query = query.where(Referral.code.startswith(wanted.code, autoescape=True))
    return query


def _line(row: Any) -> ReferralLine:
    fields = row._asdict()
    fields["triage_class"] = TriageClass(fields["triage_class"])
    fields["status"] = ReferralStatus(fields["status"])
    for claim in ("was_escalated", "consent_given"):
        fields[claim] = bool(fields[claim])
    return ReferralLine(**fields)
