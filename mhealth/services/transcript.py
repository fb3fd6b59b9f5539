"""What a cumulative carrier's call adds to what we have already: a new input, a retry, or a new start.

The carrier joins all input with `*`, and people may type `*` themselves: so the new input is what
follows the transcript that came before, never the last piece of a split.

The transcript itself is not kept: it holds what a health worker typed as PIN, in every later call.
Its length and a keyed digest are enough to know it again as the beginning of a longer one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

import msgspec

Digest = Callable[[str], bytes]
"""A keyed digest of a text; another key for each session."""


class Heard(msgspec.Struct, frozen=True, array_like=True):
    """All input up to a turn without any of it: how many characters, and their digest."""

    length: int
    digest: bytes


class Kind(Enum):
    """How a call relates to the transcript."""

    RETRY = auto()  # the same text again: show the same screen, do nothing
    INPUT = auto()  # the text heard before, `*`, and something new
    RESTART = auto()  # shorter or another text: a new call under an old name


@dataclass(frozen=True, slots=True)
class Reading:
    """`typed` is set for INPUT only; `heard` is what to store when the turn is taken."""

    kind: Kind
    heard: Heard
    typed: str = ""


def hear(text: str, digest: Digest) -> Heard:
    """A whole transcript as it is remembered."""
    return Heard(len(text), digest(text))


def read_transcript(heard: Heard, text: str, digest: Digest, *, is_cumulative: bool) -> Reading:
    """Compare a call with what was heard before.

    A carrier that sends the last input only cannot be told a retry from the same key pressed
    twice: its input is always new, and the digest goes on from the one before.
    """
    if not is_cumulative:
        grown = Heard(heard.length + 1 + len(text), digest(f"{heard.digest.hex()}*{text}"))
        return Reading(Kind.INPUT, grown, text)
    now = hear(text, digest)
    if now == heard:
        return Reading(Kind.RETRY, heard)
    if not heard.length:
        return Reading(Kind.INPUT, now, text)
    if (
        text[heard.length : heard.length + 1] == "*"
        and digest(text[: heard.length]) == heard.digest
    ):
        return Reading(Kind.INPUT, now, text[heard.length + 1 :])
    return Reading(Kind.RESTART, now)
