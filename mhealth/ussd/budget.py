"""Proves that no screen can overflow: each at its longest, in every language, with hint and keys."""

from collections.abc import Iterable

from mhealth.domain.language import Languages
from mhealth.ussd.faults import Fault, Faults, Severity
from mhealth.ussd.kinds.end import End
from mhealth.ussd.kinds.message import Message
from mhealth.ussd.kinds.signs import Signs
from mhealth.ussd.plan import Node
from mhealth.ussd.screen import LIMIT, count_pages
from mhealth.ussd.source import Sources

MANY_PAGES = 4
"""A text of more pages than this is worth a warning: each page is a key to press and seconds spent."""


def check_budget(
    nodes: Iterable[Node], languages: Languages, sources: Sources, faults: Faults
) -> None:
    """Note every screen that can get too long."""
    for node in nodes:
        for code in languages.by_code:
            _check_screens(node, code, faults)
            if isinstance(node, Message | End):
                _check_pages(node, code, faults)
        if isinstance(node, Signs):
            for problem in sources.problems():
                faults.note(Fault(node.place, problem, "mend it in the protocol's file"))


def _check_screens(node: Node, code: str, faults: Faults) -> None:
    longest = max(node.lengths(code), default=0)
    if longest > LIMIT:
        faults.note(Fault(node.place, f"this screen can take {longest} of {LIMIT} characters in {code}",
                          f"shorten by {longest - LIMIT}; counted with the longest data, the hint after"
                          " a wrong answer, and the keys"))  # fmt: skip


def _check_pages(node: Message | End, code: str, faults: Faults) -> None:
    onward = len(node.keys.onward_line[code])
    room = LIMIT - node.room(code) - onward
    count = count_pages(node.text[code].longest, room, LIMIT if isinstance(node, End) else room)
    if count > MANY_PAGES:
        faults.note(Fault(node.place, f"this text can take {count} screens in {code}",
                          "shorten it, or keep less room for its variables",
                          Severity.WARNING))  # fmt: skip
