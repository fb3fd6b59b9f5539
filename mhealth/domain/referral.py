"""Referral status: the field's words, their FHIR Task words, and the moves allowed."""

from dataclasses import dataclass
from enum import StrEnum


class ReferralStatus(StrEnum):
    """What the field says of a referral (referral and counter-referral note, PCPNC N2-N3)."""

    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"  # this centre cannot; the next one up is asked
    EN_ROUTE = "en_route"
    ARRIVED = "arrived"
    TREATED = "treated"
    ADMITTED = "admitted"
    TRANSFERRED = "transferred"
    COUNTER_REFERRED = "counter_referred"
    FOLLOWED_UP = "followed_up"
    REFUSED = "refused"  # the family will not go
    NOT_REACHED = "not_reached"
    RETURNED_WITHOUT_CARE = "returned_without_care"
    DIED = "died"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class StatusRow:
    """One line of the table: FHIR R4 Task.status and businessStatus, and where it may go."""

    task_status: str
    business_status: str
    moves: frozenset[ReferralStatus]

    @property
    def is_closed(self) -> bool:
        """True when an outcome stands: nothing more is expected."""
        return not self.moves


_S = ReferralStatus
_EXITS = frozenset({_S.REFUSED, _S.NOT_REACHED, _S.DIED, _S.EXPIRED})


def _row(task: str, business: str, *moves: ReferralStatus, exits: bool = True) -> StatusRow:
    return StatusRow(task, business, frozenset(moves) | (_EXITS if exits else frozenset()))


_ON_THE_WAY = (_S.EN_ROUTE, _S.ARRIVED, _S.TREATED, _S.ADMITTED, _S.RETURNED_WITHOUT_CARE)

STATUS_TABLE: dict[ReferralStatus, StatusRow] = {
    _S.SENT: _row("requested", "sent", _S.ACCEPTED, _S.DECLINED, *_ON_THE_WAY),
    _S.ACCEPTED: _row("accepted", "accepted", _S.DECLINED, *_ON_THE_WAY),
    _S.DECLINED: _row("requested", "declined", _S.SENT, _S.ACCEPTED, *_ON_THE_WAY),
    _S.EN_ROUTE: _row(
        "accepted", "en-route", _S.ARRIVED, _S.TREATED, _S.ADMITTED, _S.RETURNED_WITHOUT_CARE
    ),
    _S.ARRIVED: _row(
        "in-progress", "arrived", _S.TREATED, _S.ADMITTED, _S.TRANSFERRED, _S.RETURNED_WITHOUT_CARE
    ),
    _S.ADMITTED: _row("in-progress", "admitted", _S.TREATED, _S.TRANSFERRED, _S.COUNTER_REFERRED),
    _S.TREATED: _row(
        "completed", "treated", _S.COUNTER_REFERRED, _S.FOLLOWED_UP, _S.DIED, exits=False
    ),
    _S.TRANSFERRED: _row("in-progress", "transferred", _S.ACCEPTED, _S.DECLINED, *_ON_THE_WAY),
    _S.COUNTER_REFERRED: _row(
        "completed", "counter-referred", _S.FOLLOWED_UP, _S.DIED, exits=False
    ),
    _S.FOLLOWED_UP: _row("completed", "followed-up", exits=False),
    _S.REFUSED: _row("failed", "refused", exits=False),
    _S.NOT_REACHED: _row("failed", "not-reached", exits=False),
    _S.RETURNED_WITHOUT_CARE: _row("failed", "returned-without-care", exits=False),
    _S.DIED: _row("failed", "died", exits=False),
    _S.EXPIRED: _row("failed", "expired", exits=False),
}


def may_move(now: ReferralStatus, then: ReferralStatus) -> bool:
    """True when a referral may go from `now` to `then`."""
    return then in STATUS_TABLE[now].moves


WAITING_FOR_ANSWER = frozenset({_S.SENT, _S.DECLINED})
"""Somebody must still say yes: these stand on the clock of escalation."""

OPEN = frozenset(s for s, row in STATUS_TABLE.items() if not row.is_closed)
