"""Sends one real SMS through the outbox and follows it: accepted, delivered, or what is known by then."""

import time
from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

from mhealth.care.outbox import Addressee, Letter, put
from mhealth.care.workbench import no_gate
from mhealth.domain.message import FINAL, MessageState, Recipient
from mhealth.domain.msisdn import Msisdn
from mhealth.jobs import sender_of
from mhealth.runtime import Runtime
from mhealth.services.sending import carry
from mhealth.store.messages import Message
from mhealth.store.outgoing import Claim, claim_own
from mhealth.store.unsent import cancel

_LOOK_SECONDS = 0.25
_GONE = frozenset({MessageState.ACCEPTED, MessageState.DELIVERED})


def send_one(
    runtime: Runtime, channel: str, msisdn: Msisdn, seconds: float, say: Callable[[str], None]
) -> bool:
    """Send a neutral text and follow it for so long; True when the carrier took it.

    The row is ours from its first commit, so no worker sends it too. What did not leave is taken
    back: no test arrives tomorrow.
    """
    message_id, claim = _write(runtime, channel, msisdn)
    if claim is None:
        say(f"held back: {_failure(runtime, message_id)}; see the caps in docs/settings.md")
        return False
    say(f"sending to {msisdn.masked} …")
    carry(sender_of(runtime.handles), claim)
    state = _follow(runtime, message_id, seconds, say)
    _take_back(runtime, message_id)
    return state in _GONE


def _write(runtime: Runtime, channel: str, msisdn: Msisdn) -> tuple[int, Claim | None]:
    bench = replace(runtime.workbench, channel=channel, pass_gate=no_gate)  # tells nobody anything
    to = Addressee(recipient=Recipient.SENDER, msisdn=msisdn, language=bench.languages.default.code)
    letter = Letter(template="channel_test", values={}, intent=f"channel-test:{uuid4().hex}")
    with runtime.database.writing() as session:
        message = put(bench, session, to, letter, runtime.clock())
        if message is None:
            raise AssertionError("an intent of its own was written before")
        lease_ms = sender_of(runtime.handles).rules.lease_ms
        is_held = message.state_word is MessageState.CANCELLED
        return message.id, None if is_held else claim_own(session, message, lease_ms=lease_ms)


def _follow(
    runtime: Runtime, message_id: int, seconds: float, say: Callable[[str], None]
) -> MessageState:
    """Say each new state; ends when no other can come, or the time is over."""
    deadline, told = time.monotonic() + seconds, None
    while True:
        state, failure = _look(runtime, message_id)
        if state is not told:
            say(_words(state, failure))
            told = state
        if state in FINAL or state is MessageState.QUEUED:
            return state
        if time.monotonic() >= deadline:
            say(_at_the_end(state, seconds))
            return state
        time.sleep(_LOOK_SECONDS)


def _look(runtime: Runtime, message_id: int) -> tuple[MessageState, str | None]:
    with runtime.database.reading() as session:
        row = session.get_one(Message, message_id)
        return row.state_word, row.failure


def _failure(runtime: Runtime, message_id: int) -> str:
    return _look(runtime, message_id)[1] or ""


def _take_back(runtime: Runtime, message_id: int) -> None:
    with runtime.database.writing() as session:
        row = session.get_one(Message, message_id, with_for_update=True)
        if row.state_word is MessageState.QUEUED:
            cancel(row, row.failure or "test over")


def _words(state: MessageState, failure: str | None) -> str:
    said = {
        MessageState.ACCEPTED: "accepted by the carrier; waiting for its delivery report …",
        MessageState.DELIVERED: "delivered: the report came back through our webhook",
        MessageState.QUEUED: "not taken by the carrier",
        MessageState.UNCERTAIN: "the call began and its answer was lost; it may have left",
    }.get(state, state.value)
    return f"{said} ({failure})" if failure else said


def _at_the_end(state: MessageState, seconds: float) -> str:
    if state is MessageState.ACCEPTED:
        return (
            f"no delivery report within {seconds:.0f} s: networks may take hours; if none ever"
            " comes, see the address under Delivery Reports at the carrier"
        )
    return f"after {seconds:.0f} s it is {state.value}"
