"""Sends what the outbox holds: claim, begin, call the carrier, write how it ended.

Each step is a transaction of its own, and none is open during the call. Whatever happens between
two of them, the database tells how far a message had come: `leased`, the call never began; `sending`,
nobody knows, and it is never blindly sent again.
"""

import random
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from mhealth.domain.clock import Clock
from mhealth.domain.errors import SealError
from mhealth.domain.gateway import Aggregator, OutboundSms, SendError, SendProblem, SendReceipt
from mhealth.domain.message import Lane, MessageState
from mhealth.domain.msisdn import NotAMsisdn
from mhealth.domain.scrubbing import scrub
from mhealth.domain.trace import traced
from mhealth.logs import log_for
from mhealth.services.delivery import match_early_reports
from mhealth.services.send_verdicts import VERDICTS, hold_ms
from mhealth.services.sending_rules import SendingRules
from mhealth.store import outgoing
from mhealth.store.database import Database
from mhealth.store.outgoing import Claim
from mhealth.store.outgoing_upkeep import release_planned, release_retried, waiting_ms
from mhealth.store.troubles import Line, clear_trouble, note_trouble

_OUT_OF_REACH = (OperationalError, InterfaceError, PoolTimeout)
_PAUSES = (0.1, 0.5, 2.0)
"""Seconds before an answer is written again that the database did not take."""

log = log_for("services.sending")


class Step(StrEnum):
    """Named points on a message's way; a test of faults ends the process at one of them."""

    LEASED = "leased"  # claimed, the call not begun
    SENDING = "sending"  # written that the call begins, no byte has left
    ANSWERED = "answered"  # the carrier's answer is read and not yet written


def _pass_by(_step: Step) -> None:
    """What happens at a named point in earnest: nothing."""


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Everything that one sender needs; it holds no state between messages."""

    database: Database
    aggregators: Mapping[str, Aggregator]
    rules: SendingRules
    clock: Clock
    passing: Callable[[Step], None] = _pass_by

    def lines(self, lanes: Collection[Lane]) -> list[Line]:
        """What this sender can serve, emergencies first."""
        ordered = sorted(lanes, key=lambda lane: lane.rank)
        return [Line(channel, lane) for lane in ordered for channel in self.aggregators]

    def waiting(self, lanes: Collection[Lane]) -> Mapping[Line, int]:
        """Lines that have a ready message and are not held: since how many milliseconds.

        Raises SQLAlchemyError when the database is out of reach.
        """
        with self.database.reading() as session:
            return waiting_ms(session, self.lines(lanes))


def drain(
    sender: Sender,
    lanes: Collection[Lane],
    *,
    stop_after: float | None = None,
    stopping: Callable[[], bool] = _never,
) -> int:
    """Send all that is ready, the most urgent first each time; how many messages were taken.

    No further message is taken once `stop_after` seconds are over or `stopping()` is true.
    Raises SQLAlchemyError when the database is out of reach; nothing is lost by that.
    """
    with sender.database.writing() as session:
        release_planned(session, sender.clock())
        release_retried(session)
    end = time.monotonic() + stop_after if stop_after is not None else float("inf")
    lines, taken = sender.lines(lanes), 0
    while time.monotonic() < end and not stopping():
        claims = _claim(sender, lines)
        for claim in claims:
            carry(sender, claim)
        if not claims:
            break
        taken += len(claims)
    return taken


def _claim(sender: Sender, lines: list[Line]) -> list[Claim]:
    with sender.database.writing() as session:
        return outgoing.claim_next(
            session, lines, lease_ms=sender.rules.lease_ms, size=sender.rules.claim_size
        )


def carry(sender: Sender, claim: Claim) -> None:
    """Take one claimed message from its lease to the carrier's answer."""
    with traced(claim.trace):
        _carry(sender, claim)


def _carry(sender: Sender, claim: Claim) -> None:
    sender.passing(Step.LEASED)
    sms = _begin(sender, claim)
    if sms is None:
        return
    lease_end = time.monotonic() + sender.rules.lease_ms / 1000
    sender.passing(Step.SENDING)
    if time.monotonic() >= lease_end:
        _oversleep(sender, claim)
        return
    answer = _call(sender.aggregators[claim.line.channel], sms)
    sender.passing(Step.ANSWERED)
    write_answer(sender, claim, answer)


