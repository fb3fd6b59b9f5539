"""Redis or the worker gone: every message still leaves, and both processes end when told to."""

import signal

import pytest

from mhealth.domain.message import Lane
from mhealth.queue import Bell
from mhealth.store.database import Database
from tests.aggregators.carrier import Call, Carrier, Handler
from tests.faults.parts import OwnRedis, Part, Parts, takes, wait_for
from tests.services.outbox import put, see, states

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def accepted(database: Database, message: int) -> None:
    wait_for(lambda: see(database, message).state == "accepted", "not sent")


def rung(redis: OwnRedis) -> None:
    wait_for(lambda: Bell(redis.url).ring([Lane.REPLY]), "not rung")


def told_to_end(part: Part) -> int:
    part.send(signal.SIGTERM)
    return part.ended()


def sent_by(part: Part, message: int) -> None:
    part.until(f"message={message} ")


def test_redis_may_die_come_back_and_be_emptied(
    parts: Parts, database: Database, own_redis: OwnRedis
) -> None:
    worker = parts.start("worker", MHEALTH_REDIS_URL=own_redis.url)
    clock = parts.start("clock", MHEALTH_REDIS_URL=own_redis.url, MHEALTH_OVERDUE_SECONDS="30")

    first = put(database)  # nobody rings for it but the clock
    accepted(database, first)
    sent_by(worker, first)

    own_redis.kill()
    second = put(database, lane=Lane.EMERGENCY)
    accepted(database, second)
    sent_by(clock, second)

    own_redis.start()
    assert told_to_end(clock) == 0
    third = put(database)
    rung(own_redis)
    accepted(database, third)
    sent_by(worker, third)

    rung(own_redis)
    own_redis.client.flushall()
    fourth = put(database)
    rung(own_redis)
    accepted(database, fourth)
    assert told_to_end(worker) == 0


def test_when_no_worker_lives_the_clock_sends_although_the_bell_rings(
    parts: Parts, database: Database, own_redis: OwnRedis
) -> None:
    clock = parts.start("clock", MHEALTH_REDIS_URL=own_redis.url)
    rung(own_redis)

    message = put(database)

    accepted(database, message)
    assert clock.said("no worker takes what is due")
    assert own_redis.client.llen("rq:queue:mhealth") == 1
    assert told_to_end(clock) == 0


def test_a_worker_told_to_end_finishes_the_message_in_hand_and_no_other(
    parts: Parts, database: Database, own_redis: OwnRedis, carrier: Carrier
) -> None:
    put(database)
    put(database)
    worker = parts.start("worker", MHEALTH_REDIS_URL=own_redis.url)

    def end_at_receipt(handler: Handler, call: Call) -> None:
        worker.send(signal.SIGTERM)
        takes(handler, call)

    carrier.move = end_at_receipt
    rung(own_redis)

    assert worker.ended() == 0
    assert states(database) == ["accepted", "queued"]


def test_a_worker_waits_for_a_redis_that_is_not_there_yet(
    parts: Parts, database: Database, own_redis: OwnRedis
) -> None:
    own_redis.kill()
    worker = parts.start("worker", MHEALTH_REDIS_URL=own_redis.url).until("no Redis")
    own_redis.start()
    message = put(database)
    rung(own_redis)

    accepted(database, message)
    assert told_to_end(worker) == 0


def test_an_outage_of_redis_is_told_once_when_it_begins_and_once_when_it_ends(
    parts: Parts, database: Database, own_redis: OwnRedis
) -> None:
    worker = parts.start("worker", MHEALTH_REDIS_URL=own_redis.url)
    own_redis.kill()
    worker.until("no Redis")
    tried = own_redis.wait_for_knocks(3)
    own_redis.start()
    worker.until("Redis is back")

    assert told_to_end(worker) == 0
    log = worker.log.read_text()
    assert tried >= 3
    assert log.count("no Redis") == log.count("Redis is back") == 1, log
    assert sum("connect" in line for line in log.splitlines()) == 1, log
