"""How much of each cap is spent: counts of SMS by number, district and channel, each a range of an index.

What was held back has no budget and is never counted. A message counts when it is due, so that one
put off until tomorrow is paid out of tomorrow's budget. A count stops at its cap.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import Session

from mhealth.domain.caps import Budget, Cap, Limits
from mhealth.store.messages import BUDGETED, Message
from mhealth.store.referrals import Referral

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
FIRST_QUESTION = "question:"
"""The intent of an SMS with which a dropped call begins to go on by SMS."""
STAFF_PHONES = 3
"""A patient concerns a health worker, a centre and a district: who reports from village to village
reaches no more staff phones' worth of SMS than that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """One SMS that asks for its place: to whom, out of which budget, when it is due."""

    msisdn_index: bytes
    budget: Budget
    channel: str
    due_at: datetime
    district_id: int | None = None
    referral_id: int | None = None


def day_of(moment: datetime) -> datetime:
    """When the day of a moment began, in UTC: the same for every process and district."""
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def spent_caps(session: Session, one: Spending, limits: Limits, one_caller: int) -> set[Cap]:
    """The caps that are used up, so that this SMS would be one too many; one statement."""
    counts = _counts(one, limits, one_caller)
    numbers = session.execute(select(*(query for _, query, _ in counts))).one()
    found = zip(counts, numbers, strict=True)
    return {cap for (cap, _, most), number in found if number >= most}


def _counts(
    one: Spending, limits: Limits, one_caller: int
) -> list[tuple[Cap, ScalarSelect[int], int]]:
    day = day_of(one.due_at)
    today = (Message.due_at >= day, Message.due_at < day + DAY)
    last_hour = (Message.due_at > one.due_at - HOUR, Message.due_at <= one.due_at)
    to_number = (
        BUDGETED,
        Message.msisdn_index == one.msisdn_index,
        Message.budget == one.budget.value,
    )
    on_channel = (BUDGETED, Message.channel == one.channel, Message.budget == one.budget.value)
    counts = [
        (Cap.NUMBER_HOUR, _count((*to_number, *last_hour), limits.number_hour), limits.number_hour),
        (Cap.NUMBER_DAY, _count((*to_number, *today), limits.number_day), limits.number_day),
        (Cap.CHANNEL_DAY, _count((*on_channel, *today), limits.channel_day), limits.channel_day),
    ]
    if one.district_id is not None:
        here = (
            BUDGETED,
            Message.district_id == one.district_id,
            Message.budget == one.budget.value,
        )
        most = limits.district_day
        counts.append((Cap.DISTRICT_DAY, _count((*here, *today), most), most))
    if one.budget is Budget.STAFF and one.referral_id is not None:
        because = (*today, _same_caller(one.referral_id))
        counts.append((Cap.ONE_CALLER_DAY, _count((*to_number, *because), one_caller), one_caller))
        to_staff, most = (BUDGETED, Message.budget == one.budget.value), STAFF_PHONES * one_caller
        counts.append((Cap.ONE_CALLER_DAY, _count((*to_staff, *because), most), most))
    return counts


def dialogues_begun(session: Session, msisdn_index: bytes, since: datetime, most: int) -> int:
    """How many dialogues went on by SMS to that number since, at most `most`."""
    begun = select(Message.id).where(
        BUDGETED,
        Message.msisdn_index == msisdn_index,
        Message.budget == Budget.DIALOGUE.value,
        Message.due_at > since,
        Message.dedupe_key.startswith(FIRST_QUESTION),
    )
    return len(session.scalars(begun.limit(most)).all())


def _same_caller(referral_id: int) -> Any:
    """The SMS speaks of a referral that the same phone reported; a referral without phone: none."""
    caller = select(Referral.phone_id).where(Referral.id == referral_id).scalar_subquery()
    theirs = select(Referral.id).where(Referral.phone_id == caller)
    return Message.referral_id.in_(theirs)


def _count(conditions: tuple[Any, ...], most: int) -> ScalarSelect[int]:
    rows = select(Message.id).where(*conditions).limit(most).subquery()
    return select(func.count()).select_from(rows).scalar_subquery()


def spent_today(
    session: Session, now: datetime, *, channel: str = "", district_id: int | None = None
) -> Mapping[Budget, int]:
    """How many SMS of each budget are due on this day: of a channel, or of one district."""
    day = day_of(now)
    place = (Message.channel == channel,)
    if district_id is not None:
        place = (Message.district_id == district_id,)
    today = (BUDGETED, *place, Message.due_at >= day, Message.due_at < day + DAY)
    counts = [_all(*today, Message.budget == budget.value) for budget in Budget]
    numbers = session.execute(select(*counts)).one()
    return dict(zip(Budget, numbers, strict=True))


def _all(*conditions: Any) -> ScalarSelect[int]:
    """One budget at a time: grouped, SQLite would walk through every day."""
    return select(func.count()).select_from(Message).where(*conditions).scalar_subquery()
