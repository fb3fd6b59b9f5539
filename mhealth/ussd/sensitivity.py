"""How sensitive an answer is: what may be recorded of it, and what nobody may keep."""

from collections.abc import Iterable
from enum import StrEnum


class Sensitivity(StrEnum):
    """Of an answer or a variable.

    A sensitive one stands in the sealed state of its call and goes to deeds; no recording, log or funnel
    holds it. A secret one stands nowhere: it goes with its deed and is gone.
    """

    PUBLIC = "public"
    SENSITIVE = "sensitive"
    SECRET = "secret"

    @property
    def is_recordable(self) -> bool:
        """True when a recording may hold what was typed."""
        return self is Sensitivity.PUBLIC


_RISING = tuple(Sensitivity)


def highest(levels: Iterable[Sensitivity]) -> Sensitivity:
    """The most sensitive of them; public when there is none."""
    return max(levels, key=_RISING.index, default=Sensitivity.PUBLIC)
