"""Walks a flow as a phone does: one typed answer, one screen; every state goes through JSON."""

from collections.abc import Mapping
from typing import Any

from mhealth.ussd import engine, offering
from mhealth.ussd.book import Book
from mhealth.ussd.deeds import DEEDS
from mhealth.ussd.engine import Ask, Show, Step
from mhealth.ussd.rehearsal.platform import Platform
from mhealth.ussd.screen import NARROW


class Phone:
    """One call. `show` is what the phone shows now. `limit` is the carrier's."""

    def __init__(
        self,
        book: Book,
        platform: Platform,
        facts: Mapping[str, Any],
        *,
        flow: str = "main",
        language: str = "",
        limit: int = NARROW,
    ) -> None:
        self.book = book
        self.platform = platform
        self.effects_of_turn: list[str] = []
        self._dialled = (flow, language, limit)
        self.show = self._settle(engine.begin(book, flow, facts, language, limit))

    def type(self, typed: str) -> Show:
        """Answer the screen; the next one."""
        before = engine.encode_state(self.show.state)
        state = engine.decode_state(before)
        step = engine.resume(self.book, state, typed)
        assert engine.encode_state(state) == before, "the engine changed the state it was given"
        self.show = self._settle(step)
        return self.show

    def redial(self) -> Show:
        """The call drops, and the caller dials again at once: to go on, where the flow lets him."""
        state = self.show.state
        if not self.show.ends and offering.resume_of(self.book, state) is not None:
            self.show = offering.offer(self.book, state)
            return self.show
        flow, language, limit = self._dialled
        language = str(state.facts.get("language") or language)
        self.show = self._settle(engine.begin(self.book, flow, state.facts, language, limit))
        return self.show

    def try_out(self, typed: str) -> Step:
        """What an answer would lead to, without taking it."""
        return engine.resume(self.book, self.show.state, typed)

    def _settle(self, step: Step) -> Show:
        self.effects_of_turn = []
        while isinstance(step, Ask):
            if DEEDS[step.deed].is_effect:
                self.effects_of_turn.append(step.deed)
            before = engine.encode_state(step.state)
            state = engine.decode_state(before)
            self.platform.typed_pin = step.pin.reveal() if step.pin else ""
            self.platform.language = step.language
            step = engine.answer(self.book, state, self.platform.do(step.deed, step.args))
            assert engine.encode_state(state) == before, "the engine changed the state it was given"
        return step

    @property
    def vars(self) -> dict[str, Any]:
        """The variables that are set."""
        return {name: value for name, value in self.show.state.vars.items() if value is not None}
