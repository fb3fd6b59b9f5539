"""Walks that nobody planned: every flow, language and limit; slips, drops, redials, keys of all kinds.

Hypothesis draws what a caller does and shrinks what fails to the fewest steps. `MHEALTH_TEST_DEPTH`
makes it search longer.
"""

import copy
from functools import cache
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine

from mhealth.content.languages import declared_languages
from mhealth.content.library import open_library
from mhealth.services.content import load_book
from mhealth.triage.loader import load_protocols
from mhealth.ussd import engine
from mhealth.ussd.book import Book
from mhealth.ussd.deeds import DEEDS
from mhealth.ussd.engine import Outcome, Show
from mhealth.ussd.kinds.choose import Choose
from mhealth.ussd.kinds.menu import Menu
from mhealth.ussd.kinds.pin import Pin
from mhealth.ussd.plan import Plan, Screen
from mhealth.ussd.screen import LIMITS
from mhealth.ussd.state import MAX_HISTORY
from tests.depth import searching
from tests.ussd.asked import (
    LOCAL,
    WIDE,
    answers_to,
    check_lines,
    check_screen,
    has_no_keys,
    not_on,
    pages_from,
)
from tests.ussd.guide import lead_to_an_end
from tests.ussd.platform import FACTS_OF_A_CALLER, Platform, platform_files
from tests.ussd.walking import Phone

JUNK = st.one_of(
    st.sampled_from(
        ["", " ", "#", "*", "oui", "1 et 3", "12a", "007", "٣", "１", "1" * 40, "\x00", "😀", "-1"]
    ),
    st.text(max_size=12),
    st.integers(0, 999).map(str),
    st.binary(max_size=8).map(lambda raw: raw.decode("latin-1")),
)
STYLES = st.sampled_from(["{}", "{}", "{}", " {} ", "{}#", "local", "wide"])


@cache
def book() -> Book:
    """Every declared language, those too that are spoken only where named."""
    library = open_library()
    languages = declared_languages(library)
    return load_book(library, languages, load_protocols(library, languages))


LANGUAGES = sorted(declared_languages(open_library()).by_code)
FLOWS = sorted(book().current)


