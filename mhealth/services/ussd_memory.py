"""What a live session remembers between two turns: transcript, last replies, dialogue state."""

import hashlib

import msgspec

REPLAY_MS = 20_000
"""A late copy of an earlier call comes within the carrier's own deadline; after it, it is a new call."""
_KEPT_REPLIES = 6


class Replayable(msgspec.Struct, frozen=True, array_like=True):
    """One answered call: a digest of its transcript, the reply, and when (milliseconds)."""

    digest: str
    text: str
    ends: bool
    at_ms: int


class Memory(msgspec.Struct, frozen=True, array_like=True):
    """Sealed as a whole; `state` is the engine's own encoding. The newest reply stands last."""

    msisdn: str  # E.164: a dropped call's report needs it when no phone was written down yet
    transcript: str
    state: bytes
    replies: tuple[Replayable, ...]

    @property
    def last(self) -> Replayable:
        """The reply that a retry gets."""
        return self.replies[-1]

    def earlier(self, text: str, now_ms: int) -> Replayable | None:
        """The reply of an earlier call with this very text, while a late copy is likely."""
        digest = digest_of(text)
        for reply in reversed(self.replies):
            if reply.digest == digest and now_ms - reply.at_ms <= REPLAY_MS:
                return reply
        return None


def remember(
    before: Memory | None,
    transcript: str,
    state: bytes,
    reply: tuple[str, bool],
    msisdn: str,
    at_ms: int,
) -> Memory:
    """The memory after a turn; `reply` is its text and whether it ends the call."""
    kept = before.replies[-(_KEPT_REPLIES - 1) :] if before else ()
    newest = Replayable(digest_of(transcript), *reply, at_ms)
    return Memory(msisdn, transcript, state, (*kept, newest))


def digest_of(text: str) -> str:
    """Short digest of a transcript; it lies within the seal, so it needs no key."""
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Memory)


def pack(memory: Memory) -> bytes:
    """To bytes, before sealing."""
    return _ENCODER.encode(memory)


def unpack(packed: bytes) -> Memory:
    """From opened bytes."""
    return _DECODER.decode(packed)
