"""One screen of a phone: 160 septets. Long text is broken into pages, at sentences where it costs none."""

import re

from mhealth.domain.gsm7 import septets
from mhealth.ussd.text import reach

LIMIT = 160
"""Septets of a screen: the narrowest of the carriers (182 elsewhere)."""
_ENDS = (".", "?", "!")
_AFTER_A_SENTENCE = re.compile(r"(?<=[.?!])\s")


def pages_of(text: str, room: int, last_room: int) -> list[str]:
    """Break a GSM-7 text into pages of `room` septets; the last may hold `last_room`.

    Broken after a sentence where that takes no page more, else at a line's end or a space; a word
    longer than a page is broken inside. At least one page.
    """
    pages: list[str] = []
    rest = text.strip()
    while septets(rest) > last_room:
        page, after = _break(rest, min(room, last_room))
        whole = _whole_sentences(page)
        moved = rest[len(whole) :].lstrip()
        if whole and _count(moved, room, last_room) == _count(after, room, last_room):
            page, after = whole, moved
        pages.append(page)
        rest = after
    return [*pages, rest] if rest or not pages else pages


def _whole_sentences(page: str) -> str:
    """What stands before the sentence that the page's end cuts; empty when it cuts none, or the first."""
    if page.endswith(_ENDS):
        return ""
    ends = [end.start() for end in _AFTER_A_SENTENCE.finditer(page)]
    return page[: ends[-1]].rstrip() if ends else ""


def _count(text: str, room: int, last_room: int) -> int:
    """The pages that a text takes when it is broken at words alone."""
    count = 1
    while septets(text) > last_room:
        _, text = _break(text, min(room, last_room))
        count += 1
    return count


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
