"""For whom a report of illness is, and the four classes of care that it can end in."""

from enum import StrEnum


class Subject(StrEnum):
    """For whom the caller asks; age then chooses between the protocols of a child."""

    SELF = "self"
    CHILD = "child"
    PREGNANT = "pregnant"
    POSTPARTUM = "postpartum"  # the six weeks after a birth
    OTHER = "other"


class TriageClass(StrEnum):
    """Most severe first; a report with several signs takes the most severe class."""

    EMERGENCY = "emergency"  # go now, the centre is alerted
    URGENT = "urgent"  # a facility the same day, within 24 h
    ROUTINE = "routine"  # the next clinic day
    HOME = "home"  # home care with return signs; never a referral

    @property
    def severity(self) -> int:
        """3 for an emergency down to 0 for home care."""
        return _SEVERITY[self]

    @property
    def is_referred(self) -> bool:
        """True when the class sends the patient to a facility."""
        return self is not TriageClass.HOME


_SEVERITY = {
    TriageClass.EMERGENCY: 3,
    TriageClass.URGENT: 2,
    TriageClass.ROUTINE: 1,
    TriageClass.HOME: 0,
}


def most_severe(classes: list[TriageClass]) -> TriageClass:
    """The class that decides; raises ValueError for an empty list."""
    return max(classes, key=lambda c: c.severity)
