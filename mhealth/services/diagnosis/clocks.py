"""Clocks: this machine's against the database's, Redis's, the carrier's, and those of other machines."""

from collections.abc import Iterator, Mapping

from sqlalchemy import select

from mhealth.domain.finding import Finding, Level, RedisFault
from mhealth.services.diagnosis.catalogue import found, well
from mhealth.services.diagnosis.circumstances import CannotJudge, Circumstances
from mhealth.store.beats import seen_processes
from mhealth.store.database import database_now_ms

_TOLD_MS = 5_000
_HARMFUL_MS = 60_000  # an answer's time is counted in minutes, a resend in one


def clock(here: Circumstances) -> Iterator[Finding]:
    """By how much each clock that can be reached differs; each apart, whoever else is away."""
    ahead = {**_database(here), **_redis(here), **_carriers(here)}
    wrong = {who: by for who, by in ahead.items() if abs(by) > _TOLD_MS}
    for who, by in wrong.items():
        level = Level.BROKEN if abs(by) > _HARMFUL_MS else Level.DEGRADED
        side = "ahead of" if by > 0 else "behind"
        yield found("clock.skew", f"{who} is {abs(by) / 1000:.0f} s {side} us", level=level)
    if not ahead:
        raise CannotJudge("no other clock can be reached")
    if not wrong:
        yield well("clock", f"no more than 5 s apart: {', '.join(ahead)}")


def _database(here: Circumstances) -> Mapping[str, int]:
    try:
        with here.records.reading() as session:
            before_ms = here.now_ms()
            theirs = session.scalar(select(database_now_ms())) or 0
            middle_ms = (before_ms + here.now_ms()) // 2
    except CannotJudge:
        return {}
    return {"the database": theirs - middle_ms, **_machines(here, theirs - middle_ms)}


def _machines(here: Circumstances, database_ahead_ms: int) -> Mapping[str, int]:
    """The worst process of each machine."""
    found_ahead: dict[str, int] = {}
    try:
        with here.records.reading() as session:
            for seen in seen_processes(session):
                ahead = seen.ahead_ms + database_ahead_ms
                if abs(ahead) >= abs(found_ahead.get(seen.host, 0)):
                    found_ahead[seen.host] = ahead
    except CannotJudge:
        return {}
    return {f"the machine {host}": ahead for host, ahead in found_ahead.items()}


def _redis(here: Circumstances) -> Mapping[str, int]:
    url = here.values.get("redis_url")
    if url is None:
        return {}
    try:
        _, ahead_ms = here.redis(url)
    except RedisFault:
        return {}
    return {"Redis": ahead_ms}


def _carriers(here: Circumstances) -> Mapping[str, int]:
    asked = {channel: here.ask(url) for channel, url in here.carriers.items()}
    return {
        f"the carrier {channel}": answer.ahead_ms
        for channel, answer in asked.items()
        if answer.ahead_ms is not None
    }
