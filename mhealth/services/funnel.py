"""Counts calls that are over into the funnel, each once, and sweeps the history that was counted.

A line of history names the screen that a turn led to; what became of that screen stands in the next
line, or in how the call ended. So a call is counted as a whole once it is over: its lines are all there
by then, since each was written before the one that ended it, and its district is as known as it will be.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from mhealth.store.directory_reads import time_zones
from mhealth.store.funnel import NOWHERE, Spot, add_counts, wait_column
from mhealth.store.history import (
    OverCall,
    Turn,
    delete_counted,
    mark_counted,
    turns_of,
    uncounted_calls,
)
from mhealth.ussd.state import Outcome

CALLS_AT_ONCE = 200
"""In one transaction: on SQLite callers wait while it runs."""
TURNS_AT_ONCE = 1000
_LEFT_BY: Mapping[str, str] = {
    Outcome.BACK: "back",
    Outcome.HOME: "home",
    Outcome.GAVE_UP: "gave_up",
    Outcome.LOST: "changed",
    Outcome.RESTARTED: "restarted",
    Outcome.SHOWN: "dropped",  # a new start under the same name: the dialogue before was left
}
_STAYED: Mapping[str, str] = {Outcome.INVALID: "invalid", Outcome.REPEATED: "repeated"}
_ENDING = (Outcome.GAVE_UP, Outcome.LOST)
"""Last words of the platform's own: no screen of the flow came on."""

Event = tuple[Turn, str, int]
"""(the line at whose screen to count, what, how many)."""


def count_calls(session: Session, now: datetime, silence: timedelta) -> int:
    """Count some calls that are over; how many. `silence`: after so long a call counts as expired."""
    calls = uncounted_calls(session, CALLS_AT_ONCE)
    turns = turns_of(session, [call.id for call in calls])
    day_of = _days(session)
    tally: defaultdict[Spot, Counter[str]] = defaultdict(Counter)
    for call in calls:
        district, day = call.district_id or NOWHERE, day_of(call)
        for turn, what, count in events(turns.get(call.id, ()), _ended_by(call, silence)):
            tally[Spot(day, district, turn.node, turn.language)][what] += count
    add_counts(session, tally)
    mark_counted(session, [call.id for call in calls], int(now.timestamp() * 1000))
    return len(calls)


def forget_turns(session: Session, now: datetime, keep: timedelta) -> int:
    """Sweep old lines of history whose calls were counted; how many."""
    before = int((now - keep).timestamp() * 1000)
    return delete_counted(session, before, TURNS_AT_ONCE)


def events(turns: Sequence[Turn], ended_by: str | None) -> Iterator[Event]:
    """What to count of one call; `ended_by` names the end of its last visit when no line does.

    A dialogue that goes on by SMS is a call too, once it is answered, though not one that began: people
    answer an SMS when they can, so it tells no answering times.
    """
    if not turns:
        return
    is_by_sms = turns[0].outcome == Outcome.BY_SMS
    if is_by_sms:
        yield turns[0], "by_sms", 1
        if not any(_goes_on(turn) for turn in turns[1:]):
            return  # the call that dropped here was counted
        yield turns[0], "continued", 1
    yield from _first(turns[0])
    for before, turn in pairwise(turns):
        if turn.outcome == Outcome.SHOWN:
            yield turn, "began", 1
        elif not is_by_sms and before.outcome != Outcome.OFFERED:
            yield from _wait(before, turn)
        yield from _moved(before, turn)
    if ended_by is not None:
        yield turns[-1], ended_by, 1


def _first(turn: Turn) -> Iterator[Event]:
    """A call's first turn, which may be its last one too."""
    yield turn, "entered", 1
    if turn.outcome != Outcome.BY_SMS:
        yield turn, "began", 1
    if turn.outcome == Outcome.OFFERED:
        yield turn, "offered", 1
    elif turn.outcome == Outcome.ENDED:
        yield turn, "finished", 1
    elif turn.outcome in _ENDING:
        yield turn, _LEFT_BY[turn.outcome], 1


def _moved(before: Turn, turn: Turn) -> Iterator[Event]:
    """What a turn made of the screen before it, and the screen that it led to."""
    if turn.outcome in _STAYED:
        yield before, _STAYED[turn.outcome], 1
        return
    if turn.outcome == Outcome.CONTINUED and turn.node == before.node:
        yield before, "continued", 1
        return
    if turn.outcome == Outcome.GAVE_UP:
        yield before, "invalid", 1
    left = _LEFT_BY.get(turn.outcome, "answered")
    if turn.node == before.node and left in ("answered", "back"):
        yield before, "paged", 1
    else:
        yield before, left, 1
        if turn.outcome not in _ENDING:
            yield turn, "entered", 1
    if turn.outcome == Outcome.ENDED:
        yield turn, "finished", 1


def _goes_on(turn: Turn) -> bool:
    return turn.outcome not in (Outcome.INVALID, *_ENDING)


def _wait(before: Turn, turn: Turn) -> Iterator[Event]:
    ms = max(turn.at_ms - before.at_ms, 0)
    yield before, "waits", 1
    yield before, "wait_ms", ms
    yield before, wait_column(ms / 1000), 1


def _ended_by(call: OverCall, silence: timedelta) -> str | None:
    if call.outcome == "finished":
        return None
    is_silent = call.ended_ms - call.touched_ms >= silence.total_seconds() * 1000
    return "expired" if is_silent else "dropped"


def local_today(session: Session, now: datetime) -> date:
    """The day that it is for a call from nowhere known."""
    return now.astimezone(next(iter(_zones(session).values()), UTC)).date()


def _days(session: Session) -> Callable[[OverCall], date]:
    """The day on which a call began, where it came from; from nowhere known, by the first district."""
    zones = _zones(session)
    first = next(iter(zones.values()), UTC)

    def day_of(call: OverCall) -> date:
        zone = zones.get(call.district_id or NOWHERE, first)
        return datetime.fromtimestamp(call.started_ms / 1000, zone).date()

    return day_of


def _zones(session: Session) -> Mapping[int, tzinfo]:
    return {district: ZoneInfo(name) for district, name in time_zones(session).items()}
