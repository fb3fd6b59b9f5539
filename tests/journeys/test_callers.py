"""Many people on the phone at once, over HTTP to the real server: nobody sees another's screen.

Requests come twice and late, far more often than in life, and one process of the server is killed.
`bin/bench callers` does the same with more of everything, and on PostgreSQL too.
"""

from pathlib import Path

import pytest

from bench.load.runs import Size, run_reports
from mhealth.store.database import Database

pytestmark = pytest.mark.journey


def test_every_turn_is_right_and_every_report_is_there_once(
    sqlite_database: Database, tmp_path: Path
) -> None:
    size = Size(people=16, turns=600, repeated=0.05, late=0.05, kills=1)
    result = run_reports(size, tmp_path, str(sqlite_database.full.url))

    assert result.tally.examples == []
    assert result.faults == []
    assert (result.tally.wrong, result.tally.missing) == (0, 0)
    assert result.tally.turns >= size.turns
    assert result.kills == 1
    assert min(result.tally.copies[kind] for kind in ("repeated", "late")) > 5
