"""One trace from a carrier's call over the message that it causes to that message's sending."""

import re

import pytest
from sqlalchemy import select

from mhealth.domain.message import Lane
from mhealth.domain.trace import current_trace, new_trace, taken_trace
from mhealth.logs import _traced
from mhealth.services.sending import Step, drain
from mhealth.store.database import Database
from mhealth.store.messages import Message
from tests.product import MOTHER, Product
from tests.services.fake_carrier import FakeCarrier
from tests.services.outbox import a_sender
from tests.web.doors import HOOKS, sms
from tests.web.test_metrics import an_app


def test_a_message_bears_the_trace_of_its_call_until_it_is_sent(database: Database) -> None:
    product = Product(database)
    client = an_app(product).test_client()
    for number in (1, 2):
        assert (
            client.post(
                f"{HOOKS}/sms", data=sms("Bonjour", MOTHER.e164, f"in-{number}")
            ).status_code
            == 200
        )
    with database.reading() as session:
        traces = list(session.scalars(select(Message.trace).order_by(Message.id)))
    assert len(traces) == len(set(traces)) == 2
    assert all(re.fullmatch(r"t[0-9a-f]{11}", str(trace)) for trace in traces)
    assert current_trace() is None

    seen: list[object] = []

    def pass_by(step: Step) -> None:
        if step is Step.ANSWERED:
            seen.append(_traced(None, "info", {})["trace"])

    drain(a_sender(database, FakeCarrier(), passing=pass_by, clock=product.clock), list(Lane))

    assert seen == traces
    assert current_trace() is None


@pytest.mark.parametrize(
    ("given", "is_taken"),
    [
        ("ab12cd34ef56", True),
        ("229019700001", False),  # a number is nobody's trace
        ("ab12", False),
        ("ab12cd34\n{}", False),
        (None, False),
    ],
)
def test_a_proxys_own_is_taken_where_it_has_the_form(given: str | None, is_taken: bool) -> None:
    assert (taken_trace(given) == given) == is_taken
    assert len(taken_trace(given)) <= 16


def test_no_two_are_alike() -> None:
    assert len({new_trace() for _ in range(1000)}) == 1000
