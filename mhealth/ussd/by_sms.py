"""A screen as an SMS of one segment: what it asks, its keys as they are, and how to answer.

The keys that lead back and home are understood and not written: they would take the room of the line
that says how to answer.
"""

from dataclasses import replace

from mhealth.ussd.book import Book
from mhealth.ussd.kinds.choose import Choose
from mhealth.ussd.plan import Plan, Screen
from mhealth.ussd.screen import NARROW, room_for
from mhealth.ussd.state import Show, State, own_copy

LINES = ("sms_answer", "sms_answer_short")
"""How to answer, the longest that fits; who has answered knows it, where there is room for neither."""


def question(book: Book, state: State, service_code: str) -> Show | None:
    """The screen of a state as an SMS; None when it does not fit into one segment.

    An SMS holds as much as the narrowest screen, so the dialogue goes on in that limit. A page of a wider
    carrier's text begins elsewhere there: it is not sent.
    """
    plan, state = book.plans[state.version], own_copy(state)
    node = plan.nodes[state.node]
    is_elsewhere = state.limit != NARROW and state.page and not isinstance(node, Choose)
    if not isinstance(node, Screen) or is_elsewhere:
        return None
    history, state.history, state.limit = state.history, [], NARROW
    show = node.draw(plan, state)
    if not isinstance(show, Show):
        return None
    state.history = history
    text = _with_line(plan, state, show.text, service_code)
    return None if text is None else replace(show, text=text)


def _with_line(plan: Plan, state: State, screen: str, service_code: str) -> str | None:
    language = plan.spoken(state)
    alphabet = plan.languages.by_code[language].alphabet
    told = [plan.phrases[line][language].fill({"service_code": service_code}) for line in LINES]
    texts = [f"{screen}\n{line}" for line in told] + ([screen] if state.misses else [])
    return next((t for t in texts if alphabet.size(t) <= room_for(NARROW, alphabet)), None)
