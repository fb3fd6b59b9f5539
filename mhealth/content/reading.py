"""How we know what a source says; whoever signs a rule or an advice looks at the last two first."""

from enum import StrEnum


class Reading(StrEnum):
    """The word under `read:` beside a rule or an advice."""

    ORIGINAL = "original"  # read in the source itself
    RESTATED = "restated"  # read in a paper, course or computable guide that restates it
    MEMORY = "memory"  # not yet checked against any copy
    OURS = "ours"  # no published rule: a safe default of this platform