def _oversleep(sender: Sender, claim: Claim) -> None:
    """The process was stopped before its call: it sends nothing and says so, if it is still asked."""
    with sender.database.writing() as session:
        outgoing.put_back(
            session, claim, "lost: the sender overslept", delay_ms=0, is_forgiven=True
        )
    log.warning("lease was over before the call", message=claim.id)


def _begin(sender: Sender, claim: Claim) -> OutboundSms | None:
    """Open the letter and commit that the call begins. None: broken, or not ours any more."""
    with sender.database.writing() as session:
        try:
            sms = outgoing.open_letter(session, claim)
        except (SealError, NotAMsisdn, UnicodeDecodeError) as error:
            _put_aside(session, sender.rules, claim, f"broken: {type(error).__name__}")
            return None
        is_ours = outgoing.begin_sending(session, claim, lease_ms=sender.rules.lease_ms)
        return sms if is_ours else None


def _put_aside(session: Session, rules: SendingRules, claim: Claim, failure: str) -> None:
    """A message that does not open: tried again in case another process has the key, then dead."""
    if claim.attempts >= rules.max_attempts:
        outgoing.mark_over(session, claim, MessageState.DEAD, failure)
        log.error("message is dead", message=claim.id, lane=claim.line.lane.value, reason=failure)
        return
    delay_ms = _jittered(rules.retry_ms * 2 ** (claim.attempts - 1))
    outgoing.put_back(session, claim, failure, delay_ms=delay_ms, is_forgiven=False)
    log.warning("message does not open", message=claim.id, attempts=claim.attempts)


def _call(aggregator: Aggregator, sms: OutboundSms) -> SendReceipt | SendError:
    try:
        return aggregator.send(sms)
    except SendError as error:
        return error
    except Exception as error:
        # A fault of our own: the body may have left, so it counts as unknown.
        log.exception("the carrier's adapter failed", reference=sms.reference)
        return SendError(SendProblem.UNKNOWN, type(error).__name__)


def write_answer(sender: Sender, claim: Claim, answer: SendReceipt | SendError) -> None:
    """Write the answer, patiently: lost here, the message would be uncertain for nothing."""
    for pause in _PAUSES:
        try:
            return _write_once(sender, claim, answer)
        except _OUT_OF_REACH:
            log.warning("answer not written yet", message=claim.id)
            time.sleep(pause)
    return _write_once(sender, claim, answer)


def _write_once(sender: Sender, claim: Claim, answer: SendReceipt | SendError) -> None:
    with sender.database.writing() as session:
        if isinstance(answer, SendReceipt):
            is_written = _accept(session, claim, answer)
        else:
            is_written = _give_back(session, sender.rules, claim, answer)
    said = str(answer.problem) if isinstance(answer, SendError) else "accepted"
    log.info(
        "sms answered" if is_written else "sms answered too late to count",
        message=claim.id,
        lane=claim.line.lane.value,
        channel=claim.line.channel,
        answer=said,
    )


def _accept(session: Session, claim: Claim, receipt: SendReceipt) -> bool:
    if claim.failures:
        clear_trouble(session, claim.line)
    carrier_id = receipt.carrier_id[:120] if receipt.carrier_id else None
    cost = receipt.cost[:24] if receipt.cost else None
    if not outgoing.mark_accepted(session, claim, carrier_id, cost):
        return False
    if carrier_id:
        match_early_reports(session, claim.line.channel, carrier_id)
    return True


def _give_back(session: Session, rules: SendingRules, claim: Claim, error: SendError) -> bool:
    rest_ms = hold_ms(error, claim.line.lane, claim.failures, rules)
    if rest_ms:
        note_trouble(session, claim.line, error.problem, rest_ms)
        log.error(
            "channel in trouble",
            channel=claim.line.channel,
            lane=claim.line.lane.value,
            problem=error.problem.value,
            detail=error.detail[:120],
            rest_ms=rest_ms,
        )
    failure = f"{error.problem}: {scrub(error.detail)}"[:120]
    match VERDICTS[error.problem].state:
        case MessageState.QUEUED:
            delay_ms = _jittered(rest_ms)
            return outgoing.put_back(session, claim, failure, delay_ms=delay_ms, is_forgiven=True)
        case MessageState.UNCERTAIN:
            return outgoing.mark_uncertain(session, claim, failure)
        case state:
            return outgoing.mark_over(session, claim, state, failure)


def _jittered(delay_ms: int) -> int:
    """Up to half as long again, so that many do not come back at one moment."""
    return int(delay_ms * random.uniform(1.0, 1.5))
