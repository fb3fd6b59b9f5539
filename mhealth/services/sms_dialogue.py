"""A dropped dialogue goes on by SMS: the next question is one SMS, the answer moves the same state.

It is a session of its own beside the call that dropped, so that a redial takes it over like any other.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import msgspec
from sqlalchemy.orm import Session

from mhealth.care.allowance import DIALOGUES_A_DAY, DIALOGUES_AN_HOUR
from mhealth.care.outbox import Addressee, Letter, put_rendered
from mhealth.domain.caps import Budget
from mhealth.domain.gsm7 import measure
from mhealth.domain.message import Lane, Recipient
from mhealth.logs import log_for
from mhealth.services.callers import Caller, caller_facts, look_up
from mhealth.services.leaving import Dropped
from mhealth.services.resuming import carried, is_same_caller
from mhealth.services.senders import find_sender
from mhealth.services.transcript import Heard
from mhealth.services.turn_room import TurnRoom
from mhealth.services.ussd_memory import Dialogue, Memory, pack, remember
from mhealth.sms.templates import Rendered
from mhealth.store.messages import Message
from mhealth.store.spending import DAY, FIRST_QUESTION, HOUR, dialogues_begun
from mhealth.store.ussd_handing import carry_on, wait_by_sms
from mhealth.store.ussd_sessions import TurnRecord, begin_held
from mhealth.ussd import engine, offering
from mhealth.ussd.by_sms import question
from mhealth.ussd.state import Outcome, Show, State

TEMPLATE = "question"
"""What a screen that goes out as an SMS is called in the outbox; it has no text of its own."""
AGAIN = "question-again:"
"""The intent of an SMS that asks on after a further drop of a dialogue that went on by SMS before."""
UNHEARD = Heard(0, b"")

_log = log_for("services.sms_dialogue")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A screen that is to go out as an SMS, to whom, and why it is written just once."""

    caller: Caller
    recipient: Recipient
    is_staff: bool
    language: str
    text: str
    intent: str
    district_id: int | None


def turn_to_sms(room: TurnRoom, session: Session, dropped: Dropped, now: datetime) -> None:
    """Ask on by SMS after a drop, where flow, consent and caps allow it; a failure costs nothing else."""
    try:
        with session.begin_nested():
            _turn(room, session, dropped, now)
    except Exception:
        _log.exception("dropped call not asked on by sms", session=dropped.row.uid.hex)


def _turn(room: TurnRoom, session: Session, dropped: Dropped, now: datetime) -> None:
    row, state, caller = dropped.row, dropped.state, dropped.caller
    if not offering.may_turn_to_sms(room.book, state):
        return
    dialogue = carried(dropped.memory.dialogue, row.session_key, row.revision)
    if not dialogue.asked and _is_begun_too_often(session, row.msisdn_index, now):
        return
    show = next_question(room, session, caller, _uncovered(state), dialogue, now)
    if show is None:
        return
    if show.text != dialogue.question:  # else it lies in their inbox already, and waits again
        asking = Asking(
            caller=caller,
            recipient=Recipient.CALLER,
            is_staff=look_up(session, caller).worker is not None,
            language=state.language,
            text=show.text,
            intent=f"{AGAIN if dialogue.asked else FIRST_QUESTION}{row.uid.hex}",
            district_id=row.district_id,
        )
        if not is_under_way(put_question(room, session, asking, now)):
            return
        dialogue = asked(dialogue, show.text)
    _begin(room, session, dropped, show, dialogue, now)


def _is_begun_too_often(session: Session, msisdn_index: bytes, now: datetime) -> bool:
    """Who drops call after call is not sent a question for each, at our cost and without answering one."""
    return any(
        dialogues_begun(session, msisdn_index, now - span, most) >= most
        for span, most in ((HOUR, DIALOGUES_AN_HOUR), (DAY, DIALOGUES_A_DAY))
    )


def _begin(
    room: TurnRoom,
    session: Session,
    dropped: Dropped,
    show: Show,
    dialogue: Dialogue,
    now: datetime,
) -> None:
    """The session that waits for the answer, and the mark on the one that it carries on."""
    at_ms = int(now.timestamp() * 1000)
    shown = (show.text, False)
    state = engine.encode_state(show.state)
    memory = remember(None, UNHEARD, state, shown, dropped.memory.msisdn, at_ms, dialogue)
    record = record_of(memory, show, Outcome.BY_SMS, at_ms, dropped.row.district_id)
    key, index = f"sms:{dropped.row.uid.hex}", dropped.row.msisdn_index
    begun = begin_held(session, room.bench.keyring, key, index, uuid4(), record)
    if begun is None:
        return
    wait_by_sms(session, begun, at_ms + 60_000 * offering.sms_minutes(room.book, show.state))
    carry_on(session, dropped.row.id, begun)


def _uncovered(state: State) -> State:
    """The screen below the question whether to go on."""
    return msgspec.structs.replace(state, offered=False, misses=0, led="")


def next_question(
    room: TurnRoom,
    session: Session,
    caller: Caller,
    state: State,
    dialogue: Dialogue,
    now: datetime,
) -> Show | None:
    """The screen of a state as an SMS, if it may be asked so now; None: only a new call goes on."""
    is_spent = dialogue.asked >= room.sms_questions
    if is_spent or not offering.sms_minutes(room.book, state):
        return None
    if not may_write(room, session, caller, state, now):
        return None
    return question(room.book, state, room.bench.service_code)


def may_write(
    room: TurnRoom, session: Session, caller: Caller, state: State, now: datetime
) -> bool:
    """Whether this caller may be asked on by SMS: agreed, wants our SMS, is still the same, no duty phone.

    A duty phone's SMS are answers of a centre; a figure alone would be neither.
    """
    if state.vars.get("consent") != "given":
        return False
    facts = caller_facts(session, look_up(session, caller), now, room.bench.region)
    if not facts["messages_on"] or not is_same_caller(state, facts):
        return False
    return not find_sender(room.bench, session, caller.msisdn).is_centre


def put_question(room: TurnRoom, session: Session, asking: Asking, now: datetime) -> Message | None:
    """Queue a screen as an SMS. A reply: one that comes a day later would ask nobody any more."""
    to = Addressee(
        recipient=asking.recipient,
        msisdn=asking.caller.msisdn,
        language=asking.language,
        is_staff=asking.is_staff,
    )
    letter = Letter(
        template=TEMPLATE,
        values={},
        intent=asking.intent,
        district_id=asking.district_id,
        budget=Budget.DIALOGUE,
    )
    rendered = Rendered(
        text=asking.text,
        language=asking.language,
        template=TEMPLATE,
        size=measure(asking.text),
        lane=Lane.REPLY,
        repeat_safe=False,
    )
    return put_rendered(room.bench, session, to, letter, rendered, now)


def is_under_way(message: Message | None) -> bool:
    """False for an SMS that a cap holds back: nobody waits for an answer to it."""
    return message is not None and message.budget is not None


def asked(dialogue: Dialogue, text: str) -> Dialogue:
    """One question more."""
    return msgspec.structs.replace(dialogue, asked=dialogue.asked + 1, question=text)


def record_of(
    memory: Memory, show: Show, outcome: str, at_ms: int, district_id: int | None
) -> TurnRecord:
    """What a turn by SMS writes."""
    return TurnRecord(
        memory=pack(memory),
        district_id=district_id,
        flow=show.state.flow,
        flow_version=show.state.version,
        node=show.node,
        turn_outcome=outcome,
        language=show.state.language,
        at_ms=at_ms,
        ends=show.ends,
    )
