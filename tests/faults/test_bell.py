"""The bell with a Redis that is there, dead, frozen, emptied, or never was."""

import json
import signal
import time
import zlib
from collections.abc import Callable

import pytest
from redis import Redis

from mhealth.domain.errors import SettingsError
from mhealth.domain.message import Lane
from mhealth.queue import Bell
from tests.faults.parts import OwnRedis

ALL = tuple(Lane)


def timed(deed: Callable[[], bool]) -> tuple[bool, float]:
    begun = time.monotonic()
    result = deed()
    return result, time.monotonic() - begun


def waiting(client: Redis, queue: str = "mhealth") -> int:
    return int(client.llen(f"rq:queue:{queue}"))


def test_one_wake_up_waits_however_often_it_is_rung(own_redis: OwnRedis) -> None:
    bell = Bell(own_redis.url)

    assert all(bell.ring([lane]) for lane in ALL)
    assert bell.ring(ALL)

    assert waiting(own_redis.client) == 1


def test_nothing_to_ring_for_is_no_failure(own_redis: OwnRedis) -> None:
    assert Bell(None).ring([])
    assert Bell(own_redis.url).ring(set())
    assert waiting(own_redis.client) == 0


def test_lanes_with_a_queue_of_their_own_are_rung_there(own_redis: OwnRedis) -> None:
    queues = dict.fromkeys(Lane, "mhealth") | {Lane.EMERGENCY: "mhealth-emergency"}

    assert Bell(own_redis.url, queues).ring([Lane.BULK, Lane.REPLY])
    assert (waiting(own_redis.client), waiting(own_redis.client, "mhealth-emergency")) == (1, 0)
    assert Bell(own_redis.url, queues).ring(ALL)
    assert (waiting(own_redis.client), waiting(own_redis.client, "mhealth-emergency")) == (1, 1)


def test_a_wake_up_carries_the_lane_and_nothing_more(own_redis: OwnRedis) -> None:
    Bell(own_redis.url).ring([Lane.BULK, Lane.REMINDER])

    (key,) = own_redis.client.keys("rq:job:*")
    job = own_redis.client.hgetall(key)
    assert job[b"description"] == b"drain reminder"
    data = job[b"data"]
    assert isinstance(data, bytes)
    assert json.loads(zlib.decompress(data)) == [
        "mhealth.jobs.drain",
        None,
        ["reminder"],
        {},
    ]
    assert {job[name] for name in (b"result_ttl", b"failure_ttl")} == {b"0"}


def test_without_redis_it_is_never_rung_and_never_raises() -> None:
    assert not Bell(None).ring(ALL)
    assert not Bell("unix:///nowhere/at/all.sock").ring(ALL)


def test_an_address_that_is_none_is_refused_at_the_start() -> None:
    with pytest.raises(SettingsError, match="MHEALTH_REDIS_URL"):
        Bell("not an address")


def test_a_dead_redis_costs_no_time_and_is_found_again(own_redis: OwnRedis) -> None:
    bell = Bell(own_redis.url, quiet=0.2)
    assert bell.ring(ALL)
    own_redis.kill()

    is_rung, seconds = timed(lambda: bell.ring(ALL))
    assert (is_rung, seconds < 0.5) == (False, True)
    own_redis.start()
    assert not bell.ring(ALL)  # left alone for a while
    deadline = time.monotonic() + 10
    while not bell.ring(ALL):
        assert time.monotonic() < deadline

    assert waiting(own_redis.client) == 1


def test_a_restarted_redis_is_rung_at_once(own_redis: OwnRedis) -> None:
    bell = Bell(own_redis.url)
    assert bell.ring(ALL)
    own_redis.kill()
    own_redis.start()

    assert bell.ring(ALL)
    assert waiting(own_redis.client) == 1


def test_a_frozen_redis_is_waited_for_once_and_shortly(own_redis: OwnRedis) -> None:
    bell = Bell(own_redis.url, patience=0.3, quiet=30)
    assert bell.ring(ALL)
    own_redis.send(signal.SIGSTOP)

    first = timed(lambda: bell.ring(ALL))
    assert (first[0], first[1] < 1.5) == (False, True)
    again = timed(lambda: any(bell.ring(ALL) for _ in range(100)))
    assert (again[0], again[1] < 0.2) == (False, True)


def test_an_emptied_redis_is_rung_again(own_redis: OwnRedis) -> None:
    bell = Bell(own_redis.url)
    assert bell.ring(ALL)
    own_redis.client.flushall()

    assert bell.ring(ALL)
    assert waiting(own_redis.client) == 1


def test_a_wrong_password_is_a_bell_not_rung(own_redis: OwnRedis) -> None:
    own_redis.client.config_set("requirepass", "other")

    assert not Bell(own_redis.url, quiet=0).ring(ALL)