class Caller(RuleBasedStateMachine):
    """One person, call after call. `trail`: what each screen that can be gone back to showed and knew."""

    language = "fr"

    @initialize(
        flow=st.one_of(st.just("main"), st.sampled_from(FLOWS)),
        platform=st.sampled_from(sorted(platform_files())),
        limit=st.sampled_from(sorted(LIMITS)),
        is_known=st.booleans(),
        is_worker=st.booleans(),
        consent=st.sampled_from(["given", "refused", ""]),
        village=st.sampled_from(["3", ""]),
    )
    def dial(
        self,
        *,
        flow: str,
        platform: str,
        limit: int,
        is_known: bool,
        is_worker: bool,
        consent: str,
        village: str,
    ) -> None:
        self.flow, self.plan = flow, book().plan_of(flow)
        self.pins: list[str] = []
        self.reports = 0
        known = {
            **FACTS_OF_A_CALLER,
            "language": self.language if is_known or flow != "main" else "",
            "is_worker": is_worker,
            "consent": consent,
            "village": village,
        }
        self.phone = Phone(
            book(), Platform(platform), flow=flow, language=self.language, limit=limit, facts=known
        )
        self._forget_the_way()

    # --- what a caller does --------------------------------------------------------------------
    @rule(pick=st.integers(0, 1000), style=STYLES)
    def answer(self, pick: int, style: str) -> None:
        """Something that the screen offers, in one of the ways in which people type it."""
        before = self.show
        if before.state.offered or before.ends:
            return
        node = self.node
        choices = answers_to(node, before.state)
        if not choices:
            return
        typed = choices[pick % len(choices)]
        self._type(self._styled(typed, style))
        assert self.show.outcome not in (Outcome.INVALID, Outcome.BACK, Outcome.HOME), typed
        self._check_choice(node, before, typed)
        self._keep_the_way(before)

    @rule(typed=JUNK)
    def type_anything(self, typed: str) -> None:
        """What is no answer changes nothing; what is one by luck goes on."""
        if self.show.ends or self.show.state.offered:
            return
        before, known = self.show, self.phone.vars
        self._type(typed)
        if self.show.outcome is Outcome.INVALID:
            assert self.phone.effects_of_turn == []
            assert (self.show.node, self.phone.vars) == (before.node, known)
            assert self.show.state.history == before.state.history
            assert self.show.state.shown == before.state.shown
        elif self.show.outcome not in (Outcome.BACK, Outcome.HOME, Outcome.REPEATED):
            self._keep_the_way(before)
        else:
            self._forget_the_way()

    @precondition(lambda self: self.may_lead)
    @rule()
    def go_back(self) -> None:
        """The screen before, with all that was known there; nothing is done again."""
        key = self.node.keys.back
        if not key:
            return
        self._type(key)
        assert self.show.outcome is Outcome.BACK
        assert self.phone.effects_of_turn == []
        expected = self.trail.pop() if self.trail else None
        if expected is not None:
            text, known = expected
            assert self.phone.vars == known
            assert text in ("", self.show.text)

    @precondition(lambda self: self.may_lead)
    @rule()
    def go_home(self) -> None:
        """The first screen, knowing only the facts."""
        key = self.node.keys.home
        if not key:
            return
        self._type(key)
        assert self.show.outcome is Outcome.HOME
        assert self.phone.effects_of_turn == []
        facts = {name: value for name, value in self.show.state.facts.items() if value is not None}
        if self.flow == "main":
            assert self.phone.vars == facts
        self._forget_the_way()

    @rule(goes_on=st.booleans())
    def drop_and_dial_again(self, *, goes_on: bool) -> None:
        """Whoever may go on sees the very screen that was cut, with nothing done twice."""
        before, known = self.show, self.phone.vars
        self.phone.redial()
        self.reports = 0 if not self.show.state.offered else self.reports
        if not self.show.state.offered:
            self._forget_the_way()
            return
        assert before.ends is False
        check_screen(self.plan, self.show)
        self._type("1" if goes_on else "2")
        assert self.phone.effects_of_turn == []
        if goes_on:
            assert self.show.outcome is Outcome.CONTINUED
            assert self.phone.vars == known
            assert before.state.misses or self.show.text == before.text
        else:
            assert self.flow != "main" or self.show.outcome is Outcome.RESTARTED
            self._forget_the_way()

    @precondition(lambda self: not self.show.ends and isinstance(self.node, Pin))
    @rule(pin=st.integers(100_000, 999_999).map(str))
    def type_a_pin(self, pin: str) -> None:
        """Nobody finds it again."""
        self.pins.append(pin)
        self._type(pin)
        self._forget_the_way()

    @precondition(lambda self: not self.show.ends and not self.show.state.offered)
    @rule(candidates=st.lists(st.integers(0, 120).map(str), max_size=6))
    def try_keys_that_are_not_there(self, candidates: list[str]) -> None:
        """Only what is on the screen is understood."""
        for key in not_on(self.node, self.show, candidates):
            step = self.phone.try_out(key)
            assert isinstance(step, Show), key
            assert step.outcome in (Outcome.INVALID, Outcome.GAVE_UP), (key, self.show.text)

    @precondition(lambda self: not self.show.ends and not self.show.state.offered)
    @rule()
    def look_at_every_page(self) -> None:
        """Each option stands on exactly one page."""
        state = self.show.state
        if not isinstance(self.node, Menu | Choose) or state.page or state.sought:
            return
        seen = pages_from(book(), self.node, self.show)
        assert len(seen) == len(set(seen))
        if isinstance(self.node, Choose):
            assert seen == [key for key, _ in state.rows]

    # --- what always holds ---------------------------------------------------------------------
    @invariant()
    def the_screen_is_sound(self) -> None:
        check_screen(self.plan, self.show)
        if not self.show.ends and not self.show.state.offered:
            check_lines(self.node, self.show)

    @invariant()
    def no_pin_is_kept(self) -> None:
        stored = engine.encode_state(self.show.state).decode()
        assert not [pin for pin in self.pins if pin in stored]

    def teardown(self) -> None:
        """From wherever the walk stopped, a caller who wants to finish can."""
        if hasattr(self, "phone") and self.flow == "main" and not self.show.state.offered:
            lead_to_an_end(self.plan, self.phone)

    # --- how ---------------------------------------------------------------------------------
    @property
    def show(self) -> Show:
        return self.phone.show

    @property
    def node(self) -> Screen:
        node = self.plan.nodes[self.show.node]
        assert isinstance(node, Screen)
        return node

    @property
    def may_lead(self) -> bool:
        state = self.show.state
        return bool(not self.show.ends and state.history and not state.offered)

    def _type(self, typed: str) -> None:
        """Once, and once more with the same to begin with: a retry is the same to the byte."""
        before, platform = self.show, self.phone.platform
        rerun = copy.copy(self.phone)
        rerun.platform = copy.copy(platform)
        rerun.platform.asked = list(platform.asked)
        self.phone.type(typed)
        again = rerun.type(typed)
        assert (again.text, again.ends) == (self.show.text, self.show.ends)
        assert engine.encode_state(again.state) == engine.encode_state(self.show.state)
        assert before is not self.show
        self._count_reports()

    def _count_reports(self) -> None:
        """A dialogue reports once; a new one begins at the first screen."""
        if self.show.outcome in (Outcome.HOME, Outcome.RESTARTED) or not self.show.state.vars.get(
            "protocol"
        ):
            self.reports = 0
        self.reports += self.phone.effects_of_turn.count("send_report")
        assert self.reports <= 1

    def _styled(self, typed: str, style: str) -> str:
        if has_no_keys(self.node) and style in ("local", "wide", "{}#"):
            return typed
        tables = {"local": LOCAL, "wide": WIDE}
        return typed.translate(tables[style]) if style in tables else style.format(typed)

    def _check_choice(self, node: Screen, before: Show, typed: str) -> None:
        row = before.state.shown.get(typed)
        if isinstance(node, Choose) and row is not None:
            assert self.phone.vars[node.into] == row

    def _forget_the_way(self) -> None:
        self.trail: list[tuple[str, dict[str, Any]] | None] = [None] * len(self.show.state.history)

    def _keep_the_way(self, before: Show) -> None:
        """Where the engine noted one more screen to go back to, so do we."""
        known = {name: value for name, value in before.state.vars.items() if value is not None}
        longer = min(len(before.state.history) + 1, MAX_HISTORY)
        if len(self.show.state.history) != longer or self._did_something:
            self._forget_the_way()
            return
        text = "" if before.state.misses else before.text
        self.trail = [*self.trail, (text, known)][-MAX_HISTORY:]

    @property
    def _did_something(self) -> bool:
        return any(DEEDS[name].is_effect for name in self.phone.effects_of_turn)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_walk_leads_astray(language: str) -> None:
    machine = type(f"CallerIn_{language}", (Caller,), {"language": language})

    run_machine(machine, settings=searching(24))


def test_the_walks_know_every_plan() -> None:
    plans: dict[str, Plan] = {flow: book().plan_of(flow) for flow in FLOWS}

    assert all(plan.nodes for plan in plans.values())
    assert {"ar", "en", "fr", "ha", "pt", "sw"} <= set(LANGUAGES)


def test_deeds_that_lead_in_a_circle_end_the_call() -> None:
    """Found by a walk: a flow that returns to nobody began anew for ever, its deeds asked again."""
    phone = Phone(book(), Platform(), flow="pin", is_worker=True)
    show = phone.type("482915")

    assert (show.ends, show.outcome) == (True, Outcome.GAVE_UP)
    assert "+229 01 91 00 00 01" in show.text
