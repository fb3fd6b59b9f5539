"""Referrals, their events and their appointments (FHIR ServiceRequest + Task, Appointment)."""

from datetime import datetime, timedelta

from sqlalchemy import Exists, ForeignKey, Index, Select, String, exists, or_, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from mhealth.domain.message import Recipient
from mhealth.domain.referral import OPEN, ReferralStatus
from mhealth.domain.triage import TriageClass
from mhealth.store.database import Base, Row, moment_ms
from mhealth.store.directory import District, Facility, Village
from mhealth.store.duty_phones import DutyPhone
from mhealth.store.messages import LOST, Message
from mhealth.store.people import Person, Phone
from mhealth.store.reports import Report
from mhealth.store.sealed import Sealed, SealedColumn

WAITING = text("status IN ('declined', 'sent')")
"""Somebody must still say yes; literal, so that the partial index of these few rows serves it."""


UNDER_WAY = text(
    "status IN ('sent', 'accepted', 'declined', 'en_route', 'arrived', 'admitted', 'transferred')"
)
"""The patient's way is not over: no word yet of what became of it."""


_NOT_TAKEN_UP = text("answered_at IS NULL AND escalated_at IS NULL")
"""On the clock of escalation: nobody answered and nobody was told; few at any time."""


class Referral(Row, Base):
    """One patient sent to a facility; `code` is what people type."""

    __tablename__ = "referrals"
    __table_args__ = (
        Index("ix_referrals_district_newest", "district_id", "created_at", "id"),
        Index(
            "ix_referrals_answer_due",
            "answer_due_at",
            sqlite_where=_NOT_TAKEN_UP,
            postgresql_where=_NOT_TAKEN_UP,
        ),
        Index(
            "ix_referrals_waiting",
            "district_id",
            "triage_class",
            sqlite_where=WAITING,
            postgresql_where=WAITING,
        ),
        Index(
            "ix_referrals_under_way",
            "triage_class",
            "status",
            sqlite_where=UNDER_WAY,
            postgresql_where=UNDER_WAY,
        ),
    )
    code: Mapped[str] = mapped_column(String(7), unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    village_id: Mapped[int | None] = mapped_column(ForeignKey("villages.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    phone_id: Mapped[int | None] = mapped_column(ForeignKey("phones.id"), index=True)
    health_worker_id: Mapped[int | None] = mapped_column(
        ForeignKey("health_workers.id"), index=True
    )  # who follows it: the one who reported, else the village's
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"), unique=True)
    facility_id: Mapped[int | None] = mapped_column(ForeignKey("facilities.id"), index=True)
    triage_class: Mapped[str] = mapped_column(String(12))
    status: Mapped[str] = mapped_column(String(24), default=ReferralStatus.SENT.value)
    is_incomplete: Mapped[bool] = mapped_column(default=False)  # the call ended before its end
    consent_given: Mapped[bool]
    created_at: Mapped[datetime]
    answer_due_at: Mapped[datetime | None]  # when an unanswered one goes up; None: no clock runs
    answered_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)
    district: Mapped[District] = relationship()
    village: Mapped[Village | None] = relationship()
    person: Mapped[Person] = relationship()
    phone: Mapped[Phone | None] = relationship()
    report: Mapped[Report] = relationship()
    facility: Mapped[Facility | None] = relationship()
    __mapper_args__ = {
        "version_id_col": revision
    }  # two who move it at once: the second one is told

    @property
    def klass(self) -> TriageClass:
        """The class as a word of the domain."""
        return TriageClass(self.triage_class)

    @property
    def state(self) -> ReferralStatus:
        """The status as a word of the domain."""
        return ReferralStatus(self.status)


class ReferralEvent(Row, Base):
    """One move or note in a referral's life; append-only."""

    __tablename__ = "referral_events"
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    referral_id: Mapped[int] = mapped_column(ForeignKey("referrals.id"), index=True)
    kind: Mapped[str] = mapped_column(String(24))  # created, moved, escalated, completed, noted
    status_from: Mapped[str | None] = mapped_column(String(24))
    status_to: Mapped[str | None] = mapped_column(String(24))
    actor_kind: Mapped[str] = mapped_column(
        String(16)
    )  # caller, health_worker, facility, staff, clock
    actor_id: Mapped[int | None]
    facility_id: Mapped[int | None] = mapped_column(ForeignKey("facilities.id"))
    channel: Mapped[str] = mapped_column(String(8))  # ussd, sms, desk, clock
    note_sealed: Mapped[SealedColumn | None]
    at: Mapped[datetime]
    note = Sealed("note_sealed")
    facility: Mapped[Facility | None] = relationship()


class Appointment(Row, Base):
    """When the patient is expected at the facility (FHIR Appointment)."""

    __tablename__ = "appointments"
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    referral_id: Mapped[int] = mapped_column(ForeignKey("referrals.id"), index=True)
    facility_id: Mapped[int | None] = mapped_column(ForeignKey("facilities.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))  # now, today, day (a date), time (a date and hour)
    starts_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(12), default="proposed")  # booked, cancelled
    created_at: Mapped[datetime]
    facility: Mapped[Facility | None] = relationship()


def referral_by_code(session: Session, code: str) -> Referral | None:
    """The referral with this code."""
    return session.scalar(select(Referral).where(Referral.code == code))


def referral_of_report(session: Session, report: Report) -> Referral | None:
    """The referral that a report led to."""
    return session.scalar(select(Referral).where(Referral.report_id == report.id))


def appointment_of(session: Session, referral_id: int) -> Appointment | None:
    """The appointment that stands: the newest that is not cancelled."""
    query = select(Appointment).where(
        Appointment.referral_id == referral_id, Appointment.status != "cancelled"
    )
    return session.scalar(query.order_by(Appointment.id.desc()).limit(1))


CONTINUED_WITHIN = timedelta(hours=1)
"""Who redials so soon about the same patient goes on with the same referral."""


def unfinished_of(session: Session, report: Report, now: datetime) -> Referral | None:
    """The referral of a dropped call that this report repeats: same phone, relation and protocol."""
    if report.phone_id is None:
        return None
    query = (
        select(Referral)
        .join(Report, Report.id == Referral.report_id)
        .where(
            Referral.phone_id == report.phone_id,
            Referral.is_incomplete,
            Referral.status == ReferralStatus.SENT.value,
            Referral.created_at > now - CONTINUED_WITHIN,
            Report.relation == report.relation,
            Report.protocol == report.protocol,
        )
    )
    return session.scalar(query.order_by(Referral.id.desc()).limit(1))


MOST_LISTED = 32
"""A keypad's list is no archive: the newest so many."""


def open_referrals_of_phone(session: Session, phone_id: int) -> list[Referral]:
    """Open referrals reported from a phone, newest first."""
    query = select(Referral).where(
        Referral.phone_id == phone_id, Referral.status.in_([s.value for s in OPEN])
    )
    return list(session.scalars(query.order_by(Referral.id.desc()).limit(MOST_LISTED)))


def open_referrals_of_worker(session: Session, worker_id: int) -> list[Referral]:
    """Open referrals that a health worker follows, newest first."""
    query = select(Referral).where(
        Referral.health_worker_id == worker_id, Referral.status.in_([s.value for s in OPEN])
    )
    return list(session.scalars(query.order_by(Referral.id.desc()).limit(MOST_LISTED)))


def unreached(session: Session, limit: int = 100) -> list[Referral]:
    """Those waiting for a centre that could not be told: the SMS to its duty phone will not arrive."""
    query = (
        _with_lost_message_to(Recipient.FACILITY)
        .join(Facility, Facility.id == Referral.facility_id)
        .where(
            or_(Message.msisdn_index == Facility.duty_index, _is_a_duty_phone_of_it()),
            Referral.status == ReferralStatus.SENT.value,
            _NOT_TAKEN_UP,
        )
    )
    return _distinct(session, query, limit)


def _is_a_duty_phone_of_it() -> Exists:
    """The number is still on the facility's roster: who was replaced since keeps nobody waiting."""
    return exists().where(
        DutyPhone.facility_id == Facility.id,
        DutyPhone.msisdn_index == Message.msisdn_index,
        DutyPhone.closed_at.is_(None),
    )


def worker_unreached(session: Session, limit: int = 100) -> list[Referral]:
    """Emergencies whose health worker cannot be told, and of whom nobody was told that."""
    noted = exists().where(
        ReferralEvent.referral_id == Referral.id, ReferralEvent.kind == "worker_unreached"
    )
    query = _with_lost_message_to(Recipient.HEALTH_WORKER).where(
        Referral.triage_class == TriageClass.EMERGENCY.value,
        Referral.status.in_([status.value for status in OPEN]),
        ~noted,
    )
    return _distinct(session, query, limit)


LOST_WITHIN_MS = 2 * 86_400_000
"""Who could not be told is looked for among the messages lost in the last two days."""


def _with_lost_message_to(recipient: Recipient) -> Select[Referral]:
    return (
        select(Referral)
        .join(Message, Message.referral_id == Referral.id)
        .where(
            LOST,
            Message.final_ms > moment_ms() - LOST_WITHIN_MS,
            Message.recipient == recipient.value,
        )
    )


def _distinct(session: Session, query: Select[Referral], limit: int) -> list[Referral]:
    """Each referral once, oldest first."""
    return list(dict.fromkeys(session.scalars(query.order_by(Referral.id).limit(limit))))


def unanswered(session: Session, now: datetime, limit: int = 100) -> list[Referral]:
    """Those whose time for an answer is over and that were not yet taken up."""
    query = select(Referral).where(Referral.answer_due_at <= now, _NOT_TAKEN_UP)
    return list(session.scalars(query.order_by(Referral.answer_due_at).limit(limit)))
