"""What the tests of faults start: a carrier, a Redis, our processes over each database."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from mhealth.store.database import Database
from tests.aggregators.carrier import Carrier, running_carrier
from tests.faults.parts import OwnRedis, Parts, takes


@pytest.fixture
def carrier() -> Iterator[Carrier]:
    with running_carrier() as running:
        running.move = takes
        yield running


@pytest.fixture
def own_redis() -> Iterator[OwnRedis]:
    redis = OwnRedis(Path(tempfile.mkdtemp(prefix="mhealth-redis-")))  # a short path for the socket
    yield redis
    redis.end()


@pytest.fixture
def parts(database: Database, carrier: Carrier, tmp_path: Path) -> Iterator[Parts]:
    url = database.full.url.set(drivername=database.full.dialect.name)
    ours = Parts(tmp_path, url.render_as_string(hide_password=False), carrier.url)
    yield ours
    ours.end()
