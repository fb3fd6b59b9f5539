"""The doorbell: an RQ job without payload wakes the worker of a lane. Losing it costs seconds.

The truth is in the database; the clock process rings again for what nobody took, and sends by itself
when the bell cannot be rung.
"""

import time
from collections.abc import Collection, Mapping

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, AuthorizationError, NoPermissionError, RedisError
from redis.exceptions import ConnectionError as NoConnection
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer

from mhealth.domain.errors import SettingsError
from mhealth.domain.finding import RedisFault, RedisSeen
from mhealth.domain.message import Lane
from mhealth.logs import log_for

QUEUE = "mhealth"
"""The queue of lanes that have none of their own."""

JOB = "mhealth.jobs.drain"
_ONE_QUEUE = dict.fromkeys(Lane, QUEUE)

log = log_for("queue")


class Bell:
    """Rings for lanes; shared by all threads of a process.

    `patience` seconds at most are waited for Redis, and after a failure it is left alone for
    `quiet` seconds, so that a dead Redis never slows a turn.
    """

    def __init__(
        self,
        redis_url: str | None,
        queue_of_lane: Mapping[Lane, str] | None = None,
        *,
        patience: float = 0.5,
        quiet: float = 2.0,
    ) -> None:
        self._redis = open_redis(redis_url, patience) if redis_url else None
        self._queue_of_lane = queue_of_lane or _ONE_QUEUE
        self._quiet = quiet
        self._quiet_until = 0.0
        self._is_broken = False  # said once, however often it is tried

    def ring(self, lanes: Collection[Lane]) -> bool:
        """Wake the workers of these lanes. False: not rung, the clock will see to it. Never raises."""
        if not lanes:
            return True
        if self._redis is None or time.monotonic() < self._quiet_until:
            return False
        try:
            for queue, lane in self._queues_of(lanes).items():
                _wake(self._redis, queue, lane)
        except Exception as error:  # whatever it is: the caller's deed is committed and must go on
            self._quiet_until = time.monotonic() + self._quiet
            if not self._is_broken:
                log.warning("bell not rung", reason=f"{type(error).__name__}: {error}"[:120])
            self._is_broken = True
            return False
        if self._is_broken:
            log.info("bell rings again")
        self._is_broken = False
        return True

    def is_up(self) -> bool:
        """Whether Redis answers now; False when there is none."""
        try:
            return self._redis is not None and bool(self._redis.ping())
        except RedisError:
            return False

    def _queues_of(self, lanes: Collection[Lane]) -> dict[str, Lane]:
        """Each queue to be woken, and its most urgent lane."""
        by_rank = sorted(lanes, key=lambda lane: lane.rank, reverse=True)
        return {self._queue_of_lane[lane]: lane for lane in by_rank}


def open_redis(url: str, patience: float) -> Redis:
    """A client that gives up after so many seconds; it reconnects once when a connection is stale.

    Connects on first use only. Raises SettingsError for an address that is none.
    """
    try:
        return Redis.from_url(
            url,
            socket_timeout=patience,
            socket_connect_timeout=patience,
            retry=Retry(NoBackoff(), 1, supported_errors=(NoConnection,)),
        )
    except ValueError as error:
        raise SettingsError(f"MHEALTH_REDIS_URL: {error}") from error


def ask_redis(url: str, patience: float = 2.0) -> RedisSeen:
    """What a Redis says of itself, for the doctor. Raises RedisFault."""
    try:
        redis = open_redis(url, patience)
    except SettingsError as error:
        raise RedisFault("address", str(error)) from error
    try:
        told = {**redis.info("server"), **redis.info("persistence"), **redis.info("memory")}
        seconds, micros = redis.time()
    except (AuthenticationError, AuthorizationError, NoPermissionError) as error:
        raise RedisFault("password", str(error)) from error
    except (RedisError, OSError) as error:
        is_shut = "NOAUTH" in str(error) or "Authentication required" in str(error)
        raise RedisFault("password" if is_shut else "unreachable", _plain(error)) from error
    finally:
        redis.close()
    return RedisSeen(
        version=str(told.get("redis_version", "0")),
        is_durable=bool(told.get("aof_enabled")),
        policy=str(told.get("maxmemory_policy", "noeviction")),
        limit_bytes=int(told.get("maxmemory", 0)),
        now_ms=int(seconds) * 1000 + int(micros) // 1000,
    )


def _plain(error: Exception) -> str:
    """Without the address, in which a password may stand."""
    words = str(error).strip().splitlines()
    return words[0][:160] if words else type(error).__name__


def _wake(redis: Redis, name: str, lane: Lane) -> None:
    """Leave a wake-up unless one is waiting already: whoever takes that one sees our message too."""
    queue = Queue(name, connection=redis, serializer=JSONSerializer)
    if queue.count:
        return
    queue.enqueue_call(
        JOB,
        args=(lane.value,),
        timeout=-1,  # a job cut short in mid-send would leave a message uncertain
        result_ttl=0,
        failure_ttl=0,
        description=f"drain {lane.value}",
    )
