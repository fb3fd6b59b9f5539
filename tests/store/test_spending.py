"""Counting what is spent reads a stretch of an index, however much was ever sent."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from mhealth.domain.caps import Budget, Cap, Limits
from mhealth.domain.message import Lane, MessageState
from mhealth.store.channel_reads import channel_state
from mhealth.store.database import Database
from mhealth.store.spending import Spending, spent_caps, spent_today
from tests import factories as made
from tests.factories import NOON
from tests.services.outbox import CHANNEL
from tests.store.test_outgoing_plans import fill, plans

LIMITS = Limits(number_hour=5, number_day=20, district_day=100, channel_day=200)


def a_spending(district_id: int) -> Spending:
    return Spending(
        msisdn_index=b"\x01" * 16,
        budget=Budget.CALLER,
        channel=CHANNEL,
        due_at=NOON,
        district_id=district_id,
    )


@pytest.mark.parametrize("is_analysed", [False, True], ids=["fresh", "analysed"])
def test_every_count_is_a_stretch_of_its_index(database: Database, is_analysed: bool) -> None:
    with database.writing() as session:
        districts = [made.a_district(session).id for _ in range(2)]
    for district in districts:
        for age, number in ((40, 20_000), (2, 5_000), (0, 120)):
            fill(
                database, number, Lane.REPLY, state=MessageState.DELIVERED, district_id=district,
                budget="caller", due_at=NOON - timedelta(days=age), accepted_ms=1,
            )  # fmt: skip
    if is_analysed:
        with database.full.connect().execution_options(isolation_level="AUTOCOMMIT") as admin:
            admin.exec_driver_sql("ANALYZE")

    because_of_a_caller = replace(a_spending(districts[0]), budget=Budget.STAFF, referral_id=1)
    questions: list[tuple[Callable[[Session], object], str]] = [
        (lambda s: spent_caps(s, a_spending(districts[0]), LIMITS, 10), "number_budget"),
        (lambda s: spent_caps(s, because_of_a_caller, LIMITS, 10), "referral"),
        (lambda s: spent_today(s, NOON, channel=CHANNEL), "_budget"),
        (lambda s: spent_today(s, NOON, district_id=districts[0]), "_budget"),
    ]
    for question, index in questions:
        for plan in plans(database, question):
            assert index in plan, plan
            assert "Seq Scan on messages" not in plan, plan
            assert "SCAN messages" not in plan, plan
    with database.reading() as session:
        spent = spent_caps(session, a_spending(districts[0]), LIMITS, 10)
        assert spent == {Cap.DISTRICT_DAY, Cap.CHANNEL_DAY}
        assert spent_today(session, NOON, channel=CHANNEL)[Budget.CALLER] == 240


def test_a_channels_state_tells_the_last_of_each_kind(database: Database) -> None:
    with database.writing() as session:
        empty = channel_state(session, CHANNEL, NOON)
        assert (empty.accepted_at, empty.received_at, empty.reported_at) == (None, None, None)
        message = made.a_message(session, accepted_ms=1_000)
        made.a_message(session, accepted_ms=2_000, channel="other")
        made.an_inbound_sms(session, received_at=NOON - timedelta(minutes=3))
        made.a_delivery_report(session, message, received_ms=3_000)
        state = channel_state(session, CHANNEL, NOON)
    assert state.received_at == NOON - timedelta(minutes=3)
    assert state.accepted_at is not None
    assert state.reported_at is not None
    assert state.reported_at - state.accepted_at >= timedelta(seconds=1.9)
