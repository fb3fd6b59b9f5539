"""Two invented mobile networks behind the aggregator, and what each does with a screen that is too long.

A USSD string has 160 octets, 182 septets; networks that count as for an SMS stop at 160. What a longer
one leads to differs by network: some show its beginning, others show an error (3GPP TS 23.038, 23.090).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from mhealth.domain.alphabet import NARROW, WIDE, Alphabet, room_for
from mhealth.simulator.carrier import CALLERS_NETWORK, Breakdown, Screen, UssdSession


@dataclass(frozen=True, slots=True)
class Operator:
    """A network: its code (MCC and MNC), its limit of a screen in septets, and whether it cuts."""

    code: str
    limit: int
    cuts: bool

    def room(self, text: str) -> int:
        """What a screen with this text holds: septets, or UTF-16 units."""
        return room_for(self.limit, _alphabet(text))

    def left(self, text: str) -> int:
        """What is still free; negative when the text is too long."""
        return self.room(text) - _alphabet(text).size(text)

    def fit(self, screen: Screen) -> Screen | Breakdown:
        """The screen as this network shows it; `cut` says how much of it is lost."""
        too_much = -self.left(screen.text)
        if too_much <= 0:
            return screen
        if not self.cuts:
            return Breakdown("too_long")
        shown = screen.text[: _alphabet(screen.text).reach(screen.text, self.room(screen.text))]
        return replace(screen, text=shown, cut=too_much)


OPERATORS: Mapping[str, Operator] = {
    "99901": Operator("99901", NARROW, cuts=True),
    "99902": Operator("99902", WIDE, cuts=False),
}


def operator_of(session: UssdSession) -> Operator:
    """The network of a call."""
    return OPERATORS.get(session.network, OPERATORS[CALLERS_NETWORK])


def _alphabet(text: str) -> Alphabet:
    return Alphabet.GSM7 if Alphabet.GSM7.holds(text) else Alphabet.UCS2


def is_gsm7(text: str) -> bool:
    """True when it travels in septets."""
    return _alphabet(text) is Alphabet.GSM7
