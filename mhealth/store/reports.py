"""Reports: what somebody said over the phone, and the class that the rules gave it."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from mhealth.store.database import Base, Row
from mhealth.store.directory import HealthWorker, Village
from mhealth.store.people import Person, Phone
from mhealth.store.sealed import Sealed, SealedColumn


class Report(Row, Base):
    """One report of illness (FHIR QuestionnaireResponse at the border).

    `answers` is the JSON of sign -> yes/no, sealed. A dialogue that goes on after a drop keeps the key
    of the session that it began in, and counts its steps on.
    """

    __tablename__ = "reports"
    __table_args__ = (UniqueConstraint("ussd_session_key", "step"),)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"), index=True)
    village_id: Mapped[int | None] = mapped_column(ForeignKey("villages.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    phone_id: Mapped[int | None] = mapped_column(ForeignKey("phones.id"), index=True)
    health_worker_id: Mapped[int | None] = mapped_column(ForeignKey("health_workers.id"))
    ussd_session_key: Mapped[str] = mapped_column(String(160))
    step: Mapped[int]
    relation: Mapped[str] = mapped_column(
        String(16)
    )  # self, child, woman, other; patient of a worker
    subject: Mapped[str] = mapped_column(String(16))  # domain.triage.Subject
    age_days: Mapped[int | None]
    protocol: Mapped[str] = mapped_column(String(32))
    protocol_version: Mapped[str] = mapped_column(String(16))
    answers_sealed: Mapped[SealedColumn]
    triage_class: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(12))  # what decided: rule, missing, otherwise
    rules: Mapped[list[str]] = mapped_column(JSON)  # ids of the rules that matched, deciding first
    missing: Mapped[list[str]] = mapped_column(JSON)  # signs that were not asked or not answered
    is_complete: Mapped[bool]
    consent_given: Mapped[bool]
    language: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[datetime]
    call_started_ms: Mapped[int | None] = mapped_column(BigInteger)  # once the session is swept
    call_ended_ms: Mapped[int | None] = mapped_column(BigInteger)
    call_outcome: Mapped[str | None] = mapped_column(String(12))
    answers = Sealed("answers_sealed")
    village: Mapped[Village | None] = relationship()
    person: Mapped[Person] = relationship()
    phone: Mapped[Phone | None] = relationship()
    health_worker: Mapped[HealthWorker | None] = relationship()


def report_of_session(session: Session, ussd_session_key: str) -> Report | None:
    """The latest report that this USSD session made."""
    query = select(Report).where(Report.ussd_session_key == ussd_session_key)
    return session.scalar(query.order_by(Report.step.desc()).limit(1))


def report_at(session: Session, ussd_session_key: str, step: int) -> Report | None:
    """The report that one turn of a session made."""
    query = select(Report).where(Report.ussd_session_key == ussd_session_key, Report.step == step)
    return session.scalar(query)
