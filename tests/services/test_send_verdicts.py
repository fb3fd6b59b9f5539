"""How long a line rests: growing, bounded, as the carrier asks, and never long for an emergency."""

import pytest

from mhealth.domain.gateway import SendError, SendProblem
from mhealth.domain.message import Lane, MessageState
from mhealth.services.send_verdicts import VERDICTS, Hold, hold_ms
from mhealth.services.sending_rules import SendingRules

RULES = SendingRules()


def rest(
    problem: SendProblem, lane: Lane = Lane.REPLY, failures: int = 0, asked: float | None = None
) -> int:
    return hold_ms(SendError(problem, retry_after=asked), lane, failures, RULES)


def test_every_problem_has_a_verdict() -> None:
    assert set(VERDICTS) == set(SendProblem)


def test_a_rest_doubles_up_to_a_minute() -> None:
    rests = [rest(SendProblem.NOT_SENT, failures=n) for n in range(10)]

    assert rests == [1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000, 60000, 60000]
    assert rest(SendProblem.NOT_SENT, failures=10_000) == 60_000


@pytest.mark.parametrize(("asked", "rested"), [(None, 1000), (0.2, 1000), (90, 90_000)])
def test_what_the_carrier_asks_for_is_honoured(asked: float | None, rested: int) -> None:
    assert rest(SendProblem.THROTTLED, asked=asked) == rested


def test_a_carrier_cannot_silence_us_for_a_day() -> None:
    assert rest(SendProblem.THROTTLED, Lane.BULK, asked=86_400) == 900_000


ACCOUNT = [SendProblem.NO_CREDIT, SendProblem.BAD_CREDENTIALS, SendProblem.BAD_SENDER]


@pytest.mark.parametrize("problem", ACCOUNT)
def test_an_account_that_needs_a_person_is_tried_once_a_minute(problem: SendProblem) -> None:
    assert rest(problem) == rest(problem, failures=9) == 60_000


@pytest.mark.parametrize("problem", ACCOUNT)
def test_what_is_wrong_with_the_account_never_ends_a_message(problem: SendProblem) -> None:
    assert VERDICTS[problem].state is MessageState.QUEUED


@pytest.mark.parametrize("problem", SendProblem)
def test_an_emergency_never_rests_long(problem: SendProblem) -> None:
    assert rest(problem, Lane.EMERGENCY, failures=20, asked=3600) <= 15_000


@pytest.mark.parametrize(
    "problem", [problem for problem, verdict in VERDICTS.items() if verdict.hold is Hold.NONE]
)
def test_what_one_message_alone_suffers_holds_nobody(problem: SendProblem) -> None:
    assert rest(problem, failures=5) == 0
