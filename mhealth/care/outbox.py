"""Puts letters into the outbox: the row is written with the deed that caused it, sent after commit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mhealth.care.allowance import rule
from mhealth.care.workbench import Workbench
from mhealth.domain.caps import Budget, budget_of
from mhealth.domain.message import Lane, MessageState, Recipient
from mhealth.domain.msisdn import Msisdn
from mhealth.domain.trace import current_trace
from mhealth.sms.templates import Rendered
from mhealth.store.database import database_now_ms
from mhealth.store.messages import Message
from mhealth.store.spending import Spending

_RUNG = "rung_lanes"
_STAFF = frozenset({Recipient.HEALTH_WORKER, Recipient.FACILITY, Recipient.DISTRICT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """Who gets a letter, in what role and language.

    `is_staff` is asked for an answer to whoever wrote; the other roles tell by themselves.
    """

    recipient: Recipient
    msisdn: Msisdn
    language: str
    is_staff: bool = False

    @property
    def counts_as_staff(self) -> bool:
        """True for a phone that the district knows: its mail is paid out of a budget of its own."""
        return self.is_staff or self.recipient in _STAFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What is said and about what. `intent` names it: the same intent is written once for ever."""

    template: str
    values: Mapping[str, str]
    intent: str
    district_id: int | None = None
    referral_id: int | None = None
    not_before: datetime | None = None
    may_hurry: bool = True  # False: what is no emergency never takes the emergency lane
    budget: Budget | None = None  # None: that of its lane and addressee


def put(
    bench: Workbench, session: Session, to: Addressee, letter: Letter, now: datetime
) -> Message | None:
    """Render and queue one SMS; None when this intent was written before.

    Above a cap the row is written all the same, put off or held back (`care.allowance`): nothing is
    lost, and the desk shows it.
    """
    rendered = bench.templates.render(letter.template, to.language, letter.values)
    return put_rendered(bench, session, to, letter, rendered, now)


def put_rendered(
    bench: Workbench,
    session: Session,
    to: Addressee,
    letter: Letter,
    rendered: Rendered,
    now: datetime,
) -> Message | None:
    """Likewise a text that is ready: a screen of a dialogue that goes on by SMS."""
    known = select(Message.id).where(Message.dedupe_key == letter.intent)
    if session.scalar(known) is not None:
        return None
    bench.pass_gate(session)
    is_slowed = rendered.lane is Lane.EMERGENCY and not letter.may_hurry
    lane = Lane.REMINDER if is_slowed else rendered.lane
    message = _write(bench, to, letter, rendered, lane, now)
    _pay(
        bench,
        session,
        message,
        to,
        lane,
        letter.budget or budget_of(lane, is_staff=to.counts_as_staff),
    )
    session.add(message)
    session.flush()
    if message.budget is not None:
        session.info.setdefault(_RUNG, set()).add(lane)
    return message


def _write(
    bench: Workbench,
    to: Addressee,
    letter: Letter,
    rendered: Rendered,
    lane: Lane,
    now: datetime,
) -> Message:
    message = Message(
        dedupe_key=letter.intent,
        district_id=letter.district_id,
        referral_id=letter.referral_id,
        lane=lane.value,
        lane_rank=lane.rank,
        state=MessageState.QUEUED.value,
        template=letter.template,
        language=rendered.language,
        recipient=to.recipient.value,
        msisdn_index=bench.keyring.blind(to.msisdn),
        segments=rendered.size.segments,
        is_repeat_safe=rendered.repeat_safe,
        channel=bench.channel,
        not_before=letter.not_before,
        due_at=letter.not_before or now,
        trace=current_trace(),
        created_at=now,
        queued_ms=database_now_ms(),
    )
    message.msisdn = to.msisdn.e164
    message.body = rendered.text
    return message


def _pay(
    bench: Workbench,
    session: Session,
    message: Message,
    to: Addressee,
    lane: Lane,
    budget: Budget,
) -> None:
    """Take the message out of its budget, or write on it why it is put off or held back."""
    spending = Spending(
        msisdn_index=message.msisdn_index,
        budget=budget,
        channel=message.channel,
        due_at=message.due_at or message.created_at,
        district_id=message.district_id,
        referral_id=message.referral_id,
    )
    ruling = rule(bench, session, to.msisdn, lane, spending)
    message.cap = ruling.cap.value if ruling.cap else None
    if ruling.is_held:
        message.state = MessageState.CANCELLED.value
        message.failure = f"over_cap:{message.cap}"
        message.final_ms = database_now_ms()
        return
    message.budget = spending.budget.value
    if ruling.due_at > spending.due_at:
        message.due_at = message.not_before = ruling.due_at


def rung_lanes(session: Session) -> set[Lane]:
    """The lanes that got a letter in this session; asked once, after its commit."""
    lanes: set[Lane] = session.info.pop(_RUNG, set())
    return lanes
