"""How long a number must wait after wrong PINs: five are free, then each one more doubles the wait.

Six digits and at most ten wrong ones a day make one chance in 100,000 a day of guessing right.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

FREE = 5
FIRST = timedelta(minutes=15)
LONGEST = timedelta(hours=24)
DAILY = 10
DAY = timedelta(hours=24)
KEPT = timedelta(days=30)
"""A wrong PIN is forgiven after so long; the table keeps tries no longer."""

_DOUBLINGS = 16


class Try(Protocol):
    """A try of a PIN; one that was not weighed yet counts as wrong."""

    at: datetime
    is_right: bool | None


def locked_until(tries: Sequence[Try], now: datetime) -> datetime | None:
    """Until when the next try must wait, from all tries in order; None: it may come now."""
    wrong = [one.at for one in tries if not one.is_right]
    row: list[datetime] = []  # wrong ones since the last right one
    for one in tries:
        row = [] if one.is_right else [*row, one.at]
    ends = [end for end in (_after_row(row), _after_day(wrong, now)) if end is not None]
    until = max(ends, default=now)
    return until if until > now else None


def is_overrun(tries: Sequence[Try], now: datetime) -> bool:
    """True when others than its owner tried a PIN as often as a day allows."""
    return _after_day([one.at for one in tries if not one.is_right], now) is not None


def _after_row(wrong: Sequence[datetime]) -> datetime | None:
    if len(wrong) < FREE:
        return None
    doublings = min(len(wrong) - FREE, _DOUBLINGS)
    return wrong[-1] + min(FIRST * (1 << doublings), LONGEST)


def _after_day(wrong: Sequence[datetime], now: datetime) -> datetime | None:
    today = [at for at in wrong if at > now - DAY]
    return today[-DAILY] + DAY if len(today) >= DAILY else None
