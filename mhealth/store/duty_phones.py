"""Duty phones by weekday and hour, beside the one phone that a facility or district always has."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ForeignKey, Index, LargeBinary, String, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from mhealth.store.database import Base, Row
from mhealth.store.directory import District, Facility
from mhealth.store.sealed import Sealed, SealedColumn

OPEN = text("closed_at IS NULL")
DAY_MINUTES = 1440


class DutyPhone(Row, Base):
    """Who answers for a facility, or for the district itself, in one shift of the week.

    A shift that ends at or before the minute when it begins goes on into the next day.
    """

    __tablename__ = "duty_phones"
    __table_args__ = (
        Index("ix_duty_phones_number", "msisdn_index", sqlite_where=OPEN, postgresql_where=OPEN),
    )
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"), index=True)
    facility_id: Mapped[int | None] = mapped_column(ForeignKey("facilities.id"), index=True)
    weekdays: Mapped[str] = mapped_column(String(16))  # on which it begins, ISO: 1=Monday
    from_minute: Mapped[int]  # after local midnight
    until_minute: Mapped[int]
    msisdn_sealed: Mapped[SealedColumn]
    msisdn_index: Mapped[bytes] = mapped_column(LargeBinary(16))
    closed_at: Mapped[datetime | None]
    msisdn = Sealed("msisdn_sealed")
    district: Mapped[District] = relationship()
    facility: Mapped[Facility | None] = relationship()


@dataclass(frozen=True, slots=True)
class Moment:
    """A minute of the week as a district's clocks show it."""

    weekday: int  # ISO
    minute: int


def on_duty(
    session: Session, district: District, facility: Facility | None, now: datetime
) -> DutyPhone | None:
    """The phone whose shift it is; of several the one whose shift began last. None: the standing one.

    `facility` None asks for the district's own.
    """
    query = select(DutyPhone).where(DutyPhone.closed_at.is_(None))
    if facility is not None:
        query = query.where(DutyPhone.facility_id == facility.id)
    else:
        query = query.where(DutyPhone.district_id == district.id, DutyPhone.facility_id.is_(None))
    local = now.astimezone(ZoneInfo(district.timezone))
    moment = Moment(local.isoweekday(), local.hour * 60 + local.minute)
    ages = ((since_beginning(row, moment), row) for row in session.scalars(query))
    present = [(age, row.id, row) for age, row in ages if age is not None]
    return min(present)[2] if present else None


def since_beginning(shift: DutyPhone, moment: Moment) -> int | None:
    """Minutes since the shift that holds this moment began; None when none does."""
    length = (shift.until_minute - shift.from_minute - 1) % DAY_MINUTES + 1
    for days_ago in (0, 1):
        weekday = (moment.weekday - 1 - days_ago) % 7 + 1
        age = moment.minute - shift.from_minute + days_ago * DAY_MINUTES
        if str(weekday) in shift.weekdays.split(",") and 0 <= age < length:
            return age
    return None
