"""What came in and waits for a person: SMS not understood, and calls that could not be read."""

from uuid import UUID

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from mhealth.store.messages import NEEDS_PERSON, InboundMessage, UnreadCall
from mhealth.store.pages import AnySelect, Order, Page, Turn, read_page
from mhealth.store.referrals import Referral
from mhealth.store.scope import Scope


def waiting_sms(
    session: Session, scope: Scope, turn: Turn | None = None
) -> Page[tuple[InboundMessage, Referral | None]]:
    """SMS that need a person, newest first, each with the referral it speaks of."""
    here = scope.holds_or_strays(InboundMessage.district_id)
    order = Order(
        at=InboundMessage.received_at, id=InboundMessage.id, uid=InboundMessage.uid, within=here
    )
    query: AnySelect = (
        select(InboundMessage, Referral)
        .outerjoin(Referral, Referral.id == InboundMessage.referral_id)
        .where(here, NEEDS_PERSON)
    )
    return read_page(session, query, order, turn, lambda row: (row[0], row[1]), lambda r: r[0].uid)


def unread_calls(session: Session, scope: Scope, turn: Turn | None = None) -> Page[UnreadCall]:
    """Carriers' calls that could not be read; they have no district, so strays' takers see them."""
    if not scope.takes_strays:
        return Page([], None, None)
    order = Order(at=UnreadCall.received_at, id=UnreadCall.id, uid=UnreadCall.uid, within=true())
    query: AnySelect = select(UnreadCall)
    return read_page(session, query, order, turn, lambda row: row[0], lambda call: call.uid)


def count_inbox(session: Session, scope: Scope) -> int:
    """How many SMS need a person."""
    query = select(func.count()).where(
        scope.holds_or_strays(InboundMessage.district_id), NEEDS_PERSON
    )
    return session.scalar(query) or 0


def count_unread_calls(session: Session, scope: Scope) -> int:
    """How many calls could not be read."""
    if not scope.takes_strays:
        return 0
    return session.scalar(select(func.count()).select_from(UnreadCall)) or 0


def inbound_sms(session: Session, scope: Scope, uid: UUID) -> InboundMessage | None:
    """The SMS of this uid, None when there is none within the scope."""
    query = select(InboundMessage).where(
        InboundMessage.uid == uid, scope.holds_or_strays(InboundMessage.district_id)
    )
    return session.scalar(query)
