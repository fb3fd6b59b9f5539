"""People and phones: a phone is not a person; consent and language belong to the phone that gave them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from mhealth.domain.msisdn import Msisdn
from mhealth.store.database import Base, BigKey, Row
from mhealth.store.directory import Village
from mhealth.store.sealed import Sealed, SealedColumn


class Phone(Row, Base):
    """A number that has called or written, with what was agreed on it."""

    __tablename__ = "phones"
    district_id: Mapped[int | None] = mapped_column(ForeignKey("districts.id"), index=True)
    msisdn_sealed: Mapped[SealedColumn]
    msisdn_index: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)
    language: Mapped[str | None] = mapped_column(String(8))  # None until somebody chose one
    village_id: Mapped[int | None] = mapped_column(ForeignKey("villages.id"))
    consent: Mapped[str] = mapped_column(String(8), default="")  # "", given or refused: the latest
    messages_on: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    msisdn = Sealed("msisdn_sealed")
    village: Mapped[Village | None] = relationship()


class Consent(Row, Base):
    """One answer to the question of consent; never changed, the latest counts."""

    __tablename__ = "consents"
    district_id: Mapped[int | None] = mapped_column(ForeignKey("districts.id"), index=True)
    phone_id: Mapped[int] = mapped_column(ForeignKey("phones.id"), index=True)
    subject: Mapped[str] = mapped_column(String(16))  # referral, messages
    given: Mapped[bool]
    text_version: Mapped[str] = mapped_column(String(16))  # content hash of the flow that asked
    language: Mapped[str] = mapped_column(String(8))
    channel: Mapped[str] = mapped_column(String(8))  # ussd, sms
    at: Mapped[datetime]


class Person(Row, Base):
    """Somebody who is ill or expecting (FHIR Patient at the border); known by a phone, not by name."""

    __tablename__ = "persons"
    __table_args__ = (Index("ix_persons_phone_relation", "phone_id", "relation"),)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"), index=True)
    village_id: Mapped[int | None] = mapped_column(ForeignKey("villages.id"))
    phone_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("phones.id"))
    relation: Mapped[str] = mapped_column(String(16))  # self, child, woman, other: to the phone
    created_at: Mapped[datetime]
    village: Mapped[Village | None] = relationship()
    phone: Mapped[Phone | None] = relationship()


def phone_by_msisdn(session: Session, msisdn_index: bytes) -> Phone | None:
    """The phone with this number, if it ever called or wrote."""
    return session.scalar(select(Phone).where(Phone.msisdn_index == msisdn_index))


def write_phone(session: Session, msisdn: Msisdn, msisdn_index: bytes, now: datetime) -> Phone:
    """Write a number down for the first time; when another call is doing so, take that row."""
    phone = Phone(msisdn_index=msisdn_index, created_at=now)
    phone.msisdn = msisdn.e164
    try:
        with session.begin_nested():
            session.add(phone)
    except IntegrityError:
        known = phone_by_msisdn(session, msisdn_index)
        if known is None:
            raise
        return known
    return phone
