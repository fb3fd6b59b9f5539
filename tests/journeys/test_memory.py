"""The whole product stays small: it must fit beside other things on a cheap machine."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys.whole import Whole, wait_for

pytestmark = pytest.mark.journey

MOST = 300.0  # megabytes
MOTHER, KPELA = "+2290197000001", "+2290190000011"
DANGER = ("1", "1", "1", "3", "1", "2", "3", "2", "1")
NOT_SHIPPED = ("rich", "pygments", "greenlet")
"""What the tools for tests bring along and libraries of ours would load when they find it."""


def as_shipped(folder: Path) -> str:
    """A folder for PYTHONPATH that hides what an installation does not have."""
    folder.mkdir()
    hidden = f"import sys\nsys.modules.update(dict.fromkeys({NOT_SHIPPED}))\n"
    (folder / "sitecustomize.py").write_text(hidden)
    return str(folder)


def test_at_rest_all_parts_together_take_three_hundred_megabytes_at_most(
    start: Callable[..., Whole], tmp_path: Path
) -> None:
    shipped = {"PYTHONPATH": as_shipped(tmp_path / "shipped"), "PYTHONDONTWRITEBYTECODE": ""}
    assert start(**shipped).stop() == 0  # what is compiled by now takes no memory any more
    whole = start(**shipped)
    wait_for(lambda: "clock runs" in whole.output and "worker waits" in whole.output, whole.output)
    whole.phone(MOTHER).dial(*DANGER)  # every part has done its work once
    whole.phone(KPELA).wait_for_sms("URGENCE")

    memory = whole.memory()

    assert len(memory) >= 7  # launcher, redis, two of the web, simulator, clock, worker
    assert sum(memory.values()) <= MOST, memory
