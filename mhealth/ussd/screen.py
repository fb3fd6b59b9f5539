"""One screen of a phone: 160 septets. Long text is broken into pages at words."""

from mhealth.domain.gsm7 import septets
from mhealth.ussd.text import reach

LIMIT = 160
"""Septets of a screen: the narrowest of the carriers (182 elsewhere)."""


def pages_of(text: str, room: int, last_room: int) -> list[str]:
    """Break a GSM-7 text into pages of `room` septets; the last may hold `last_room`.

    Broken at a line's end or a space; a word longer than a page is broken inside. At least one page.
    """
    pages: list[str] = []
    rest = text.strip()
    while septets(rest) > last_room:
        page, rest = _break(rest, min(room, last_room))
        pages.append(page)
    return [*pages, rest] if rest or not pages else pages


def count_pages(longest: int, room: int, last_room: int) -> int:
    """The most pages that a text of so many septets can take, words being at most 20 long."""
    if longest <= last_room:
        return 1
    return 1 + -(-(longest - last_room) // max(room - 20, 1))


def _break(text: str, room: int) -> tuple[str, str]:
    end = reach(text, room)
    if end < len(text) and not text[end].isspace():
        at = max(text.rfind(" ", 0, end), text.rfind("\n", 0, end))
        end = at if at > 0 else end
    return text[:end].rstrip(), text[end:].lstrip()
