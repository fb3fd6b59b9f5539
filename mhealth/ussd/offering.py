"""Going on after a drop: who redials is asked first whether to continue or to start again.

The question lies over the state that was left, which is untouched below it: a call that drops at the
question can be offered again.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum, auto

from mhealth.ussd.book import Book
from mhealth.ussd.deeds import TODAY
from mhealth.ussd.kinds.pin import Pin
from mhealth.ussd.plan import Node, Plan, Resume, Screen, flow_of, shown
from mhealth.ussd.resume_header import CALL, NEVER
from mhealth.ussd.sensitivity import Sensitivity
from mhealth.ussd.state import Outcome, Show, State, own_copy
from mhealth.ussd.typed import read_key

CONTINUE, AGAIN = "1", "2"
"""The keys of the question."""


class Choice(Enum):
    """What was answered to it."""

    CONTINUE = auto()
    AGAIN = auto()
    UNCLEAR = auto()


def resume_of(book: Book, state: State) -> Resume | None:
    """What the flow under way says of going on; None when this state may not.

    Never: in a version that new calls do not get, in a language that is not spoken any more, after a
    PIN was typed or where one is asked, at a node that forbids it, and before anything was answered.
    """
    plan = book.plans.get(state.version)
    if plan is None or book.current.get(state.flow) != state.version:
        return None
    node = plan.nodes.get(state.node)
    resume = plan.resume.get(flow_of(state.node))
    if resume is None or not isinstance(node, Screen) or isinstance(node, Pin):
        return None
    if plan.speaks(state.language) != state.language:
        return None
    is_off = state.past_pin or not state.step or resume.nodes.get(state.node) == NEVER
    return None if is_off else resume


def may_go_on(book: Book, state: State, left: datetime, now: datetime) -> bool:
    """Whether a call that was left at that moment may be offered to go on now."""
    resume = resume_of(book, state)
    return resume is not None and now <= left + timedelta(minutes=resume.minutes)


def sms_minutes(book: Book, state: State) -> int:
    """How long this screen as an SMS waits for its answer; 0: it is not sent.

    An SMS stays on a phone that others read: what is sensitive is neither asked nor shown by one.
    """
    resume = resume_of(book, state)
    if resume is None or not resume.sms or _is_sensitive(book.plans[state.version], state):
        return 0
    if resume.private is not None and resume.private.holds(state.vars):
        return 0
    return resume.minutes


def _is_sensitive(plan: Plan, state: State) -> bool:
    """It asks what is sensitive, or shows what was typed as such; what a PIN opened is past a PIN."""
    private = {name: node for name, node in plan.nodes.items() if _is_private(node)}
    texts = getattr(plan.nodes[state.node], "text", {})
    shown = texts[state.language].names if state.language in texts else frozenset()
    typed = {getattr(node, "into", "") for node in private.values()}
    return state.node in private or bool(shown & typed)


def _is_private(node: Node) -> bool:
    return isinstance(node, Screen) and node.sensitivity is not Sensitivity.PUBLIC


def may_turn_to_sms(book: Book, state: State) -> bool:
    """Whether a call that drops on this screen goes on by SMS, as far as the flow has a say."""
    resume = resume_of(book, state)
    is_by_call = resume is not None and resume.nodes.get(state.node) == CALL
    return not is_by_call and sms_minutes(book, state) > 0


def offer(book: Book, state: State, today: str = "") -> Show:
    """The question, laid over a state that may go on; `today` when midnight may have passed since."""
    plan, state = book.plans[state.version], own_copy(state)
    if today:
        state.facts, state.vars[TODAY] = {**state.facts, TODAY: today}, today
    state.offered, state.misses, state.led = True, 0, ""
    return replace(ask(plan, state), outcome=Outcome.OFFERED)


def ask(plan: Plan, state: State) -> Show:
    """The question as it is now, after a miss with its hint."""
    language = plan.spoken(state)
    say = {name: plan.phrases[name][language].fill({}) for name in _SAID}
    hint = f"{say['hint']}\n" if state.misses else ""
    lines = (say["resume"], f"{CONTINUE} {say['resume_yes']}", f"{AGAIN} {say['resume_no']}")
    return shown(state, hint + "\n".join(lines))


_SAID = ("hint", "resume", "resume_yes", "resume_no")


def read_choice(typed: str) -> Choice:
    """Understand the answer."""
    return {CONTINUE: Choice.CONTINUE, AGAIN: Choice.AGAIN}.get(read_key(typed), Choice.UNCLEAR)


def is_declined(state: State, typed: str) -> bool:
    """True when this answer asks for a fresh dialogue: its facts must be looked up anew."""
    return state.offered and read_choice(typed) is Choice.AGAIN
