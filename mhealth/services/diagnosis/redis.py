"""Redis: reached, let in, new enough, and keeping what it is told. The edge asks; here it is judged."""

from collections.abc import Iterator

from mhealth.domain.finding import Finding, Level, RedisFault, RedisSeen
from mhealth.services.diagnosis.catalogue import found, well
from mhealth.services.diagnosis.circumstances import Circumstances

_OLDEST = (6, 2)  # BLMOVE: a wake-up that a killed worker held stays in a list


def redis(here: Circumstances) -> Iterator[Finding]:
    """One finding for each thing that is wrong with it."""
    url = here.value("redis_url")
    if url is None:
        if here.is_demo:
            yield well("redis", "none: the clock sends")
        else:
            yield found("redis.none", "MHEALTH_REDIS_URL is not set")
        return
    try:
        seen, _ = here.redis(url)
    except RedisFault as fault:
        code = "redis.password" if fault.kind == "password" else "redis.unreachable"
        yield found(code, str(fault)[:200])
        return
    wrong = list(_judged(seen, is_demo=here.is_demo))
    yield from wrong or [well("redis", f"{seen.version} answers")]


def _judged(seen: RedisSeen, *, is_demo: bool) -> Iterator[Finding]:
    if _numbers(seen.version) < _OLDEST:
        yield found("redis.old", seen.version)
    if not seen.is_durable and not is_demo:
        yield found("redis.not_durable", "appendonly no")
    if seen.policy != "noeviction" and seen.limit_bytes:
        level = Level.DEGRADED
        yield found("redis.evicts", f"maxmemory-policy {seen.policy}", level=level)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
