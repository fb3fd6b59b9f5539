"""What met a cap: held back, put off, or sent all the same; for the desk and the metrics.

Times are of the handed-in clock, as the caps are. Every read goes by the small index of what met one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from mhealth.domain.caps import Budget, Cap
from mhealth.domain.message import MessageState, Recipient
from mhealth.store.messages import CAPPED, Message
from mhealth.store.pages import AnySelect, Order, Page, Turn, read_page
from mhealth.store.referrals import Referral
from mhealth.store.scope import Scope
from mhealth.store.spending import HOUR, day_of

LOOK_BACK = timedelta(days=7)


class Fate(StrEnum):
    """What became of an SMS that met a cap."""

    HELD = "held"
    PUT_OFF = "put_off"
    SENT = "sent"  # an emergency to staff: above its limit, and never held back


@dataclass(frozen=True, slots=True, kw_only=True)
class CappedMessage:
    """One such SMS, without its number and text; `due_at` is when one put off goes or went."""

    uid: UUID
    referral: UUID | None
    code: str | None
    recipient: Recipient
    cap: Cap
    fate: Fate
    state: MessageState
    due_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CapAlarm:
    """What somebody should hear of now: emergencies above their limit, totals that are spent."""

    emergencies: int
    totals: frozenset[Cap]

    @property
    def is_on(self) -> bool:
        """True when there is something to say."""
        return bool(self.emergencies or self.totals)


def cap_alarm(session: Session, scope: Scope, now: datetime) -> CapAlarm:
    """Emergencies to staff above their limit in the last hour; today's totals that hold SMS back."""
    here = (CAPPED, scope.holds_or_strays(Message.district_id))
    flood = select(func.count()).where(
        *here,
        Message.created_at > now - HOUR,
        Message.budget == Budget.STAFF_EMERGENCY.value,
    )
    totals = (Cap.DISTRICT_DAY.value, Cap.CHANNEL_DAY.value)
    spent = select(Message.cap).distinct()
    spent = spent.where(
        *here, Message.created_at >= day_of(now), _is_held(), Message.cap.in_(totals)
    )
    return CapAlarm(
        emergencies=session.scalar(flood) or 0,
        totals=frozenset(Cap(cap) for cap in session.scalars(spent) if cap),
    )


def capped_since(
    session: Session, since: datetime, scope: Scope | None = None
) -> Mapping[tuple[Cap, Fate], int]:
    """How many SMS met each cap since then, by what became of them; everywhere without a scope."""
    where: list[Any] = [CAPPED, Message.created_at > since]
    if scope is not None:
        where.append(scope.holds_or_strays(Message.district_id))
    query = select(Message.cap, Message.budget, func.count()).where(*where)
    found: dict[tuple[Cap, Fate], int] = {}
    for cap, budget, number in session.execute(query.group_by(Message.cap, Message.budget)):
        key = (Cap(cap or ""), _fate(budget))
        found[key] = found.get(key, 0) + number
    return found


def capped_messages(
    session: Session, scope: Scope, now: datetime, turn: Turn | None = None
) -> Page[CappedMessage]:
    """What met a cap within `LOOK_BACK`, newest first."""
    here = scope.holds_or_strays(Message.district_id)
    order = Order(at=Message.created_at, id=Message.id, uid=Message.uid, within=here)
    query: AnySelect = (
        select(
            Message.uid, Referral.uid, Referral.code, Message.recipient, Message.cap,
            Message.budget, Message.state, Message.due_at, Message.created_at,
        )
        .outerjoin(Referral, Referral.id == Message.referral_id)
        .where(CAPPED, here, Message.created_at > now - LOOK_BACK)
    )  # fmt: skip
    return read_page(session, query, order, turn, _capped, lambda row: row.uid)


def _capped(row: Any) -> CappedMessage:
    return CappedMessage(
        uid=row[0],
        referral=row[1],
        code=row[2],
        recipient=Recipient(row[3]),
        cap=Cap(row[4]),
        fate=_fate(row[5]),
        state=MessageState(row[6]),
        due_at=row[7],
        created_at=row[8],
    )


def _fate(budget: str | None) -> Fate:
    if budget is None:
        return Fate.HELD
    return Fate.SENT if budget == Budget.STAFF_EMERGENCY else Fate.PUT_OFF


def _is_held() -> ColumnElement[bool]:
    return Message.budget.is_(None)
