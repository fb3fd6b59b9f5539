"""The few ways in which a turn changes its state; each that sets a variable can be undone by going back."""

from collections.abc import Iterable, Mapping
from typing import Any

from mhealth.ussd.deeds import FACTS, Deed
from mhealth.ussd.plan import HOME, RETURN, Assign, Plan
from mhealth.ussd.state import MAX_HISTORY, State, Visit


def put(plan: Plan, state: State, name: str, value: Any) -> None:
    """Set a variable; the screen answered last remembers what it was."""
    if state.history:
        state.history[-1].undo.setdefault(name, state.vars.get(name))
    state.vars[name] = value
    if name == "language":
        state.language = plan.speaks(value)


def put_all(plan: Plan, state: State, assigns: Iterable[Assign]) -> None:
    """Set several, in order."""
    for assign in assigns:
        put(plan, state, assign.name, assign.worth(state.vars))


def absorb(plan: Plan, state: State, deed: Deed, result: Mapping[str, Any]) -> None:
    """Take over what a deed gives. After an effect there is no way back before it, but after a PIN.

    What an effect gives outlasts going home, as far as it is a fact.
    """
    if deed.is_effect and not deed.may_go_back:
        state.history = []
    for name in deed.gives:
        put(plan, state, deed.stored_as.get(name, name), result.get(name))
    if deed.is_effect:
        changed = deed.gives.keys() & FACTS.keys()
        state.facts = {**state.facts, **{name: result.get(name) for name in changed}}


def go(plan: Plan, state: State, target: str) -> None:
    """Move to a node's first page, home, or back to where the flow was called from."""
    if target == RETURN and state.calls:
        target, state.calls = state.calls[-1], state.calls[:-1]
        go(plan, state, target)
    elif target in (HOME, RETURN):
        go_home(plan, state)
    else:
        state.node = target
        _leave_page(state)


def go_home(plan: Plan, state: State) -> None:
    """Begin again, knowing only the facts."""
    state.vars = dict(state.facts)
    state.history, state.calls = [], []
    state.node = plan.start
    _leave_page(state)


def remember(state: State) -> None:
    """The screen on show was left; `go_back` can return to it."""
    visit = Visit(state.node, state.page, state.calls, {}, state.sought)
    state.history = [*state.history[-(MAX_HISTORY - 1) :], visit]


def go_back(plan: Plan, state: State) -> None:
    """To the screen before, with all variables as they were there."""
    visit = state.history.pop()
    state.vars.update(visit.undo)
    if "language" in visit.undo:
        state.language = plan.speaks(visit.undo["language"])
    state.calls = visit.calls
    state.node = visit.node
    _leave_page(state)
    state.page, state.sought = visit.page, visit.sought


def _leave_page(state: State) -> None:
    state.page, state.rows, state.shown, state.sought = 0, [], {}, ""
