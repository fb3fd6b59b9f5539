"""A scripted carrier, an account at it, and one that soon loses patience."""

from collections.abc import Iterator

import pytest

from mhealth.aggregators.africastalking import AfricasTalking
from tests.aggregators.carrier import Carrier, running_carrier

HASTE = 0.4
"""Seconds that the hasty account waits."""


@pytest.fixture
def carrier() -> Iterator[Carrier]:
    with running_carrier() as carrier:
        yield carrier


@pytest.fixture
def account(carrier: Carrier) -> AfricasTalking:
    return an_account(carrier.url)


@pytest.fixture
def hasty_account(carrier: Carrier) -> AfricasTalking:
    return an_account(carrier.url, patience=HASTE)


def an_account(
    base_url: str | None, sender: str | None = None, patience: float = 10.0
) -> AfricasTalking:
    return AfricasTalking(
        username="app",
        api_key="KEY",
        base_url=base_url,
        sender=sender,
        region="KE",
        connect_timeout=patience,
        read_timeout=patience,
    )
