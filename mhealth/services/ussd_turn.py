"""One USSD call, one reply: read, think, write once; a deed and its screen are written together.

A *plain* turn costs one read and one guarded write at relaxed durability. An *effectful* turn takes
the same guard first, then works in that very transaction at full durability, so a screen that says
"saved" is true and a call that comes twice finds the reply of the first.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from mhealth.care.outbox import rung_lanes
from mhealth.domain.alphabet import NARROW
from mhealth.domain.gateway import UssdReply, UssdRequest
from mhealth.domain.message import Lane
from mhealth.domain.secret import Secret
from mhealth.services.callers import Caller, caller_facts, look_up
from mhealth.services.resuming import Left, find_left, may_offer
from mhealth.services.salvage import ask_to_call_back, must_salvage, salvage
from mhealth.services.scene import Scene
from mhealth.services.transcript import Digest, Heard, Kind, hear, read_transcript
from mhealth.services.turn_room import TurnRoom
from mhealth.services.ussd_deeds import do
from mhealth.services.ussd_memory import Dialogue, Memory, pack, remember, unpack
from mhealth.services.ussd_pins import knock
from mhealth.services.worker_pins import Weighed, weigh
from mhealth.store.ussd_handing import carry_on, take_over
from mhealth.store.ussd_sessions import (
    StoredSession,
    TurnRecord,
    begin_held,
    hold,
    write_held,
)
from mhealth.store.ussd_tables import is_past
from mhealth.ussd import engine, offering
from mhealth.ussd.deeds import DEEDS, DeedKind
from mhealth.ussd.engine import Ask, Outcome, Show, State, Step
from mhealth.ussd.rehearsal.tape import Tape

__all__ = ["TakenTurn", "TurnLost", "TurnRoom", "take_turn"]

FIRST_FLOW = "main"
_ATTEMPTS = 4


class TurnLost(Exception):
    """Others wrote this session faster, again and again: the caller must dial anew."""


@dataclass(frozen=True, slots=True)
class TakenTurn:
    """The reply, and the lanes for which to ring now that all is committed."""

    reply: UssdReply
    lanes: Collection[Lane] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pending:
    """A turn under way: where it will be written and what it starts from."""

    key: str
    caller: Caller
    limit: int
    stored: StoredSession | None
    before: Memory | None
    abandoned: Memory | None  # a dialogue that a new start leaves behind
    heard: Heard
    now: datetime
    dialogue: Dialogue | None = None  # what goes on after a drop
    left: Left | None = None  # the session that it dropped in, taken over by this turn
    district_id: int | None = None
    weighed: Weighed | None = None  # the PIN typed in this turn
    tape: Tape | None = None  # where calls are recorded

    @property
    def step_number(self) -> int:
        return self.stored.revision + 1 if self.stored else 1

    @property
    def now_ms(self) -> int:
        return int(self.now.timestamp() * 1000)


class _SomebodyWasFaster(Exception):
    """Rolls an effectful turn back; the loop reads again and replays."""


def take_turn(room: TurnRoom, channel: str, request: UssdRequest) -> TakenTurn:
    """Answer one call. Raises TurnLost; DatabaseAway or SQLAlchemyError when nothing was saved."""
    key = f"{channel}:{request.carrier_session}"
    caller = Caller(request.msisdn, room.bench.keyring.blind(request.msisdn))
    for _ in range(_ATTEMPTS):
        taken = _attempt(room, key, caller, request)
        if taken is not None:
            return taken
    raise TurnLost(key)


def _attempt(room: TurnRoom, key: str, caller: Caller, request: UssdRequest) -> TakenTurn | None:
    stored = room.turns.read(key)
    now = room.bench.clock()
    digest: Digest = partial(room.bench.keyring.blind_text, f"ussd:{key}")
    pending = _Pending(
        key=key, caller=caller, limit=room.limits.get(request.network or "", NARROW),
        stored=stored, before=None, abandoned=None, heard=hear(request.text, digest), now=now,
    )  # fmt: skip
    if room.recorder is not None:
        tape = room.recorder.tape(key, pending.step_number, pending.limit)
        pending = replace(pending, tape=tape)
    if stored is None:
        return _begin(room, pending)
    if stored.msisdn_index != caller.msisdn_index:
        return TakenTurn(room.reply_in_all("notice.refused"))
    memory = unpack(stored.memory)
    reading = read_transcript(
        memory.heard, request.text, digest, is_cumulative=request.is_cumulative
    )
    if reading.kind is Kind.RETRY:
        return TakenTurn(UssdReply(text=memory.last.text, ends=memory.last.ends))
    if reading.kind is Kind.RESTART:
        earlier = memory.earlier(reading.heard, pending.now_ms)
        if earlier is not None:
            return TakenTurn(UssdReply(text=earlier.text, ends=earlier.ends))
    if stored.is_ended:  # over for ever: a day's calls replayed must change nothing
        return TakenTurn(room.reply_in_all("notice.session_over"))
    if reading.kind is Kind.RESTART:
        return _begin(room, replace(pending, abandoned=memory))
    return _go_on(room, replace(pending, before=memory, heard=reading.heard), memory, reading.typed)


def _go_on(room: TurnRoom, pending: _Pending, memory: Memory, typed: str) -> TakenTurn | None:
    state = engine.decode_state(memory.state)
    if pending.tape is not None:
        pending.tape.hear(room.book, state, typed)
    if offering.is_declined(state, typed):
        return _begin(room, replace(pending, abandoned=memory))
    step = engine.resume(room.book, state, typed)
    return _settle(room, replace(pending, dialogue=memory.dialogue), step)


def _begin(room: TurnRoom, pending: _Pending) -> TakenTurn | None:
    """A new dialogue. What came along with the first call is no answer to anything we asked."""
    with room.database.reading() as session:
        if pending.stored is None and is_past(session, pending.key):
            return TakenTurn(room.reply_in_all("notice.session_over"))
        known = look_up(session, pending.caller)
        facts = caller_facts(session, known, pending.now, room.bench.region)
        language = known.language or room.bench.languages.default.code
        pending = replace(pending, district_id=known.district_id)
        left = _left(room, pending, session, facts)
    if left is not None:
        pending = replace(pending, left=left, dialogue=left.dialogue)
        if pending.tape is not None:
            pending.tape.dropped = left.dialogue.key
        return _write_effectful(room, pending, offering.offer(room.book, left.state, facts["today"]))
    if pending.tape is not None:
        pending.tape.begin(FIRST_FLOW, facts)
    step = engine.begin(room.book, FIRST_FLOW, facts, language, pending.limit)
    if pending.before is not None:
        step = engine.marked(step, Outcome.RESTARTED)
    return _settle(room, pending, step)


def _left(
    room: TurnRoom, pending: _Pending, session: Session, facts: Mapping[str, Any]
) -> Left | None:
    """The dropped dialogue that a new call may go on with; asked on its first screen alone."""
    if pending.stored is not None:
        return None
    index, now = pending.caller.msisdn_index, pending.now
    left = find_left(room, session, index, pending.key, now)
    may = left is not None and may_offer(room, left, facts, pending.limit, now)
    return left if may else None


def _settle(room: TurnRoom, pending: _Pending, step: Step) -> TakenTurn | None:
    """Answer what the flow asks until there is a screen, then write the turn once."""
    step = _look_up(room, pending, step)
    if isinstance(step, Ask) and step.pin is not None:
        pending = replace(pending, weighed=_weigh(room, pending, step, step.pin))
    if isinstance(step, Show) and not _must_salvage(pending, step):
        return _write_plain(room, pending, step)
    return _write_effectful(room, pending, step)


def _weigh(room: TurnRoom, pending: _Pending, ask: Ask, pin: Secret) -> Weighed:
    """Count the try for good, then weigh the PIN while nobody waits for us."""
    with room.database.writing() as session:
        knocked = knock(ask.deed, _scene(room, pending, session, ask.state, ask.language), ask.args)
    return weigh(room.bench, knocked, pin)


def _look_up(room: TurnRoom, pending: _Pending, step: Step) -> Step:
    while isinstance(step, Ask) and DEEDS[step.deed].kind is DeedKind.LOOKUP:
        with room.database.reading() as session:
            step = _answer(room, pending, session, step)
    return step


def _answer(room: TurnRoom, pending: _Pending, session: Session, ask: Ask) -> Step:
    scene = _scene(room, pending, session, ask.state, ask.language)
    result = do(ask.deed, scene, ask.args)
    if pending.tape is not None:
        pending.tape.meet(ask.deed, result)
    return engine.answer(room.book, ask.state, result)


def _scene(
    room: TurnRoom, pending: _Pending, session: Session, state: State, language: str = ""
) -> Scene:
    return Scene(
        bench=room.bench,
        session=session,
        caller=pending.caller,
        language=language or state.language,
        ussd_session_key=pending.key,
        step=pending.step_number,
        flow_version=state.version,
        now=pending.now,
        weighed=pending.weighed,
        dialogue=pending.dialogue,
    )


def _must_salvage(pending: _Pending, show: Show) -> bool:
    """A dialogue is left for good: with something unreported, or before an emergency's end."""
    if pending.abandoned is not None and must_salvage(engine.decode_state(pending.abandoned.state)):
        return True
    return show.ends and must_salvage(show.state)


