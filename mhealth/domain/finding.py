"""What a look at a part of the product found: is it well, what was seen, what mends it."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is; `unknown`: could not be judged, because another part is away."""

    WELL = "well"
    UNKNOWN = "unknown"
    DEGRADED = "degraded"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing seen; `code` names its kind, `mend` says what to do."""

    part: str
    code: str
    level: Level
    seen: str
    mend: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisSeen:
    """What a Redis said of itself; times in milliseconds since 1970."""

    version: str
    is_durable: bool  # writes an append-only file
    policy: str  # maxmemory-policy
    limit_bytes: int  # maxmemory; 0: none
    now_ms: int


class RedisFault(Exception):
    """A Redis that cannot be used; `kind` is unreachable, password or address."""

    def __init__(self, kind: str, reason: str) -> None:
        self.kind = kind
        super().__init__(reason)
