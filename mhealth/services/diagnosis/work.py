"""What runs and what waits: signs of life of the processes, and the queues of messages."""

from collections.abc import Iterator, Sequence

from mhealth.domain.finding import Finding
from mhealth.domain.message import Lane
from mhealth.services.diagnosis.catalogue import found, well
from mhealth.services.diagnosis.circumstances import Circumstances
from mhealth.store.beats import Seen, seen_processes
from mhealth.store.queue_reads import QueueState, read_queues

_SILENT_MS = 60_000
_LONG_MS = 300_000  # for what is no emergency
_NEEDED = ("clock", "web")


def processes(here: Circumstances) -> Iterator[Finding]:
    """Who gave a sign within a minute, who did not, and of which versions they are."""
    with here.records.reading() as session:
        known = seen_processes(session)
    alive = [seen for seen in known if seen.age_ms < _SILENT_MS]
    wrong = [*_missing(here, alive), *_silent(known, alive), *_versions(alive)]
    yield from wrong or [well("processes", ", ".join(seen.process for seen in alive))]


def _missing(here: Circumstances, alive: Sequence[Seen]) -> Iterator[Finding]:
    kinds = {seen.kind for seen in alive}
    for kind in _NEEDED:
        if kind not in kinds:
            yield found(f"processes.no_{kind}", f"no {kind} within a minute")
    if "worker" not in kinds and here.values.get("redis_url"):
        yield found("processes.no_worker", "no worker within a minute")


def _silent(known: Sequence[Seen], alive: Sequence[Seen]) -> Iterator[Finding]:
    for seen in known:
        if seen not in alive:
            yield found("processes.silent", f"{seen.process}, for {seen.age_ms // 1000} s")


def _versions(alive: Sequence[Seen]) -> Iterator[Finding]:
    versions = sorted({seen.version for seen in alive})
    if len(versions) > 1:
        by = [f"{v} on {', '.join(s.process for s in alive if s.version == v)}" for v in versions]
        yield found("processes.versions", "; ".join(by))


def queues(here: Circumstances) -> Iterator[Finding]:
    """What waits too long, what nobody holds any more, and what cannot be sent."""
    with here.records.reading() as session:
        state = read_queues(session)
    wrong = list(_judged(state))
    yield from wrong or [well("queues", f"{sum(state.ready.values())} ready, none late")]


def _judged(state: QueueState) -> Iterator[Finding]:
    oldest = state.oldest_ms
    emergency_ms = oldest.get(Lane.EMERGENCY, 0)
    if emergency_ms > _SILENT_MS:
        yield found("queues.emergency", f"for {emergency_ms // 1000} s")
    for lane in Lane:
        if lane is not Lane.EMERGENCY and oldest.get(lane, 0) > _LONG_MS:
            yield found("queues.waiting", f"{lane}: for {oldest[lane] // 60_000} min")
    if state.stuck:
        yield found("queues.stuck", f"{state.stuck} messages")
    if state.dead:
        yield found("queues.dead", f"{state.dead} messages in a week")
    if state.uncertain_emergencies:
        yield found("queues.uncertain", f"{state.uncertain_emergencies} emergencies")
    for channel, problem, since_ms in state.troubles:
        yield found("queues.channel", f"{channel}: {problem} for {since_ms // 1000} s")
