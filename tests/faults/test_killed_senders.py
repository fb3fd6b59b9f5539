"""Senders killed or stopped at each point of a message's way: nothing routine twice, nothing lost.

The worker and the clock are the real commands, each a process; the carrier notes what comes before
it answers. `seen` counts how often a text reached it.
"""

import signal
from collections import Counter

import pytest

from mhealth.domain.message import Lane
from mhealth.queue import Bell
from mhealth.store.database import Database
from tests.aggregators.carrier import Call, Carrier, Handler
from tests.faults.parts import OwnRedis, Part, Parts, takes, wait_for
from tests.services.outbox import change, put, see, state_of

EMERGENCY, REPLY = "URGENCE 482 1935", "Référence 482 1935"
ON_POSTGRES = pytest.mark.parametrize(
    "database", [pytest.param("postgres", marks=pytest.mark.pg)], indirect=True
)
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def seen(carrier: Carrier) -> Counter[str]:
    with carrier.lock:
        return Counter(call.fields["message"] for call in carrier.calls)


def written(database: Database) -> tuple[int, int]:
    """An emergency and a reply in the outbox."""
    emergency = put(database, lane=Lane.EMERGENCY, body=EMERGENCY)
    return emergency, put(database, lane=Lane.REPLY, body=REPLY)


def killed_at(parts: Parts, redis: OwnRedis, point: str) -> None:
    """A worker takes the next message and dies at that point, as by kill -9."""
    worker = parts.start("worker", MHEALTH_REDIS_URL=redis.url, MHEALTH_CRASH_AT=point)
    wait_for(lambda: Bell(redis.url).ring([Lane.EMERGENCY]), "not rung")
    assert worker.ended() == -signal.SIGKILL


def sent_by_the_clock(parts: Parts, database: Database, emergency: int, reply: int) -> None:
    """The clock alone, no worker left: until nothing is on its way any more."""
    parts.start("clock")
    settled = {"accepted", "uncertain", "delivered", "failed", "dead"}
    wait_for(
        lambda: (
            see(database, emergency).state == "accepted" and see(database, reply).state in settled
        ),
        "not settled",
    )


@ON_POSTGRES
@pytest.mark.parametrize(
    ("point", "emergencies", "resends", "replies", "reply_state"),
    [
        ("leased", 1, 0, 1, "accepted"),
        ("sending", 1, 1, 0, "uncertain"),
        ("answered", 2, 1, 1, "uncertain"),
    ],
)
def test_a_worker_killed_at_a_named_point(
    parts: Parts,
    database: Database,
    own_redis: OwnRedis,
    carrier: Carrier,
    point: str,
    emergencies: int,
    resends: int,
    replies: int,
    reply_state: str,
) -> None:
    emergency, reply = written(database)
    killed_at(parts, own_redis, point)
    killed_at(parts, own_redis, point)

    sent_by_the_clock(parts, database, emergency, reply)

    assert seen(carrier) == +Counter({EMERGENCY: emergencies, REPLY: replies})
    assert state_of(database, reply).value == reply_state
    assert see(database, emergency).resends == resends


@ON_SQLITE
def test_a_worker_killed_while_the_carrier_thinks(
    parts: Parts, database: Database, own_redis: OwnRedis, carrier: Carrier
) -> None:
    emergency, reply = written(database)
    worker: list[Part] = []

    def kill_at_receipt(handler: Handler, call: Call) -> None:
        if worker:
            worker.pop().send(signal.SIGKILL)
        else:
            takes(handler, call)

    carrier.move = kill_at_receipt
    for _ in range(2):
        started = parts.start("worker", MHEALTH_REDIS_URL=own_redis.url)
        worker.append(started)
        wait_for(lambda: Bell(own_redis.url).ring([Lane.EMERGENCY]), "not rung")
        assert started.ended() == -signal.SIGKILL

    sent_by_the_clock(parts, database, emergency, reply)

    assert seen(carrier) == {EMERGENCY: 2, REPLY: 1}
    assert state_of(database, reply).value == "uncertain"
    assert see(database, emergency).resends == 1


@ON_SQLITE
def test_an_emergency_is_resent_once_and_only_once(
    parts: Parts, database: Database, own_redis: OwnRedis, carrier: Carrier
) -> None:
    emergency = put(database, lane=Lane.EMERGENCY, body=EMERGENCY)
    killed_at(parts, own_redis, "answered")
    clock = parts.start("clock", MHEALTH_CRASH_AT="answered")
    assert clock.ended() == -signal.SIGKILL

    parts.start("clock")
    wait_for(lambda: see(database, emergency).state == "uncertain", "not uncertain")
    change(database, emergency, sending_ms=1)
    other = put(database, body=REPLY)
    wait_for(lambda: see(database, other).state == "accepted", "the clock does not send")

    assert seen(carrier) == {EMERGENCY: 2, REPLY: 1}
    assert (see(database, emergency).state, see(database, emergency).resends) == ("uncertain", 1)


@ON_POSTGRES
def test_a_stopped_worker_that_wakes_up_changes_nothing(
    parts: Parts, database: Database, own_redis: OwnRedis, carrier: Carrier
) -> None:
    emergency, reply = written(database)
    asked: list[Handler] = []
    worker = parts.start("worker", MHEALTH_REDIS_URL=own_redis.url)

    def stop_at_receipt(handler: Handler, call: Call) -> None:
        asked.append(handler)
        if len(asked) == 1:
            worker.send(signal.SIGSTOP)
            wait_for(lambda: see(database, emergency).resends == 1, "not resent")
            wait_for(lambda: see(database, emergency).state == "accepted", "not accepted")
        takes(handler, call)

    carrier.move = stop_at_receipt
    wait_for(lambda: Bell(own_redis.url).ring([Lane.EMERGENCY]), "not rung")
    sent_by_the_clock(parts, database, emergency, reply)
    second_copy = see(database, emergency)
    worker.send(signal.SIGCONT)
    worker.until("too late to count")

    now = see(database, emergency)
    assert (now.state, now.carrier_id, now.accepted_ms, now.resends) == (
        "accepted",
        second_copy.carrier_id,
        second_copy.accepted_ms,
        1,
    )
    assert seen(carrier) == {EMERGENCY: 2, REPLY: 1}
