"""The dialogue engine: a pure trampoline from a session's state and what was typed to the next step.

The outside does the deeds: after an `Ask` it hands the result to `answer`, until a `Show` comes.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mhealth.ussd import offering
from mhealth.ussd.book import Book
from mhealth.ussd.moves import go_back, go_home, remember
from mhealth.ussd.offering import Choice
from mhealth.ussd.plan import Move, Node, Plan, Screen, shown
from mhealth.ussd.screen import LIMITS, NARROW
from mhealth.ussd.state import (
    MAX_HOPS,
    Ask,
    Outcome,
    Show,
    State,
    Step,
    Visit,
    decode_state,
    encode_state,
    own_copy,
)
from mhealth.ussd.typed import without_padding

__all__ = [
    "Ask", "Outcome", "Show", "State", "Step", "Visit",
    "answer", "begin", "decode_state", "encode_state", "marked", "resume",
]  # fmt: skip

MAX_ASKS = 30
"""So many deeds a turn may ask for."""
MAX_MISSES = 3
"""So many invalid answers in a row end the session with a way out."""


def begin(
    book: Book, flow: str, facts: Mapping[str, Any], language: str, limit: int = NARROW
) -> Step:
    """Start a flow for a caller whose carrier shows screens of that limit (`screen.LIMITS`).

    Raises KeyError for a flow that is not in the book.
    """
    plan = book.plan_of(flow)
    facts = {**facts, "several_languages": len(book.languages.by_code) > 1}
    state = State(
        flow=flow,
        version=plan.version,
        node=plan.start,
        language=plan.speaks(language or facts.get("language")),
        vars=dict(facts),
        facts=dict(facts),
        limit=limit if limit in LIMITS else NARROW,
    )
    return _run(plan, state)


def resume(book: Book, state: State, typed: str) -> Step:
    """Go on with what the person typed in this turn. The given state is left as it was."""
    plan, state = book.plan(state.version), own_copy(state)
    node = plan.nodes.get(state.node) if plan else None
    if plan is None or node is None:
        return _lost(book, state)
    state.language = plan.speaks(state.language)
    typed = without_padding(typed)
    if state.offered:
        return _take_choice(book, plan, node, state, typed)
    state.step += 1
    state.led, state.asks = "", 0
    if state.asking or not isinstance(node, Screen):
        return _run(plan, state)
    key = node.key(state, typed)
    if key and key == node.keys.repeat:
        return _repeat(plan, node, state)
    if state.history and key in node.keys.leading:
        return _lead(plan, state, key == node.keys.back)
    before = state.history
    remember(state)
    move = node.take(plan, state, typed)
    if move is Move.INVALID:
        state.history = before
        return _miss(plan, node, state)
    state.misses = 0
    if isinstance(move, Ask):
        move.state.past_pin = move.state.past_pin or move.pin is not None
        return _noted(plan, move)
    return _noted(plan, node.draw(plan, state)) if move is Move.STAY else _run(plan, state)


def answer(book: Book, state: State, result: Mapping[str, Any]) -> Step:
    """Go on after the deed of an `Ask` was done. The state is the one of that `Ask`."""
    plan, state = book.plan(state.version), own_copy(state)
    node = plan.nodes.get(state.node) if plan else None
    if plan is None or node is None:
        return _lost(book, state)
    state.language = plan.speaks(state.language)
    if not state.asking:
        return _run(plan, state)
    state.asking = False
    step = node.answered(plan, state, result)
    return _run(plan, state) if step is None else step


def _take_choice(book: Book, plan: Plan, node: Node, state: State, typed: str) -> Step:
    """Whether a dropped call goes on: its very screen, a fresh dialogue, or the question again."""
    choice = offering.read_choice(typed)
    if choice is Choice.UNCLEAR:
        state.misses += 1
        is_last = state.misses >= MAX_MISSES
        return _give_up(plan, state) if is_last else offering.ask(plan, state)
    state.offered, state.misses = False, 0
    if choice is Choice.AGAIN:
        fresh = begin(book, state.flow, state.facts, state.language, state.limit)
        return marked(fresh, Outcome.RESTARTED)
    same = node.draw(plan, state) if isinstance(node, Screen) else _run(plan, state)
    return marked(_noted(plan, same), Outcome.CONTINUED)


def marked(step: Step, outcome: Outcome) -> Step:
    """A screen that came about in another way than its state tells."""
    return replace(step, outcome=outcome) if isinstance(step, Show) else step


def _run(plan: Plan, state: State) -> Step:
    """From node to node until one waits."""
    for _ in range(MAX_HOPS):
        step = plan.nodes[state.node].enter(plan, state)
        if step is not None:
            return _noted(plan, step)
    return _give_up(plan, state)


def _noted(plan: Plan, step: Step) -> Step:
    """A state that waits for a deed says so, and the deed hears in which language.

    A turn whose deeds lead in a circle is given up: no screen would ever come of it.
    """
    state = step.state
    state.asking = isinstance(step, Ask)
    if not isinstance(step, Ask):
        return step
    state.asks += 1
    if state.asks > MAX_ASKS:
        state.asking = False
        return _give_up(plan, state)
    return replace(step, language=plan.spoken(state))


def _lead(plan: Plan, state: State, is_back: bool) -> Step:
    state.misses = 0
    state.led = (Outcome.BACK if is_back else Outcome.HOME).value
    if is_back:
        go_back(plan, state)
    else:
        go_home(plan, state)
    return _run(plan, state)


def _repeat(plan: Plan, node: Screen, state: State) -> Step:
    """The same screen once more, as it was first shown: no answer, and no miss."""
    state.misses = 0
    return marked(_noted(plan, node.draw(plan, state)), Outcome.REPEATED)


def _miss(plan: Plan, node: Screen, state: State) -> Step:
    state.misses += 1
    return _give_up(plan, state) if state.misses >= MAX_MISSES else node.draw(plan, state)


def _give_up(plan: Plan, state: State) -> Show:
    """End with a way out: whom to call, if anybody can be."""
    text = plan.phrases[_helping("give_up", state)][state.language].fill(state.vars)
    return replace(shown(state, text, ends=True), outcome=Outcome.GAVE_UP)


def _lost(book: Book, state: State) -> Show:
    """The flow changed while the call went on: say so, never show a wrong screen."""
    texts = book.phrases[_helping("changed", state)]
    text = texts[book.languages.chain(state.language)[0]].fill(state.vars)
    return Show(state=state, text=text, ends=True, node=state.node, outcome=Outcome.LOST)


def _helping(phrase: str, state: State) -> str:
    """The phrase that names whom to call, when there is somebody."""
    return f"{phrase}_help" if state.vars.get("help_number") else phrase
