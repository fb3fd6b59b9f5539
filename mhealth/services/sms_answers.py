"""An SMS that answers a question by SMS: one step of the dialogue, its deeds and the next SMS at once."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from mhealth.domain.digits import western_digits
from mhealth.domain.message import Recipient
from mhealth.logs import log_for
from mhealth.services.callers import Caller
from mhealth.services.centre_answers import Understood
from mhealth.services.leaving import leave, scene_of
from mhealth.services.salvage import settle
from mhealth.services.scene import Scene
from mhealth.services.senders import Sender
from mhealth.services.sms_dialogue import (
    TEMPLATE,
    UNHEARD,
    Asking,
    asked,
    is_under_way,
    may_write,
    next_question,
    put_question,
    record_of,
)
from mhealth.services.transcript import Heard, hear
from mhealth.services.turn_room import TurnRoom
from mhealth.services.ussd_deeds import do
from mhealth.services.ussd_memory import Dialogue, Memory, remember, unpack
from mhealth.store.messages import InboundMessage, Message, has_arrived
from mhealth.store.ussd_handing import stored, wait_by_sms, waiting_by_sms, was_asked_by_sms
from mhealth.store.ussd_sessions import StoredSession, hold, write_held
from mhealth.store.ussd_tables import UssdSession
from mhealth.ussd import engine, offering
from mhealth.ussd.engine import Ask, Outcome, Show, State, Step

REPEATED, HASTY = timedelta(seconds=10), timedelta(seconds=5)
"""So soon after an answer the same words are sent again, and others put it right: nobody has read the next
question and answered it by then, as long as it has not arrived."""
_AROUND = " \t\r\n*#.,;:!()[]<>\"'«»“”-"
_LOOKS_LIKE_ONE = re.compile(r"[0-9][0-9 ,;.*+/#-]{0,10}")

_MISSED = (Outcome.INVALID, Outcome.GAVE_UP)

_log = log_for("services.sms_answers")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One answer and the session that waits for it."""

    room: TurnRoom
    session: Session
    row: UssdSession
    held: StoredSession
    memory: Memory
    inbound: InboundMessage
    sender: Sender
    heard: Heard
    now: datetime

    @property
    def caller(self) -> Caller:
        return Caller(self.sender.msisdn, self.row.msisdn_index)

    @property
    def dialogue(self) -> Dialogue:
        return self.memory.dialogue or Dialogue(self.row.session_key)

    @property
    def now_ms(self) -> int:
        return int(self.now.timestamp() * 1000)

    def scene(self, state: State, language: str = "") -> Scene:
        scene = scene_of(
            self.room, self.session, self.row, self.caller, self.dialogue, state, self.now
        )
        step = self.held.revision + 1
        return replace(scene, step=step, language=language or scene.language)


def take_answer_by_sms(
    room: TurnRoom,
    session: Session,
    inbound: InboundMessage,
    text: str,
    sender: Sender,
    now: datetime,
) -> Understood | None:
    """Take an SMS as the answer to the question that waits; None when none waits, or it is no answer.

    In a savepoint: an answer that cannot be taken leaves the dialogue as it was, for a new call.
    """
    if sender.is_centre:
        return None
    row = waiting_by_sms(session, inbound.msisdn_index, int(now.timestamp() * 1000))
    if row is None:
        is_late = looks_like_answer(text) and was_asked_by_sms(session, inbound.msisdn_index)
        return Understood("late_answer", "question_over") if is_late else None
    try:
        with session.begin_nested():
            return _take(_case(room, session, row, inbound, text, sender, now), text)
    except Exception:
        _log.exception("answer by sms not taken", session=row.uid.hex)
        return None


def looks_like_answer(text: str) -> bool:
    """True for a figure or a few, and nothing else."""
    return _LOOKS_LIKE_ONE.fullmatch(western_digits(text[:60]).strip()) is not None


def bare(text: str) -> str:
    """A figure without what people put around it, `(2)`, `*2#`, `"2"`; anything else as it is."""
    inner = text.strip(_AROUND)
    return inner if looks_like_answer(inner) else text