def _write_plain(room: TurnRoom, pending: _Pending, show: Show) -> TakenTurn | None:
    record = _record(pending, show)
    if pending.stored is None:
        uid = uuid4()
        index = pending.caller.msisdn_index
        is_written = room.turns.begin(pending.key, index, uid, record) is not None
    else:
        is_written = room.turns.write(pending.stored, record)
    return _taken(room, pending, show) if is_written else None


def _write_effectful(room: TurnRoom, pending: _Pending, step: Step) -> TakenTurn | None:
    try:
        with room.database.writing() as session:
            if pending.stored is not None and not hold(session, pending.stored):
                raise _SomebodyWasFaster
            if pending.left and not take_over(session, pending.left.stored, pending.now_ms):
                raise _SomebodyWasFaster
            if pending.abandoned is not None:
                _leave(room, pending, session, pending.abandoned)
            while isinstance(step, Ask):
                step = _answer(room, pending, session, step)
            if step.ends:
                scene = _scene(room, pending, session, step.state)
                salvage(scene, step.state)
                ask_to_call_back(scene)
            district_id = look_up(session, pending.caller).district_id
            record = _record(replace(pending, district_id=district_id), step)
            _write_held(room, pending, session, record)
            lanes = rung_lanes(session)
    except _SomebodyWasFaster:
        return None
    return _taken(room, pending, step, lanes)


