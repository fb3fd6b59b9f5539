"""What a screen costs a caller: seconds to wait for it, to read it, to type and to send.

What is assumed of a caller and a carrier stands here, in one place. A list is one page and, when it goes
over several, one more after typing the beginning of a name.
"""

from dataclasses import dataclass

from mhealth.ussd.kinds.pin import Pin
from mhealth.ussd.plan import Screen
from mhealth.ussd.proofs.proving import Proving
from mhealth.ussd.proofs.screens import Screens
from mhealth.ussd.typed import PIN_DIGITS

SESSION_SECONDS = 180
"""Africa's Talking's help pages for Kenyan networks: a session lasts 180 s, however busy it is."""
READ_A_SECOND = 863 / 60
"""Characters: the mean over 17 languages of the International Reading Speed Texts (S. Trauzettel-Klosinski,
K. Dietz, 2012). Who reads slower needs longer: this is no promise, but a flow that fails it is too long."""
ROUND_TRIP = 2.0
"""Seconds until the next screen stands, our assumption: the network's way there and back, and our answer."""
PRESS = 1.0
"""Seconds for a key, and for sending, our assumption."""
LETTERS = 3
"""Keys to find a name in a long list, our assumption."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Screens seen and seconds spent."""

    screens: int
    seconds: float

    def and_(self, other: "Cost") -> "Cost":
        """One after the other."""
        return Cost(self.screens + other.screens, self.seconds + other.seconds)


NOTHING = Cost(0, 0.0)


class Costs:
    """What each node costs in one language: when all goes well, and at worst."""

    def __init__(self, proving: Proving, screens: Screens, code: str) -> None:
        self._proving = proving
        self._screens = screens
        self._code = code
        self._known: dict[str, tuple[Cost, Cost]] = {}

    def fewest(self, name: str) -> Cost:
        """One page of signs, one of a list; a text to its end."""
        return self._of(name)[0]

    def most(self, name: str) -> Cost:
        """All pages of the longest data, of the protocol with the most signs."""
        return self._of(name)[1]

    def _of(self, name: str) -> tuple[Cost, Cost]:
        if name not in self._known:
            node = self._proving.nodes.get(name)
            shown = node if isinstance(node, Screen) else None
            self._known[name] = self._of_screen(shown) if shown else (NOTHING, NOTHING)
        return self._known[name]

    def _of_screen(self, node: Screen) -> tuple[Cost, Cost]:
        sheets = [s for s in self._screens.sheets(node, self._code) if s.pages]
        if not sheets:
            return NOTHING, NOTHING
        ways = [[_seconds(len(page.text)) for page in sheet.pages] for sheet in sheets]
        if node.kind == "choose":
            ways = [_list(pages) for pages in ways]
        typing = PRESS * (PIN_DIGITS - 1) if isinstance(node, Pin) else 0.0
        is_begun = node.kind in ("signs", "several", "choose")  # the first page may be the last
        first = min(pages[0] for pages in ways)
        fewest = Cost(1, first) if is_begun else Cost(len(ways[0]), sum(ways[0]))
        longest = max(ways, key=sum)
        return fewest.and_(Cost(0, typing)), Cost(len(longest), sum(longest) + typing)


def _seconds(characters: int) -> float:
    """To wait for a screen, read it, press a key and send it."""
    return ROUND_TRIP + characters / READ_A_SECOND + 2 * PRESS


def _list(pages: list[float]) -> list[float]:
    """A list: its first page, and what the beginning of a name then finds."""
    return [pages[0], pages[-1] + LETTERS * PRESS] if len(pages) > 1 else pages
