"""A session is left before its end: it is closed, and what was said in it goes on its way."""

from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy.orm import Session

from mhealth.domain.msisdn import Msisdn
from mhealth.logs import log_for
from mhealth.services.callers import Caller
from mhealth.services.salvage import ask_to_call_back, salvage
from mhealth.services.scene import Scene
from mhealth.services.turn_room import TurnRoom
from mhealth.services.ussd_memory import Dialogue, Memory, pack, unpack
from mhealth.store.ussd_handing import DROPPED
from mhealth.store.ussd_tables import UssdSession, open_memory, seal_memory
from mhealth.ussd import engine
from mhealth.ussd.state import State

_log = log_for("services.leaving")


@dataclass(frozen=True, slots=True)
class Dropped:
    """A session that was left, as it stands then."""

    row: UssdSession
    memory: Memory
    state: State
    caller: Caller


def leave(room: TurnRoom, session: Session, row: UssdSession, now: datetime) -> Dropped | None:
    """End a session before its end: what was reported is sent on, marked incomplete.

    In a savepoint of its own: a session that cannot be read (a lost key, a protocol that is gone) is
    marked `broken` and logged, and keeps nobody else from being heard; then None comes back.
    """
    row.ended_ms = int(now.timestamp() * 1000)
    row.outcome = DROPPED
    row.revision += 1  # a turn under way finds its guard gone
    session.flush()
    try:
        with session.begin_nested():
            return _salvaged(room, session, row, now)
    except Exception:
        _log.exception("dropped call not salvaged", session=row.uid.hex)
        row.outcome = "broken"
        return None


def _salvaged(room: TurnRoom, session: Session, row: UssdSession, now: datetime) -> Dropped:
    memory = unpack(open_memory(room.bench.keyring, row))
    state = engine.decode_state(memory.state)
    caller = Caller(Msisdn(memory.msisdn), row.msisdn_index)
    scene = scene_of(room, session, row, caller, memory.dialogue, state, now)
    step = salvage(scene, state)
    ask_to_call_back(scene)
    if step:
        known = memory.dialogue or Dialogue(row.session_key)
        known = msgspec.structs.replace(known, salvaged=step)
        memory = msgspec.structs.replace(memory, dialogue=known)
        seal_memory(room.bench.keyring, row, pack(memory))
    return Dropped(row, memory, state, caller)


def scene_of(
    room: TurnRoom,
    session: Session,
    row: UssdSession,
    caller: Caller,
    dialogue: Dialogue | None,
    state: State,
    now: datetime,
) -> Scene:
    """Where a deed of a session is done that no call is asking for at the moment."""
    return Scene(
        bench=room.bench,
        session=session,
        caller=caller,
        language=state.language or room.bench.languages.default.code,
        ussd_session_key=row.session_key,
        step=row.revision,
        flow_version=state.version,
        now=now,
        dialogue=dialogue,
        channel="ussd" if row.sms_until_ms is None else "sms",
    )
