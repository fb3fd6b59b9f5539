"""Letters that have not left yet, taken from under their sender: to another number, or to nobody.

A letter whose call has begun is left alone: nobody knows whether it arrived. A leased one is taken
back; its sender's token no longer fits, so `begin_sending` tells it to leave the letter.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from mhealth.domain.message import MessageState, Recipient
from mhealth.domain.msisdn import Msisdn
from mhealth.store.database import database_now_ms
from mhealth.store.messages import Message

UNSENT = (MessageState.QUEUED.value, MessageState.LEASED.value)


def unsent_to_worker(session: Session, msisdn_index: bytes) -> list[Message]:
    """Every letter to a health worker on this number whose call has not begun, locked till commit."""
    return unsent_to(session, [msisdn_index], Recipient.HEALTH_WORKER)


def unsent_to(
    session: Session, msisdn_indices: Sequence[bytes], recipient: Recipient
) -> list[Message]:
    """Likewise for any of some numbers, in one role."""
    query = select(Message).where(
        Message.msisdn_index.in_(msisdn_indices),
        Message.recipient == recipient.value,
        Message.state.in_(UNSENT),
    )
    return list(session.scalars(query.order_by(Message.id).with_for_update()))


def readdress(message: Message, msisdn: Msisdn, msisdn_index: bytes) -> None:
    """Queue an unsent letter for another number."""
    message.msisdn, message.msisdn_index = msisdn.e164, msisdn_index
    message.state = MessageState.QUEUED.value
    message.claim_token = None


def cancel(message: Message, reason: str) -> None:
    """An unsent letter that shall not leave."""
    message.state = MessageState.CANCELLED.value
    message.claim_token = None
    message.failure = reason
    message.final_ms = database_now_ms()
