"""A wake-up drains the lanes of its queue, in order, and rings again when its turn ended first."""

import base64
from collections.abc import Collection, Iterator
from dataclasses import replace

import pytest

from mhealth.domain.errors import SettingsError
from mhealth.domain.message import Lane
from mhealth.handles import open_handles
from mhealth.jobs import WorkerProcess, drain_lane, lanes_beside, sender_of
from mhealth.queue import Bell
from mhealth.settings import Settings, settings_from
from mhealth.store.database import Database
from tests.aggregators.carrier import Carrier, running_carrier
from tests.services.outbox import put, states


class NotedBell(Bell):
    """Notes for which lanes it was rung."""

    def __init__(self) -> None:
        super().__init__(None)
        self.rung: list[set[Lane]] = []

    def ring(self, lanes: Collection[Lane]) -> bool:
        self.rung.append(set(lanes))
        return True


@pytest.fixture
def carrier() -> Iterator[Carrier]:
    with running_carrier() as running:
        yield running


def some_settings(**given: object) -> Settings:
    def key(values: range) -> str:
        return base64.b64encode(bytes(values)).decode()

    plain = {
        "secret_key": "s" * 32,
        "encryption_keys": "test:" + key(range(32)),
        "index_key": key(range(32, 64)),
        "webhook_tokens": "africastalking:token",
    }
    return settings_from(plain | given)


@pytest.fixture
def process(sqlite_database: Database, carrier: Carrier) -> Iterator[WorkerProcess]:
    settings = some_settings(
        database_url=str(sqlite_database.full.url),
        africastalking_base_url=carrier.url,
        worker_queues="emergency:mhealth-emergency",
    )
    handles = replace(open_handles(settings), bell=NotedBell())
    yield WorkerProcess(handles, sender_of(handles))
    handles.database.close()


def rung(process: WorkerProcess) -> list[set[Lane]]:
    bell = process.handles.bell
    assert isinstance(bell, NotedBell)
    return bell.rung


def test_a_wake_up_sends_all_lanes_of_its_queue(
    process: WorkerProcess, sqlite_database: Database, carrier: Carrier
) -> None:
    for lane in (Lane.BULK, Lane.REPLY, Lane.EMERGENCY, Lane.REMINDER):
        put(sqlite_database, lane=lane, body=lane.value)

    drain_lane(process, Lane.BULK)

    assert [call.fields["message"] for call in carrier.calls] == ["reply", "reminder", "bulk"]
    assert states(sqlite_database) == ["accepted", "accepted", "queued", "accepted"]
    assert rung(process) == []


def test_a_turn_that_ends_before_the_outbox_rings_again(
    process: WorkerProcess, sqlite_database: Database
) -> None:
    put(sqlite_database, lane=Lane.EMERGENCY)

    drain_lane(process, Lane.EMERGENCY, seconds=0)

    assert rung(process) == [{Lane.EMERGENCY}]


def test_a_worker_that_is_to_end_takes_nothing_more(
    process: WorkerProcess, sqlite_database: Database
) -> None:
    put(sqlite_database)
    process.stopping.set()

    drain_lane(process, Lane.REPLY)

    assert states(sqlite_database) == ["queued"]
    assert rung(process) == []


def test_a_database_out_of_reach_is_no_failed_job(process: WorkerProcess, carrier: Carrier) -> None:
    settings = some_settings(database_url="sqlite:////nowhere/at/all.sqlite3")
    away = replace(open_handles(settings), bell=NotedBell())

    drain_lane(WorkerProcess(away, sender_of(away)), Lane.REPLY)

    assert carrier.calls == []


def test_lanes_share_a_worker_unless_the_settings_part_them(process: WorkerProcess) -> None:
    rest = [Lane.REPLY, Lane.REMINDER, Lane.BULK]

    assert lanes_beside(Lane.EMERGENCY, process.handles) == [Lane.EMERGENCY]
    assert lanes_beside(Lane.BULK, process.handles) == rest
    assert set(some_settings().queue_of_lane.values()) == {"mhealth"}


@pytest.mark.parametrize("pairs", ["urgent:mhealth", "emergency", "emergency:a b", "bulk:"])
def test_queues_that_cannot_be_are_refused_at_the_start(pairs: str) -> None:
    with pytest.raises(SettingsError, match="lane:queue pairs"):
        some_settings(worker_queues=pairs)


def test_a_process_that_kills_itself_is_for_the_demo_only() -> None:
    assert some_settings(crash_at="leased").crash_at == "leased"
    with pytest.raises(SettingsError, match="MHEALTH_MODE=demo only"):
        some_settings(crash_at="leased", mode="pilot")
