"""Walks through whole turns with a real database: requests twice, late, out of order, drops and redials.

What the engine alone must hold is walked in `tests/ussd/test_walks.py`; here it is what is written.
"""

import re
from itertools import count

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine
from sqlalchemy import func, select

from mhealth.domain.gsm7 import is_gsm7, septets
from mhealth.domain.msisdn import Msisdn
from mhealth.services.transcript import Heard
from mhealth.services.ussd_end import close_dropped
from mhealth.services.ussd_memory import REPLAY_MS, unpack
from mhealth.store.database import Database
from mhealth.store.reports import Report
from mhealth.store.ussd_tables import UssdSession, UssdTurn, open_memory
from tests.databases import KEYRING
from tests.depth import searching
from tests.product import CHANNEL, STRANGER, Call, Product

_KEY = re.compile(r"^(\d{1,3}) ", re.MULTILINE)
_KEPT = 5
_numbers = count(1)
JUNK = st.one_of(
    st.sampled_from(["", "*", "1*1", "#", "x", "٢", "２", "1" * 30, "\x00", "oui", "é€"]),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=10),
)


class Line(RuleBasedStateMachine):
    """One phone that nobody knows yet. `said`: each request of the call and what came back."""

    product: Product

    @initialize()
    def dial(self) -> None:
        self.caller = Msisdn(f"+22901{95_000_000 + next(_numbers):08d}")
        self.keys: list[str] = []
        self._call()

    @precondition(lambda self: not self.call.reply.ends)
    @rule(pick=st.integers(0, 30), seconds=st.integers(0, 12))
    def answer(self, pick: int, seconds: int) -> None:
        """One of the keys on the screen, or a number where a number is asked."""
        keys = _KEY.findall(self.call.screen) or ["1", "5", "30"]
        self._type(keys[pick % len(keys)], seconds)

    @precondition(lambda self: not self.call.reply.ends)
    @rule(typed=JUNK)
    def type_anything(self, typed: str) -> None:
        """Never an error, whatever it is."""
        self._type(typed, 1)

    @rule(times=st.integers(1, 3))
    def send_again(self, times: int) -> None:
        """A retry gets the same to the byte."""
        for _ in range(times):
            self._repeat(*self.said[-1][:3])

    @rule(back=st.integers(1, _KEPT))
    def come_late(self, back: int) -> None:
        """A copy of an earlier request gets what the first one got, and moves nothing."""
        text, shown, ends, at_ms = self.said[max(len(self.said) - 1 - back, 0)]
        if self._now_ms - at_ms <= REPLAY_MS:
            self._repeat(text, shown, ends)

    @rule()
    def call_from_another_phone(self) -> None:
        """The carrier's session of one number answers no other."""
        before = self.call.reply
        self.call.send(self.said[-1][0], STRANGER)
        assert self.call.reply.ends
        assert self.call.screen != before.text
        self.call.reply = before

    @rule(is_told=st.booleans(), seconds=st.integers(0, 200))
    def drop_and_dial_again(self, *, is_told: bool, seconds: int) -> None:
        """With the carrier's word, or without."""
        if is_told:
            self.call.drop()
        self.product.clock.move(seconds=seconds)
        self._call()

    @rule()
    def let_time_pass(self) -> None:
        """What is open is closed, and what is over counted."""
        self.product.clock.move(seconds=301)
        with self.product.database.writing() as session:
            close_dropped(self.product.room, session, self.product.clock(), 300)
        self.product.count_calls()
        self._call()

    @invariant()
    def the_screen_is_sound(self) -> None:
        assert self.call.screen.strip()
        assert is_gsm7(self.call.screen)
        assert septets(self.call.screen) <= 160

    @invariant()
    def what_is_written_is_what_was_done(self) -> None:
        """One line of history a turn, one report a call at most, and nothing typed in what is kept."""
        with self.product.database.reading() as session:
            row = session.scalars(
                select(UssdSession).where(UssdSession.session_key == self.keys[-1])
            ).one()
            lines = session.scalar(select(func.count()).where(UssdTurn.ussd_session_id == row.id))
            reports = session.execute(
                select(Report.ussd_session_key, func.count())
                .where(Report.ussd_session_key.in_(self.keys))
                .group_by(Report.ussd_session_key)
            ).all()
            memory = unpack(open_memory(KEYRING, row))
        assert lines == len(self.said)
        assert all(number == 1 for _, number in reports)
        assert memory.last.text == self.said[-1][1]
        assert isinstance(memory.heard, Heard)

    def teardown(self) -> None:
        if hasattr(self, "call"):
            self._repeat(*self.said[-1][:3])
            self.call.drop()

    def _call(self) -> None:
        self.call = Call(self.product, self.caller)
        self.keys.append(f"{CHANNEL}:{self.call.session}")
        self.said: list[tuple[str, str, bool, int]] = []
        self.call.send("")
        self._note("")

    def _type(self, typed: str, seconds: int) -> None:
        self.product.clock.move(seconds=seconds)
        self.call.type(typed)
        if self.call.transcript != self.said[-1][0]:  # nothing typed at first is the dialling again
            self._note(self.call.transcript)

    def _note(self, text: str) -> None:
        self.said.append((text, self.call.screen, self.call.reply.ends, self._now_ms))

    def _repeat(self, text: str, shown: str, ends: bool) -> None:
        before = self.call.reply
        self.call.send(text)
        assert (self.call.screen, self.call.reply.ends) == (shown, ends)
        self.call.reply = before

    @property
    def _now_ms(self) -> int:
        return int(self.product.clock().timestamp() * 1000)


@pytest.fixture
def line(database: Database) -> type[Line]:
    return type("LineOfOneDatabase", (Line,), {"product": Product(database)})


def test_no_request_is_answered_twice_or_wrong(line: type[Line], database: Database) -> None:
    run_machine(line, settings=searching(12 if database.is_sqlite else 4, steps=16))
