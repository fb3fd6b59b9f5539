"""A call is over: by the carrier's word, or because nothing came for too long."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from mhealth.domain.gateway import UssdEnd
from mhealth.domain.msisdn import Msisdn
from mhealth.logs import log_for
from mhealth.services.callers import Caller
from mhealth.services.salvage import ask_to_call_back, salvage
from mhealth.services.scene import Scene
from mhealth.services.ussd_memory import Memory, unpack
from mhealth.services.ussd_turn import TurnRoom
from mhealth.store.calls import forget_ended
from mhealth.store.ussd_tables import UssdSession, dropped_before, open_memory
from mhealth.ussd import engine

_log = log_for("services.ussd_end")


def end_session(
    room: TurnRoom, session: Session, channel: str, ended: UssdEnd, now: datetime
) -> None:
    """Take the carrier's notification; unknown sessions and those of another number are passed over."""
    key = f"{channel}:{ended.carrier_session}"
    query = select(UssdSession).where(UssdSession.session_key == key).with_for_update()
    row = session.scalar(query)
    if row is None or row.msisdn_index != room.bench.keyring.blind(ended.msisdn):
        return
    if row.ended_ms is None:
        _drop(room, session, row, now)


def close_dropped(room: TurnRoom, session: Session, now: datetime, session_seconds: int) -> int:
    """Close the sessions that no carrier ended, after so long without a word; how many."""
    oldest = now - timedelta(seconds=session_seconds)
    rows = dropped_before(session, int(oldest.timestamp() * 1000))
    for row in rows:
        _drop(room, session, row, now)
    return len(rows)


def forget_sessions(session: Session, now: datetime, keep_hours: float) -> int:
    """Sweep ended sessions out of the live table, which stays small; how many."""
    before = now - timedelta(hours=keep_hours)
    return forget_ended(session, int(before.timestamp() * 1000))


def _drop(room: TurnRoom, session: Session, row: UssdSession, now: datetime) -> None:
    """End a session before its end: what was reported is sent on, marked incomplete.

    In a savepoint of its own: a session that cannot be read (a lost key, a protocol that is gone) is
    marked `broken` and logged, and keeps nobody else from being heard.
    """
    row.ended_ms = int(now.timestamp() * 1000)
    row.outcome = "dropped"
    row.revision += 1  # a turn under way finds its guard gone
    session.flush()
    try:
        with session.begin_nested():
            memory = unpack(open_memory(room.bench.keyring, row))
            state = engine.decode_state(memory.state)
            scene = _scene(room, session, row, memory, state, now)
            salvage(scene, state)
            ask_to_call_back(scene)
    except Exception:
        _log.exception("dropped call not salvaged", session=row.uid.hex)
        row.outcome = "broken"


def _scene(
    room: TurnRoom,
    session: Session,
    row: UssdSession,
    memory: Memory,
    state: engine.State,
    now: datetime,
) -> Scene:
    return Scene(
        bench=room.bench,
        session=session,
        caller=Caller(Msisdn(memory.msisdn), row.msisdn_index),
        language=state.language or room.bench.languages.default.code,
        ussd_session_key=row.session_key,
        step=row.revision,
        flow_version=state.version,
        now=now,
    )