def _case(
    room: TurnRoom,
    session: Session,
    row: UssdSession,
    inbound: InboundMessage,
    text: str,
    sender: Sender,
    now: datetime,
) -> _Case:
    keyring, key = room.bench.keyring, row.session_key
    held = stored(keyring, row)
    return _Case(
        room=room,
        session=session,
        row=row,
        held=held,
        memory=unpack(held.memory),
        inbound=inbound,
        sender=sender,
        heard=hear(text, lambda said: keyring.blind_text(f"ussd:{key}", said)),
        now=now,
    )


def _take(case: _Case, text: str) -> Understood:
    state = engine.decode_state(case.memory.state)
    if case.memory.heard == case.heard and _is_unseen(case, REPEATED):
        return Understood("repeated_answer", "")
    if not state.misses and _is_unseen(case, HASTY):
        told = f"not_understood_{case.sender.help_kind}"  # it is about the list before
        return Understood("hasty_answer", told, needs_person=True)
    may = may_write(case.room, case.session, case.caller, state, case.now)
    if not may or not offering.sms_minutes(case.room.book, state):
        leave(case.room, case.session, case.row, case.now)
        return Understood("late_answer", "question_over")
    hold(case.session, case.held)
    show = _shown(case, engine.resume(case.room.book, state, bare(text)))
    is_unclear = show.outcome in _MISSED and not looks_like_answer(text)
    template = _end(case, show) if show.ends else _ask_on(case, show)
    return Understood("dialogue_answer", template, needs_person=is_unclear)


def _is_unseen(case: _Case, soon: timedelta) -> bool:
    """Whether an answer cannot be one to the question that waits: that is on its way still."""
    is_soon = case.now_ms - case.row.touched_ms < soon.total_seconds() * 1000
    if not is_soon or case.memory.heard == UNHEARD:
        return False
    return not has_arrived(case.session, case.row.msisdn_index, TEMPLATE)


def _shown(case: _Case, step: Step) -> Show:
    """The screen that comes of it, after the deeds that it asks for."""
    while isinstance(step, Ask):
        scene = case.scene(step.state, step.language)
        step = engine.answer(case.room.book, step.state, do(step.deed, scene, step.args))
    return step


def _end(case: _Case, show: Show) -> str:
    """The last words go out; what was left unsaid is salvaged as at the end of a call."""
    settle(case.scene(show.state), show.state)
    _put(case, show)
    _write(case, show, case.dialogue)
    return ""


def _ask_on(case: _Case, show: Show) -> str:
    """The next question goes out; where it cannot, the dialogue waits for a new call, and says so."""
    room, session = case.room, case.session
    asking = next_question(room, session, case.caller, show.state, case.dialogue, case.now)
    if asking is not None and is_under_way(_put(case, asking)):
        _write(case, asking, asked(case.dialogue, asking.text))
        minutes = offering.sms_minutes(room.book, asking.state)
        wait_by_sms(session, case.row.id, case.now_ms + 60_000 * minutes)
        return ""
    _write(case, show, case.dialogue)
    session.expire(case.row)
    leave(room, session, case.row, case.now)
    return "question_dial"


def _put(case: _Case, show: Show) -> Message | None:
    asking = Asking(
        caller=case.caller,
        recipient=Recipient.SENDER,
        is_staff=case.sender.is_staff,
        language=show.state.language,
        text=show.text,
        intent=f"sms:{case.inbound.id}:question",
        district_id=case.sender.district_id,
    )
    return put_question(case.room, case.session, asking, case.now)


def _write(case: _Case, show: Show, dialogue: Dialogue) -> None:
    memory = remember(
        case.memory,
        case.heard,
        engine.encode_state(show.state),
        (show.text, show.ends),
        case.memory.msisdn,
        case.now_ms,
        dialogue,
    )
    record = record_of(memory, show, show.outcome, case.now_ms, case.row.district_id)
    write_held(case.session, case.room.bench.keyring, case.held, record)
