"""A new call finds the dialogue that an earlier one left, and takes it over to offer it.

Whoever takes it over ends the session that was left: its late turn, its end event and the sweep find it
closed, and of two who redial at once one takes it from the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from mhealth.domain.errors import SealError
from mhealth.logs import log_for
from mhealth.services.turn_room import TurnRoom
from mhealth.services.ussd_memory import Dialogue, Memory, unpack
from mhealth.store.ussd_handing import newest_left, stored
from mhealth.store.ussd_sessions import StoredSession
from mhealth.ussd import engine, offering
from mhealth.ussd.state import State

SAME = ("language", "is_worker", "village", "village_name", "consent")
"""Facts of the caller that must not have changed since: else the dialogue would go on about another
village, in a language that is gone, or against a consent that was withdrawn."""

_log = log_for("services.resuming")


@dataclass(frozen=True, slots=True)
class Left:
    """A session whose dialogue was left, and what it remembers."""

    stored: StoredSession
    key: str
    memory: Memory
    state: State
    at: datetime  # of its last word

    @property
    def dialogue(self) -> Dialogue:
        """What goes on from here: its turns end with the one that closes that session."""
        return carried(self.memory.dialogue, self.key, self.stored.revision + 1)


def carried(dialogue: Dialogue | None, key: str, turns: int) -> Dialogue:
    """What a dialogue brings along after so many turns of a session."""
    known = dialogue or Dialogue(key)
    return msgspec.structs.replace(known, turns=known.turns + turns)


def find_left(
    room: TurnRoom, session: Session, msisdn_index: bytes, but: str, now: datetime
) -> Left | None:
    """The newest dialogue of a number that was left; one read. None: it left none.

    `but` is the key of the new call. What does not open any more was left for good.
    """
    row = newest_left(session, msisdn_index, but)
    if row is None:
        return None
    try:
        old = stored(room.bench.keyring, row)
        memory = unpack(old.memory)
    except (SealError, msgspec.DecodeError, msgspec.ValidationError) as error:
        _log.error("left call cannot be read", session=row.uid.hex, reason=type(error).__name__)
        return None
    state = engine.decode_state(memory.state)
    at = datetime.fromtimestamp(row.touched_ms / 1000, UTC)
    if row.ended_ms is None and (row.sms_until_ms or 0) / 1000 > now.timestamp():
        at = now  # a question by SMS waits: so does the dialogue
    return Left(old, row.session_key, memory, state, at)


def may_offer(
    room: TurnRoom, left: Left, facts: Mapping[str, Any], limit: int, now: datetime
) -> bool:
    """Whether the caller is asked to go on: in time, in this version, and still the same caller.

    A dialogue laid out for wide screens does not go on where only narrow ones are carried.
    """
    fits = left.state.limit <= limit
    is_same = fits and is_same_caller(left.state, facts)
    return is_same and offering.may_go_on(room.book, left.state, left.at, now)


def is_same_caller(state: State, facts: Mapping[str, Any]) -> bool:
    """Whether what a dialogue knew of its caller still holds."""
    return all((state.facts.get(name) or "") == (facts.get(name) or "") for name in SAME)
