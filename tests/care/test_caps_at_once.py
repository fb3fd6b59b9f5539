"""Two processes that write to one number at once go beyond its cap by one SMS at the most."""

import subprocess
import sys
from pathlib import Path

from sqlalchemy import func, select

from mhealth.store.database import Database
from mhealth.store.messages import Message
from tests.product import MOTHER

ROOT = Path(__file__).parents[2]


def test_two_processes_putting_at_once(database: Database) -> None:
    url = database.full.url.render_as_string(hide_password=False)
    words = [sys.executable, "-m", "tests.care.putting", url, MOTHER.e164]
    both = [
        subprocess.Popen(
            [*words, name, "15"],
            cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        for name in ("one", "other")
    ]  # fmt: skip
    for process in both:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in both:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in both:
        process.communicate(timeout=60)
        assert process.returncode == 0

    with database.reading() as session:
        all_ = session.scalar(select(func.count()).select_from(Message))
        paid = session.scalar(select(func.count()).where(Message.budget.is_not(None)))
    assert all_ == 30
    # SQLite has one writer at a time; on PostgreSQL neither sees what the other has not committed.
    assert paid in ((5,) if database.is_sqlite else (5, 6))
