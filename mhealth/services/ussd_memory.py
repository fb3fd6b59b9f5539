"""What a live session remembers between two turns: what was heard, last replies, dialogue state."""

import msgspec

from mhealth.services.transcript import Heard

REPLAY_MS = 20_000
"""A late copy of an earlier call comes within the carrier's own deadline; after it, it is a new call."""
_KEPT_REPLIES = 6


class Replayable(msgspec.Struct, frozen=True, array_like=True):
    """One answered call: what was heard by then, the reply, and when (milliseconds)."""

    heard: Heard
    text: str
    ends: bool
    at_ms: int


class Dialogue(msgspec.Struct, frozen=True, array_like=True):
    """What a dialogue that goes on after a drop brings along from the sessions before.

    It is one dialogue: what it reports is found under its first session, its turns are counted on.
    """

    key: str  # of the session that it began in
    turns: int = 0  # taken in the sessions before this one
    salvaged: int = 0  # the step of the report that a drop made of it; 0: none
    asked: int = 0  # questions that went out as SMS
    question: str = ""  # the last of them, as it went out


class Memory(msgspec.Struct, frozen=True, array_like=True):
    """Sealed as a whole; `state` is the engine's own encoding. The newest reply stands last."""

    msisdn: str  # E.164: a dropped call's report needs it when no phone was written down yet
    state: bytes
    replies: tuple[Replayable, ...]
    dialogue: Dialogue | None = None  # None: it began in this session, and never dropped

    @property
    def last(self) -> Replayable:
        """The reply that a retry gets."""
        return self.replies[-1]

    @property
    def heard(self) -> Heard:
        """All input of the turns taken."""
        return self.last.heard

    def earlier(self, heard: Heard, now_ms: int) -> Replayable | None:
        """The reply of an earlier call with this very text, while a late copy is likely."""
        for reply in reversed(self.replies):
            if reply.heard == heard and now_ms - reply.at_ms <= REPLAY_MS:
                return reply
        return None


def remember(
    before: Memory | None,
    heard: Heard,
    state: bytes,
    reply: tuple[str, bool],
    msisdn: str,
    at_ms: int,
    dialogue: Dialogue | None = None,
) -> Memory:
    """The memory after a turn; `reply` is its text and whether it ends the call."""
    kept = before.replies[-(_KEPT_REPLIES - 1) :] if before else ()
    newest = Replayable(heard, *reply, at_ms)
    return Memory(msisdn, state, (*kept, newest), dialogue)


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Memory)


def pack(memory: Memory) -> bytes:
    """To bytes, before sealing."""
    return _ENCODER.encode(memory)


def unpack(packed: bytes) -> Memory:
    """From opened bytes."""
    return _DECODER.decode(packed)
