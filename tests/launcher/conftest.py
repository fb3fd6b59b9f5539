from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.launcher.running import Running


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Starts launchers below the test's folder and sees that none outlives the test."""
    started: list[Running] = []

    def start(**extra: str) -> Running:
        started.append(Running(tmp_path, **extra))
        return started[-1]

    yield start
    for running in started:
        running.process.kill()
        running.process.wait()
    for running in started:
        running.nothing_is_left()
