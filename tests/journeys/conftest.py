from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.journeys.whole import Whole, wait_for


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Whole]]:
    """Starts the whole product below the test's folder and sees that none of it outlives the test."""
    started: list[Whole] = []

    def begin(**extra: str) -> Whole:
        started.append(Whole(tmp_path, **extra))
        return started[-1].until_up()

    yield begin
    for whole in started:
        whole.kill()
    for whole in started:
        wait_for(lambda whole=whole: not whole.left(), f"still running: {whole.left()}")
