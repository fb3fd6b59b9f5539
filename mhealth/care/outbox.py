"""Puts letters into the outbox: the row is written with the deed that caused it, sent after commit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mhealth.care.workbench import Workbench
from mhealth.domain.message import Lane, MessageState, Recipient
from mhealth.domain.msisdn import Msisdn
from mhealth.store.database import database_now_ms
from mhealth.store.messages import Message

_RUNG = "rung_lanes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """Who gets a letter, in what role and language."""

    recipient: Recipient
    msisdn: Msisdn
    language: str


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


def put(
    bench: Workbench, session: Session, to: Addressee, letter: Letter, now: datetime
) -> Message | None:
    """Render and queue one SMS; None when this intent was written before."""
    known = select(Message.id).where(Message.dedupe_key == letter.intent)
    if session.scalar(known) is not None:
        return None
    rendered = bench.templates.render(letter.template, to.language, letter.values)
    lane = rendered.lane
    if lane is Lane.EMERGENCY and not letter.may_hurry:
        lane = Lane.REMINDER
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
        created_at=now,
        queued_ms=database_now_ms(),
    )
    message.msisdn = to.msisdn.e164
    message.body = rendered.text
    session.add(message)
    session.flush()
    session.info.setdefault(_RUNG, set()).add(lane)
    return message


def rung_lanes(session: Session) -> set[Lane]:
    """The lanes that got a letter in this session; asked once, after its commit."""
    lanes: set[Lane] = session.info.pop(_RUNG, set())
    return lanes