def _leave(room: TurnRoom, pending: _Pending, session: Session, abandoned: Memory) -> None:
    """A dialogue left for a fresh one is salvaged as one that drops."""
    state = engine.decode_state(abandoned.state)
    left = replace(pending, dialogue=abandoned.dialogue)
    scene = _scene(room, left, session, state)
    salvage(scene, state)
    ask_to_call_back(scene)


def _write_held(room: TurnRoom, pending: _Pending, session: Session, record: TurnRecord) -> None:
    keyring = room.bench.keyring
    if pending.stored is not None:
        write_held(session, keyring, pending.stored, record)
        return
    uid: UUID = uuid4()
    index = pending.caller.msisdn_index
    begun = begin_held(session, keyring, pending.key, index, uid, record)
    if begun is None:
        raise _SomebodyWasFaster
    if pending.left is not None:
        carry_on(session, pending.left.stored.id, begun)


def _record(pending: _Pending, show: Show) -> TurnRecord:
    memory = remember(
        pending.before,
        pending.heard,
        engine.encode_state(show.state),
        (show.text, show.ends),
        pending.caller.msisdn.e164,
        pending.now_ms,
        pending.dialogue,
    )
    return TurnRecord(
        memory=pack(memory),
        district_id=pending.district_id,
        flow=show.state.flow,
        flow_version=show.state.version,
        node=show.node,
        turn_outcome=show.outcome,
        language=show.state.language,
        at_ms=pending.now_ms,
        ends=show.ends,
    )


def _taken(
    room: TurnRoom, pending: _Pending, show: Show, lanes: Collection[Lane] = ()
) -> TakenTurn:
    """The turn is written."""
    if room.recorder is not None and pending.tape is not None:
        room.recorder.keep(pending.key, pending.tape, show)
    return TakenTurn(UssdReply(text=show.text, ends=show.ends), lanes)
