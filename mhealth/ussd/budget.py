"""Proves that no screen can overflow: each at its longest, in every language, with hint and keys.

At every carrier's limit; a text of one alphabet is measured in it.
"""

from collections.abc import Iterable, Mapping

from mhealth.domain.alphabet import Alphabet
from mhealth.domain.language import Languages
from mhealth.ussd.faults import Fault, Faults, Severity
from mhealth.ussd.flow_file import FlowFile
from mhealth.ussd.kinds.end import End
from mhealth.ussd.kinds.message import Message
from mhealth.ussd.kinds.signs import Signs
from mhealth.ussd.plan import Node
from mhealth.ussd.screen import LIMITS, NARROW, count_pages, room_for
from mhealth.ussd.source import Sources

MANY_PAGES = 4
"""A text of more pages than this is worth a warning: each page is a key to press and seconds spent.

In UCS-2 of more than twice as many, since a page holds less than half.
"""


def check_budget(
    nodes: Iterable[Node],
    languages: Languages,
    sources: Sources,
    flows: Mapping[str, FlowFile],
    faults: Faults,
) -> None:
    """Note every screen that can get too long: where it is written in the language that it is spoken in."""
    for node in nodes:
        flow, _, name = node.name.partition(".")
        for code in languages.by_code:
            place = _spoken_at(flows[flow], name, languages.chain(code)) or node.place
            _check_screens(node, code, place, faults)
            if isinstance(node, Message | End):
                _check_pages(node, code, faults)
        if isinstance(node, Signs):
            for problem in sources.problems():
                faults.note(
                    Fault(node.place, problem, "mend it in the protocol's file", rule="no-label")
                )


def _spoken_at(flow: FlowFile, node: str, chain: Iterable[str]) -> str:
    return next((place for code in chain if (place := flow.place_of(node, code))), "")


def _check_screens(node: Node, code: str, place: str, faults: Faults) -> None:
    """At the limit that wants the most: who mends that has mended the others."""
    found = [(max(node.lengths(code, limit), default=0), room_for(limit, _alphabet(node, code)))
             for limit in LIMITS]  # fmt: skip
    longest, room = max(found, key=lambda each: each[0] - each[1])
    if longest > room:
        faults.note(Fault(place, f"this screen can take {longest} of {room} characters in {code}",
                          f"shorten by {longest - room}; counted with the longest data, the hint after"
                          " a wrong answer, and the keys", rule="screen-too-long"))  # fmt: skip


def _alphabet(node: Node, code: str) -> Alphabet:
    texts = getattr(node, "text", None)
    return texts[code].alphabet if texts else Alphabet.GSM7


def _check_pages(node: Message | End, code: str, faults: Faults) -> None:
    onward = len(node.keys.onward_line[code])
    limit = room_for(NARROW, node.text[code].alphabet)
    room = limit - node.room(code) - onward
    count = count_pages(node.text[code].longest, room, limit if isinstance(node, End) else room)
    many = MANY_PAGES if node.text[code].alphabet is Alphabet.GSM7 else 2 * MANY_PAGES
    if count > many:
        faults.note(Fault(node.place, f"this text can take {count} screens in {code}",
                          "shorten it, or keep less room for its variables",
                          Severity.WARNING, rule="many-pages"))  # fmt: skip
