"""What a cumulative carrier's call adds to what we have already: a new input, a retry, or a new start.

The carrier joins all input with `*`, and people may type `*` themselves: so the new input is what
follows the transcript that we stored, never the last piece of a split.
"""

from dataclasses import dataclass
from enum import Enum, auto


class Kind(Enum):
    """How a call relates to the transcript."""

    RETRY = auto()  # the same text again: show the same screen, do nothing
    INPUT = auto()  # the stored text, `*`, and something new
    RESTART = auto()  # shorter or another text: a new call under an old name


@dataclass(frozen=True, slots=True)
class Reading:
    """`typed` is set for INPUT only; `transcript` is what to store when the turn is taken."""

    kind: Kind
    transcript: str
    typed: str = ""


def read_transcript(stored: str, text: str, *, is_cumulative: bool) -> Reading:
    """Compare a call with the stored transcript.

    A carrier that sends the last input only cannot be told a retry from the same key pressed
    twice: its input is always new, and the transcript grows by it.
    """
    if not is_cumulative:
        return Reading(Kind.INPUT, f"{stored}*{text}" if stored else text, text)
    if text == stored:
        return Reading(Kind.RETRY, stored)
    if not stored:
        return Reading(Kind.INPUT, text, text)
    if text.startswith(stored + "*"):
        return Reading(Kind.INPUT, text, text[len(stored) + 1 :])
    return Reading(Kind.RESTART, text)
