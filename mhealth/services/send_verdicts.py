"""What each problem of sending does to the message and to its line: one table, and how long to rest."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from mhealth.domain.gateway import SendError, SendProblem
from mhealth.domain.message import Lane, MessageState
from mhealth.services.sending_rules import SendingRules


class Hold(StrEnum):
    """For how long a line rests after a problem."""

    NONE = "none"  # the message's own problem: the next one is sent at once
    GROWING = "growing"  # the carrier or the way to it: soon again, then less and less often
    ACCOUNT = "account"  # a person must act


@dataclass(frozen=True, slots=True)
class Verdict:
    """`queued` means: tried again later, and the try does not count against the message."""

    state: MessageState
    hold: Hold


_AGAIN, _FAILED = MessageState.QUEUED, MessageState.FAILED
VERDICTS: Mapping[SendProblem, Verdict] = {
    SendProblem.NOT_SENT: Verdict(_AGAIN, Hold.GROWING),
    SendProblem.THROTTLED: Verdict(_AGAIN, Hold.GROWING),
    SendProblem.NO_CREDIT: Verdict(_AGAIN, Hold.ACCOUNT),
    SendProblem.BAD_CREDENTIALS: Verdict(_AGAIN, Hold.ACCOUNT),
    SendProblem.BAD_SENDER: Verdict(_AGAIN, Hold.ACCOUNT),
    # Held too, or a carrier that answers nothing readable would make the whole outbox uncertain.
    SendProblem.UNKNOWN: Verdict(MessageState.UNCERTAIN, Hold.GROWING),
    SendProblem.REFUSED: Verdict(_FAILED, Hold.NONE),
    SendProblem.INVALID_NUMBER: Verdict(_FAILED, Hold.NONE),
    SendProblem.BLOCKED: Verdict(_FAILED, Hold.NONE),
    SendProblem.UNROUTABLE: Verdict(_FAILED, Hold.NONE),
}


def hold_ms(error: SendError, lane: Lane, failures: int, rules: SendingRules) -> int:
    """How long a line rests that failed `failures` times in a row before; 0: not at all.

    The carrier's own `retry_after` is honoured within bounds. An emergency rests but shortly: it is
    worth a call in vain.
    """
    match VERDICTS[error.problem].hold:
        case Hold.NONE:
            return 0
        case Hold.ACCOUNT:
            rest = rules.account_hold_ms
        case Hold.GROWING:
            asked = min(int((error.retry_after or 0) * 1000), rules.most_retry_after_ms)
            rest = max(asked, min(rules.hold_ms * 2 ** min(failures, 16), rules.most_hold_ms))
    return min(rest, rules.emergency_hold_ms) if lane is Lane.EMERGENCY else rest
