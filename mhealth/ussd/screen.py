"""What a screen holds at each carrier's limit, and how long text is broken into pages."""

import re

from mhealth.domain.alphabet import LIMITS, NARROW, WIDE, Alphabet, room_for
from mhealth.domain.bidi import right_to_left

__all__ = ["LIMITS", "NARROW", "WIDE", "count_pages", "pages_of", "room_for"]

_ENDS = (".", "?", "!")
_AFTER_A_SENTENCE = re.compile(r"(?<=[.?!])\s")


def pages_of(
    text: str,
    room: int,
    last_room: int,
    alphabet: Alphabet = Alphabet.GSM7,
    *,
    rtl: bool = False,
) -> list[str]:
    """Break a text into pages of `room` septets or units; the last may hold `last_room`.

    Broken after a sentence where that takes no page more, else at a line's end or a space; a word
    longer than a page is broken inside. At least one page. From right to left, a page that begins
    with a Latin name gets a mark, for which each page keeps one unit.
    """
    if rtl:
        broken = pages_of(text, room - 1, last_room - 1, alphabet)
        return [right_to_left(page) for page in broken]
    pages: list[str] = []
    rest = text.strip()
    while alphabet.size(rest) > last_room:
        page, after = _break(rest, min(room, last_room), alphabet)
        whole = _whole_sentences(page)
        moved = rest[len(whole) :].lstrip()
        if whole and _count(moved, room, last_room, alphabet) == _count(
            after, room, last_room, alphabet
        ):
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


def _count(text: str, room: int, last_room: int, alphabet: Alphabet) -> int:
    """The pages that a text takes when it is broken at words alone."""
    count = 1
    while alphabet.size(text) > last_room:
        _, text = _break(text, min(room, last_room), alphabet)
        count += 1
    return count


def count_pages(longest: int, room: int, last_room: int) -> int:
    """The most pages that a text of so many septets or units can take, words being at most 20 long."""
    if longest <= last_room:
        return 1
    return 1 + -(-(longest - last_room) // max(room - 20, 1))


def _break(text: str, room: int, alphabet: Alphabet) -> tuple[str, str]:
    end = alphabet.reach(text, room)
    if end < len(text) and text[end] not in " \n":
        at = max(text.rfind(" ", 0, end), text.rfind("\n", 0, end))
        end = at if at > 0 else end
    return text[:end].rstrip(), text[end:].lstrip()
