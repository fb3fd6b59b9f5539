"""How many SMS we send to whom, so that nobody makes us pay for a flood: budgets, caps, verdicts.

Pure words and numbers; the counting is `store.spending`, the decision `care.allowance`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from mhealth.domain.message import Lane


class Budget(StrEnum):
    """Out of which allowance an SMS is paid; each is counted for itself, none starves another."""

    CALLER = "caller"  # anybody's phone: replies, reminders, bulk
    STAFF = "staff"  # health workers, facilities, districts: likewise
    CALLER_EMERGENCY = "caller_emergency"  # the screen has said it already
    STAFF_EMERGENCY = "staff_emergency"  # never held back
    DIALOGUE = "dialogue"  # a dropped call that goes on by SMS: to whoever called, and answers

    @property
    def is_emergency(self) -> bool:
        """True for what has larger limits."""
        return self in (Budget.CALLER_EMERGENCY, Budget.STAFF_EMERGENCY)

    @property
    def is_staff(self) -> bool:
        """True for phones that the district knows."""
        return self in (Budget.STAFF, Budget.STAFF_EMERGENCY)


def budget_of(lane: Lane, *, is_staff: bool) -> Budget:
    """The budget of an SMS on this lane to such a phone."""
    if lane is Lane.EMERGENCY:
        return Budget.STAFF_EMERGENCY if is_staff else Budget.CALLER_EMERGENCY
    return Budget.STAFF if is_staff else Budget.CALLER


class Cap(StrEnum):
    """What holds an SMS back; the order is that in which they are asked."""

    PREFIX = "prefix"  # the number lies in no allowed country, or costs extra
    NUMBER_HOUR = "number_hour"  # to one number in the last 60 minutes
    NUMBER_DAY = "number_day"  # to one number on this day
    ONE_CALLER_DAY = (
        "one_caller_day"  # to a staff phone, or to all, because of one caller's reports
    )
    DISTRICT_DAY = "district_day"
    CHANNEL_DAY = "channel_day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The most SMS of one budget; a day is the day of UTC."""

    number_hour: int
    number_day: int
    district_day: int
    channel_day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """All limits, and the countries (`+229`) that we send to."""

    prefixes: tuple[str, ...]
    one_caller_day: int
    limits: Mapping[Budget, Limits]
