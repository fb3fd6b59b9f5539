"""A turn under way: where it will be written, what it starts from, and what it writes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from mhealth.services.callers import Caller
from mhealth.services.resuming import Left
from mhealth.services.scene import Scene
from mhealth.services.transcript import Heard
from mhealth.services.turn_room import TurnRoom
from mhealth.services.ussd_memory import Dialogue, Memory, pack, remember
from mhealth.services.worker_pins import Weighed
from mhealth.store.ussd_sessions import StoredSession, TurnRecord
from mhealth.ussd import engine
from mhealth.ussd.engine import Show, State
from mhealth.ussd.rehearsal.tape import Tape


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A turn before it is written."""

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
        """The turn's number within its session, from 1."""
        return self.stored.revision + 1 if self.stored else 1

    @property
    def now_ms(self) -> int:
        """Milliseconds since 1970."""
        return int(self.now.timestamp() * 1000)


def scene_of(
    room: TurnRoom, pending: Pending, session: Session, state: State, language: str = ""
) -> Scene:
    """Where the deeds of a turn are done."""
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


def record_of(pending: Pending, show: Show) -> TurnRecord:
    """What the turn writes once its screen is known."""
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
