"""USSD calls of the simulated phones: dial, answer, drop, and the network's own time limit."""

import json
import time
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

from mhealth.domain.clock import Clock
from mhealth.domain.msisdn import Msisdn
from mhealth.simulator.carrier import (
    Answer,
    Breakdown,
    Hook,
    Outcome,
    Screen,
    UssdSession,
    end_fields,
    open_session,
    read_answer,
    read_dialled,
    ussd_fields,
)
from mhealth.simulator.errands import Errand, Errands
from mhealth.simulator.handsets import Handsets
from mhealth.simulator.memory import Memory
from mhealth.simulator.mishaps import Mishaps
from mhealth.simulator.operators import is_gsm7, operator_of
from mhealth.simulator.script import Script


class CallState(StrEnum):
    """What the phone shows of its call."""

    WAITING = "waiting"  # the answer is on its way
    OPEN = "open"  # a screen that awaits an answer
    ENDED = "ended"  # the last screen
    FAILED = "failed"  # network error, `reason` says why
    EXPIRED = "expired"  # the network closed it after its time limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call and what the phone shows of it."""

    session: UssdSession
    state: CallState
    text: str = ""
    reason: str = ""
    cut: int = 0

    @property
    def is_live(self) -> bool:
        """True while the network holds the session."""
        return self.state in (CallState.WAITING, CallState.OPEN)

    def shown(self) -> dict[str, object]:
        """As the phone page reads it; `room` and `left` are septets, or UTF-16 units when not GSM-7."""
        operator = operator_of(self.session)
        return {
            "session": self.session.id,
            "state": self.state.value,
            "text": self.text,
            "reason": self.reason,
            "room": operator.room(self.text),
            "left": -self.cut if self.cut else operator.left(self.text),
            "is_gsm7": is_gsm7(self.text),
            "hops": self.session.hops,
            "started_at": self.session.started_at,
        }


class Calls:
    """The calls of all phones, one a phone, kept in the memory."""

    def __init__(
        self,
        memory: Memory,
        errands: Errands,
        script: Script,
        mishaps: Mishaps,
        handsets: Handsets,
        clock: Clock,
        *,
        service_code: str,
    ) -> None:
        self._memory, self._errands, self._script = memory, errands, script
        self._mishaps, self._handsets = mishaps, handsets
        self._clock, self._service_code = clock, service_code

    def of(self, msisdn: Msisdn) -> Call | None:
        """What a phone shows of its call; None when it is idle."""
        rows = self._memory.rows("select call from calls where msisdn = ?", msisdn.e164)
        return _unpack(rows[0]["call"]) if rows else None

    def dial(self, msisdn: Msisdn, dialled: str) -> Call:
        """Dial a code; a call still open on this phone is dropped first."""
        self.drop(msisdn)
        extension = read_dialled(dialled, self._service_code)
        network = self._handsets.network(msisdn)
        session = open_session(msisdn, self._service_code, extension or (), network)
        if extension is None:
            return self._keep(Call(session=session, state=CallState.FAILED, reason="no_such_code"))
        self._handsets.keep_call(msisdn, session.id)
        return self._turn(session)

    def answer(self, msisdn: Msisdn, text: str) -> Call | None:
        """Type an answer; None when no screen awaits one."""
        with self._memory.lock:
            call = self.of(msisdn)
            if call is None or call.state is not CallState.OPEN:
                return None
            session = call.session.typed(text)
            self._keep(replace(call, session=session, state=CallState.WAITING))
        return self._turn(session)

    def drop(self, msisdn: Msisdn) -> None:
        """The phone hangs up or loses the network; what was shown is gone."""
        with self._memory.lock:
            call = self.of(msisdn)
            if call is None:
                return
            self._memory.write("delete from calls where msisdn = ?", msisdn.e164)
        if call.is_live:
            self._notify(call.session, Outcome.INCOMPLETE)

    def expire(self, older_than: float) -> None:
        """Close every live call older than so many seconds, as the network does."""
        for row in self._memory.rows("select call from calls"):
            call = _unpack(row["call"])
            if call.is_live and call.session.seconds(time.time()) > older_than:
                self._keep(replace(call, state=CallState.EXPIRED))
                self._notify(call.session, Outcome.INCOMPLETE)

    def _turn(self, session: UssdSession) -> Call:
        """Ask the product for the next screen; an answer to a call dropped meanwhile is thrown away."""
        waiting = self._keep(Call(session=session, state=CallState.WAITING))
        step = self._script.take_of("ussd", session.msisdn.e164)
        before = replace(session, inputs=session.inputs[:-1]) if session.hops else None
        answer = self._mishaps.send(_errand(session), step, _errand(before) if before else None)
        call = _after(session.answered(answer.text), answer)
        with self._memory.lock:
            now = self.of(session.msisdn)
            if now != waiting:
                return now or call
            self._keep(call)
        if call.state is not CallState.OPEN:
            outcome = Outcome.SUCCESS if call.state is CallState.ENDED else Outcome.FAILED
            self._notify(call.session, outcome, call.reason)
        return call

    def _notify(self, session: UssdSession, outcome: Outcome, error: str = "") -> None:
        fields = end_fields(session, outcome, self._clock(), error=error)
        self._errands.put(
            Errand(hook=Hook.USSD_EVENTS, fields=fields, msisdn=session.msisdn.e164, repeats=False)
        )

    def _keep(self, call: Call) -> Call:
        """Written down; of a call that is over, what was typed is forgotten, as a network does."""
        kept = call if call.is_live else replace(call, session=replace(call.session, inputs=()))
        self._memory.write(
            "insert into calls (msisdn, call) values (?, ?)"
            " on conflict (msisdn) do update set call = excluded.call",
            call.session.msisdn.e164,
            _pack(kept),
        )
        return call


def _errand(session: UssdSession) -> Errand:
    return Errand(
        hook=Hook.USSD, fields=ussd_fields(session), msisdn=session.msisdn.e164, repeats=False
    )


def _after(session: UssdSession, answer: Answer) -> Call:
    read = read_answer(answer)
    shown = operator_of(session).fit(read) if isinstance(read, Screen) else read
    if isinstance(shown, Breakdown):
        return Call(session=session, state=CallState.FAILED, reason=shown.reason)
    state = CallState.OPEN if shown.goes_on else CallState.ENDED
    return Call(session=session, state=state, text=shown.text, cut=shown.cut)


def _pack(call: Call) -> str:
    return json.dumps(asdict(call))


def _unpack(text: str) -> Call:
    raw = json.loads(text)
    session = raw["session"]
    session["msisdn"] = Msisdn(session["msisdn"]["e164"])
    session["inputs"] = tuple(session["inputs"])
    return Call(
        session=UssdSession(**session),
        state=CallState(raw["state"]),
        text=raw["text"],
        reason=raw["reason"],
        cut=raw.get("cut", 0),  # an older file has none
    )
