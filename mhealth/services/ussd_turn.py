"""One USSD call, one reply: read, think, write once; a deed and its screen are written together.

A *plain* turn costs one read and one guarded write at relaxed durability. An *effectful* turn takes
the same guard first, then works in that very transaction at full durability, so a screen that says
"saved" is true and a call that comes twice finds the reply of the first.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from mhealth.care.outbox import rung_lanes
from mhealth.care.workbench import Workbench
from mhealth.domain.alphabet import NARROW
from mhealth.domain.gateway import UssdReply, UssdRequest
from mhealth.domain.gsm7 import fold
from mhealth.domain.message import Lane
from mhealth.domain.secret import Secret
from mhealth.domain.triage import TriageClass
from mhealth.services.callers import Caller, caller_facts, look_up
from mhealth.services.salvage import ask_to_call_back, has_unreported, salvage
from mhealth.services.scene import Scene
from mhealth.services.transcript import Digest, Heard, Kind, hear, read_transcript
from mhealth.services.ussd_deeds import do
from mhealth.services.ussd_memory import Memory, pack, remember, unpack
from mhealth.services.ussd_pins import knock
from mhealth.services.worker_pins import Weighed, weigh
from mhealth.store.database import Database
from mhealth.store.ussd_sessions import (
    PlainTurns,
    StoredSession,
    TurnRecord,
    begin_held,
    hold,
    write_held,
)
from mhealth.store.ussd_tables import is_past
from mhealth.ussd import engine
from mhealth.ussd.book import Book
from mhealth.ussd.deeds import DEEDS, DeedKind
from mhealth.ussd.engine import Ask, Show, State, Step

FIRST_FLOW = "main"
_ATTEMPTS = 4


class TurnLost(Exception):
    """Others wrote this session faster, again and again: the caller must dial anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnRoom:
    """What a turn works with; built once for a process."""

    bench: Workbench
    database: Database
    turns: PlainTurns
    book: Book
    limits: Mapping[str, int] = field(default_factory=dict)  # network -> septets of a screen

    def reply_in_all(self, phrase: str) -> UssdReply:
        """A closing reply when the caller's language is unknown."""
        text = self.bench.phrases.say_in_all(phrase, service_code=self.bench.service_code)
        return UssdReply(text=fold(text), ends=True)


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
    district_id: int | None = None
    weighed: Weighed | None = None  # the PIN typed in this turn

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
    state = engine.decode_state(memory.state)
    step = engine.resume(room.book, state, reading.typed)
    pending = replace(pending, before=memory, heard=reading.heard)
    return _settle(room, pending, step)


def _begin(room: TurnRoom, pending: _Pending) -> TakenTurn | None:
    """A new dialogue. What came along with the first call is no answer to anything we asked."""
    with room.database.reading() as session:
        if pending.stored is None and is_past(session, pending.key):
            return TakenTurn(room.reply_in_all("notice.session_over"))
        known = look_up(session, pending.caller)
        facts = caller_facts(session, known, pending.now)
        language = known.language or room.bench.languages.default.code
        district_id = known.district_id
    step = engine.begin(room.book, FIRST_FLOW, facts, language, pending.limit)
    return _settle(room, replace(pending, district_id=district_id), step)


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
    return engine.answer(room.book, ask.state, do(ask.deed, scene, ask.args))


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
    )


def _must_salvage(pending: _Pending, show: Show) -> bool:
    """A dialogue is left for good: with something unreported, or before an emergency's end."""
    if pending.abandoned is not None and has_unreported(
        engine.decode_state(pending.abandoned.state)
    ):
        return True
    is_emergency = show.state.vars.get("triage_class") == TriageClass.EMERGENCY
    return show.ends and (is_emergency or has_unreported(show.state))


def _write_plain(room: TurnRoom, pending: _Pending, show: Show) -> TakenTurn | None:
    record = _record(pending, show)
    if pending.stored is None:
        uid = uuid4()
        index = pending.caller.msisdn_index
        is_written = room.turns.begin(pending.key, index, uid, record) is not None
    else:
        is_written = room.turns.write(pending.stored, record)
    return TakenTurn(_reply(show)) if is_written else None


def _write_effectful(room: TurnRoom, pending: _Pending, step: Step) -> TakenTurn | None:
    try:
        with room.database.writing() as session:
            if pending.stored is not None and not hold(session, pending.stored):
                raise _SomebodyWasFaster
            if pending.abandoned is not None:
                left = engine.decode_state(pending.abandoned.state)
                salvage(_scene(room, pending, session, left), left)
            while isinstance(step, Ask):
                step = _answer(room, pending, session, step)
            if step.ends:
                scene = _scene(room, pending, session, step.state)
                salvage(scene, step.state)
                ask_to_call_back(scene)
            known = look_up(session, pending.caller)
            district_id = known.district_id
            record = _record(replace(pending, district_id=district_id), step)
            _write_held(room, pending, session, record)
            lanes = rung_lanes(session)
    except _SomebodyWasFaster:
        return None
    return TakenTurn(_reply(step), lanes)


def _write_held(room: TurnRoom, pending: _Pending, session: Session, record: TurnRecord) -> None:
    keyring = room.bench.keyring
    if pending.stored is not None:
        write_held(session, keyring, pending.stored, record)
        return
    uid: UUID = uuid4()
    index = pending.caller.msisdn_index
    if begin_held(session, keyring, pending.key, index, uid, record) is None:
        raise _SomebodyWasFaster


def _record(pending: _Pending, show: Show) -> TurnRecord:
    memory = remember(
        pending.before,
        pending.heard,
        engine.encode_state(show.state),
        (show.text, show.ends),
        pending.caller.msisdn.e164,
        pending.now_ms,
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


def _reply(show: Show) -> UssdReply:
    return UssdReply(text=show.text, ends=show.ends)
