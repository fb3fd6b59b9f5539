"""A sender's way with a message: claim it, begin the call, write how it ended; fenced by a token.

Every claim has a fresh token, and each later write asks for it: whoever lost the message (its lease
ran out and somebody else took it) changes nothing. Leases live by the database's clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import CTE, ColumnElement, Update, select, update
from sqlalchemy.orm import Session

from mhealth.domain.gateway import OutboundSms
from mhealth.domain.message import Lane, MessageState
from mhealth.domain.msisdn import Msisdn
from mhealth.store.database import database_now_ms
from mhealth.store.messages import READY, Message
from mhealth.store.troubles import Line, troubles_by_line

_OURS = [MessageState.LEASED.value, MessageState.SENDING.value, MessageState.UNCERTAIN.value]
NEXT = (Message.queued_ms, Message.id)
"""The order within a line: who has been ready longest. By the id alone PostgreSQL would walk the
primary key through all history; no index but that of ready messages has this order."""
_BEGUN = [MessageState.SENDING.value, MessageState.UNCERTAIN.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A message that a sender holds until its lease ends.

    `attempts` counts this one too; `failures` is how often its line failed in a row before; `trace`
    is that of the call that caused the message.
    """

    id: int
    line: Line
    token: str
    attempts: int
    failures: int = 0
    trace: str | None = None


def claim_next(
    session: Session, lines: Sequence[Line], *, lease_ms: int, size: int = 1
) -> list[Claim]:
    """Claim up to `size` ready messages of the first line that has any and is not held.

    An emergency is claimed alone, so that none waits behind another one's call.
    """
    troubles = troubles_by_line(session)
    for line in lines:
        trouble = troubles.get(line)
        if trouble is not None and trouble.is_held:
            continue
        failures = trouble.failures if trouble else 0
        claims = _claim(
            session, line, lease_ms, 1 if line.lane is Lane.EMERGENCY else size, failures
        )
        if claims:
            return claims
    return []


def _claim(session: Session, line: Line, lease_ms: int, size: int, failures: int) -> list[Claim]:
    token = uuid4().hex
    first = picked(READY, *of_line(line), order=NEXT, limit=size)
    taken = session.execute(
        moved(first)
        .values(
            state=MessageState.LEASED.value,
            claim_token=token,
            lease_until_ms=database_now_ms() + lease_ms,
            attempts=Message.attempts + 1,
        )
        .returning(Message.id, Message.attempts, Message.trace)
    )
    return [
        Claim(id=id_, line=line, token=token, attempts=attempts, failures=failures, trace=trace)
        for id_, attempts, trace in sorted(taken, key=lambda row: row[0])
    ]


def claim_own(session: Session, message: Message, *, lease_ms: int) -> Claim:
    """Claim a message in the transaction that writes it: no other sender ever sees it ready."""
    token = uuid4().hex
    message.state = MessageState.LEASED.value
    message.claim_token = token
    message.lease_until_ms = database_now_ms() + lease_ms
    message.attempts = 1
    session.flush()
    return Claim(
        id=message.id, line=Line(message.channel, Lane(message.lane)), token=token, attempts=1
    )


def of_line(line: Line) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The condition of a line, in the order of its index."""
    return Message.channel == line.channel, Message.lane_rank == line.lane.rank


def picked(*conditions: Any, order: Sequence[Any], limit: int) -> CTE:
    """Rows to be changed, locked where the database locks rows; those that others hold are left out."""
    rows = select(Message.id).where(*conditions).order_by(*order).limit(limit)
    return rows.with_for_update(skip_locked=True).cte("picked")


def moved(rows: CTE) -> Update:
    """An update of picked rows."""
    return (
        update(Message)
        .where(Message.id.in_(select(rows.c.id)))
        .execution_options(synchronize_session=False)
    )


def open_letter(session: Session, claim: Claim) -> OutboundSms:
    """The number and text of a claimed message. Raises SealError or NotAMsisdn for a broken one."""
    row = session.get_one(Message, claim.id)
    return OutboundSms(msisdn=Msisdn(row.msisdn), text=row.body, reference=row.uid.hex)


def begin_sending(session: Session, claim: Claim, *, lease_ms: int) -> bool:
    """To be committed before the call to the carrier; False: leave it, somebody else holds it."""
    return _written(
        session,
        _fenced(claim, [MessageState.LEASED.value]).values(
            state=MessageState.SENDING.value,
            sending_ms=database_now_ms(),
            lease_until_ms=database_now_ms() + lease_ms,
        ),
    )


def mark_accepted(
    session: Session, claim: Claim, carrier_id: str | None, cost: str | None = None
) -> bool:
    """The carrier took it. False: the message has moved on without us."""
    return _written(
        session,
        _fenced(claim, _BEGUN).values(
            state=MessageState.ACCEPTED.value,
            carrier_id=carrier_id,
            cost=cost,
            accepted_ms=database_now_ms(),
            failure=None,
        ),
    )


def mark_uncertain(session: Session, claim: Claim, failure: str) -> bool:
    """The call began and its answer is unknown; the token stays, for an answer that comes late."""
    values = {"state": MessageState.UNCERTAIN.value, "failure": failure}
    return _written(session, _fenced(claim, _BEGUN).values(**values))


def mark_over(session: Session, claim: Claim, state: MessageState, failure: str) -> bool:
    """The end of a message that cannot be sent: `failed` or `dead`."""
    return _written(
        session,
        _fenced(claim, _OURS).values(
            state=state.value, failure=failure, final_ms=database_now_ms()
        ),
    )


def put_back(
    session: Session, claim: Claim, failure: str, *, delay_ms: int, is_forgiven: bool
) -> bool:
    """Queue it again for later: nothing left for the carrier.

    `is_forgiven`: the try was the channel's fault and does not count against the message.
    """
    return _written(
        session,
        _fenced(claim, _OURS).values(
            state=MessageState.QUEUED.value,
            claim_token=None,
            retry_at_ms=database_now_ms() + max(1, delay_ms),
            attempts=Message.attempts - (1 if is_forgiven else 0),
            failure=failure,
        ),
    )


def _fenced(claim: Claim, states: list[str]) -> Update:
    return (
        update(Message)
        .where(
            Message.id == claim.id, Message.claim_token == claim.token, Message.state.in_(states)
        )
        .execution_options(synchronize_session=False)
    )


def _written(session: Session, change: Update) -> bool:
    return session.scalar(change.returning(Message.id)) is not None
