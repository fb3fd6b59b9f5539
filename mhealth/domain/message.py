"""Outbound messages: lanes, states and the moves between states."""

from enum import StrEnum


class Lane(StrEnum):
    """Who goes first; the order here is the order of sending."""

    EMERGENCY = "emergency"  # a danger sign: at least once, and somebody must answer
    REPLY = "reply"  # an answer to the one who wrote: at most once
    REMINDER = "reminder"
    BULK = "bulk"

    @property
    def rank(self) -> int:
        """0 is sent first; stored beside the message so that the database can order by it."""
        return list(Lane).index(self)


class MessageState(StrEnum):
    """Where a message stands; it only ever moves to a higher rank (see `may_become`)."""

    QUEUED = "queued"  # waits for its time and a sender
    LEASED = "leased"  # a sender holds it; the call has not begun
    SENDING = "sending"  # the call to the carrier has begun
    UNCERTAIN = "uncertain"  # the call began and its answer was lost
    ACCEPTED = "accepted"  # the carrier took it
    DELIVERED = "delivered"
    FAILED = "failed"  # the carrier or the network refused it
    EXPIRED = "expired"  # not delivered within the network's time
    NO_REPORT = "no_report"  # accepted, and no word since
    CANCELLED = "cancelled"  # what it spoke of is over
    DEAD = "dead"  # cannot be sent: broken, or given up


_RANK = {
    MessageState.QUEUED: 0,
    MessageState.LEASED: 1,
    MessageState.SENDING: 2,
    MessageState.UNCERTAIN: 3,
    MessageState.ACCEPTED: 4,
    MessageState.NO_REPORT: 5,
    MessageState.EXPIRED: 6,
    MessageState.FAILED: 7,  # tells more than `expired`, whichever report came first
    MessageState.DELIVERED: 8,
    MessageState.CANCELLED: 9,
    MessageState.DEAD: 9,
}

FINAL = frozenset(s for s, rank in _RANK.items() if rank >= 6)


def may_become(now: MessageState, then: MessageState) -> bool:
    """True when a report may move a message from `now` to `then`.

    Forward only: a late `accepted` never undoes `delivered`. A delivery after a failure stands,
    since the phone's word is the better witness. The sender's own steps back (a lease that ran out,
    a call that never began) are not reports and do not pass here.
    """
    return _RANK[then] > _RANK[now]


class DeliveryStatus(StrEnum):
    """Our one vocabulary for what carriers report about a message."""

    SENT = "sent"  # handed to the network
    DELIVERED = "delivered"
    FAILED = "failed"
    EXPIRED = "expired"

    @property
    def state(self) -> MessageState:
        """The message state that this report moves to."""
        return _STATE_OF[self]


_STATE_OF = {
    DeliveryStatus.SENT: MessageState.ACCEPTED,
    DeliveryStatus.DELIVERED: MessageState.DELIVERED,
    DeliveryStatus.FAILED: MessageState.FAILED,
    DeliveryStatus.EXPIRED: MessageState.EXPIRED,
}


class Recipient(StrEnum):
    """In what role somebody receives a message."""

    CALLER = "caller"
    HEALTH_WORKER = "health_worker"
    FACILITY = "facility"
    DISTRICT = "district"
    SENDER = "sender"  # whoever wrote the SMS that this one answers
