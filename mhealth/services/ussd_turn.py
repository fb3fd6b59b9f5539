"""One USSD call, one reply: read, think, write once; a deed and its screen are written together.

A *plain* turn costs one read and one guarded write at relaxed durability. An *effectful* turn takes
the same guard first, then works in that very transaction at full durability, so a screen that says
"saved" is true and a call that comes twice finds the reply of the first.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
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
from mhealth.services.pending_turn import Pending, record_of, scene_of
from mhealth.services.resuming import Left, find_left, may_offer
from mhealth.services.salvage import must_salvage, settle
from mhealth.services.transcript import Digest, Kind, hear, read_transcript
from mhealth.services.turn_room import TurnRoom
from mhealth.services.ussd_deeds import do
from mhealth.services.ussd_memory import Memory, unpack
from mhealth.services.ussd_pins import knock
from mhealth.services.worker_pins import Weighed, weigh
from mhealth.store.ussd_handing import carry_on, take_over
from mhealth.store.ussd_sessions import (
    TurnRecord,
    begin_held,
    hold,
    write_held,
)
from mhealth.store.ussd_tables import is_past
from mhealth.ussd import engine, offering
from mhealth.ussd.deeds import DEEDS, DeedKind
from mhealth.ussd.engine import Ask, Outcome, Show, Step

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
    pending = Pending(
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


def _go_on(room: TurnRoom, pending: Pending, memory: Memory, typed: str) -> TakenTurn | None:
    state = engine.decode_state(memory.state)
    if pending.tape is not None:
        pending.tape.hear(room.book, state, typed)
    if offering.is_declined(state, typed):
        return _begin(room, replace(pending, abandoned=memory))
    step = engine.resume(room.book, state, typed)
    return _settle(room, replace(pending, dialogue=memory.dialogue), step)


def _begin(room: TurnRoom, pending: Pending) -> TakenTurn | None:
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
        return _write_effectful(
            room, pending, offering.offer(room.book, left.state, facts["today"])
        )
    if pending.tape is not None:
        pending.tape.begin(FIRST_FLOW, facts)
    step = engine.begin(room.book, FIRST_FLOW, facts, language, pending.limit)
    if pending.before is not None:
        step = engine.marked(step, Outcome.RESTARTED)
    return _settle(room, pending, step)


def _left(
    room: TurnRoom, pending: Pending, session: Session, facts: Mapping[str, Any]
) -> Left | None:
    """The dropped dialogue that a new call may go on with; asked on its first screen alone."""
    if pending.stored is not None:
        return None
    index, now = pending.caller.msisdn_index, pending.now
    left = find_left(room, session, index, pending.key, now)
    may = left is not None and may_offer(room, left, facts, pending.limit, now)
    return left if may else None


def _settle(room: TurnRoom, pending: Pending, step: Step) -> TakenTurn | None:
    """Answer what the flow asks until there is a screen, then write the turn once."""
    step = _look_up(room, pending, step)
    if isinstance(step, Ask) and step.pin is not None:
        pending = replace(pending, weighed=_weigh(room, pending, step, step.pin))
    if isinstance(step, Show) and not _must_salvage(pending, step):
        return _write_plain(room, pending, step)
    return _write_effectful(room, pending, step)


def _weigh(room: TurnRoom, pending: Pending, ask: Ask, pin: Secret) -> Weighed:
    """Count the try for good, then weigh the PIN while nobody waits for us."""
    with room.database.writing() as session:
        knocked = knock(
            ask.deed, scene_of(room, pending, session, ask.state, ask.language), ask.args
        )
    return weigh(room.bench, knocked, pin)


def _look_up(room: TurnRoom, pending: Pending, step: Step) -> Step:
    while isinstance(step, Ask) and DEEDS[step.deed].kind is DeedKind.LOOKUP:
        with room.database.reading() as session:
            step = _answer(room, pending, session, step)
    return step


def _answer(room: TurnRoom, pending: Pending, session: Session, ask: Ask) -> Step:
    scene = scene_of(room, pending, session, ask.state, ask.language)
    result = do(ask.deed, scene, ask.args)
    if pending.tape is not None:
        pending.tape.meet(ask.deed, result)
    return engine.answer(room.book, ask.state, result)


def _must_salvage(pending: Pending, show: Show) -> bool:
    """A dialogue is left for good: with something unreported, or before an emergency's end."""
    if pending.abandoned is not None and must_salvage(engine.decode_state(pending.abandoned.state)):
        return True
    return show.ends and must_salvage(show.state)


def _write_plain(room: TurnRoom, pending: Pending, show: Show) -> TakenTurn | None:
    record = record_of(pending, show)
    if pending.stored is None:
        uid = uuid4()
        index = pending.caller.msisdn_index
        is_written = room.turns.begin(pending.key, index, uid, record) is not None
    else:
        is_written = room.turns.write(pending.stored, record)
    return _taken(room, pending, show) if is_written else None


def _write_effectful(room: TurnRoom, pending: Pending, step: Step) -> TakenTurn | None:
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
                settle(scene_of(room, pending, session, step.state), step.state)
            district_id = look_up(session, pending.caller).district_id
            record = record_of(replace(pending, district_id=district_id), step)
            _write_held(room, pending, session, record)
            lanes = rung_lanes(session)
    except _SomebodyWasFaster:
        return None
    return _taken(room, pending, step, lanes)


def _leave(room: TurnRoom, pending: Pending, session: Session, abandoned: Memory) -> None:
    """A dialogue left for a fresh one is salvaged as one that drops."""
    state = engine.decode_state(abandoned.state)
    left = replace(pending, dialogue=abandoned.dialogue)
    settle(scene_of(room, left, session, state), state)


def _write_held(room: TurnRoom, pending: Pending, session: Session, record: TurnRecord) -> None:
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


def _taken(room: TurnRoom, pending: Pending, show: Show, lanes: Collection[Lane] = ()) -> TakenTurn:
    """The turn is written."""
    if room.recorder is not None and pending.tape is not None:
        room.recorder.keep(pending.key, pending.tape, show)
    return TakenTurn(UssdReply(text=show.text, ends=show.ends), lanes)
