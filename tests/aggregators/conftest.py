"""A scripted carrier, and an account at it with short time limits."""

from collections.abc import Iterator

import pytest

from mhealth.aggregators.africastalking import AfricasTalking
from tests.aggregators.carrier import Carrier, running_carrier

READ_SECONDS = 0.4


@pytest.fixture
def carrier() -> Iterator[Carrier]:
    with running_carrier() as carrier:
        yield carrier


@pytest.fixture
def account(carrier: Carrier) -> AfricasTalking:
    return an_account(carrier.url)


def an_account(base_url: str | None, sender: str | None = None) -> AfricasTalking:
    return AfricasTalking(
        username="app",
        api_key="KEY",
        base_url=base_url,
        sender=sender,
        region="KE",
        connect_timeout=0.3,
        read_timeout=READ_SECONDS,
    )
