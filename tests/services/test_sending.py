"""What a sender does with a message, whatever the carrier answers; on SQLite and PostgreSQL."""

import time
from datetime import timedelta

import pytest
from sqlalchemy import event, text, update
from sqlalchemy.exc import OperationalError

from mhealth.domain.gateway import SendError, SendProblem, SendReceipt
from mhealth.domain.message import Lane, MessageState
from mhealth.services.sending import Step, drain
from mhealth.services.sending_rules import SendingRules
from mhealth.services.sweeping import sweep
from mhealth.store.database import Database
from mhealth.store.messages import Message
from tests.factories import NOON, new_msisdn
from tests.services.fake_carrier import FakeCarrier
from tests.services.outbox import (
    CHANNEL,
    a_sender,
    change,
    end_holds,
    put,
    see,
    state_of,
    states,
    troubles,
)

ALL = tuple(Lane)


def test_a_queued_message_reaches_the_carrier_and_is_accepted(database: Database) -> None:
    msisdn = new_msisdn()
    message = put(database, msisdn=msisdn, body="Votre référence: 482 1935.")
    carrier = FakeCarrier(SendReceipt(carrier_id="ATX1", cost="XOF 15"))

    taken = drain(a_sender(database, carrier), ALL)

    assert taken == 1
    assert [(sms.msisdn, sms.text) for sms in carrier.received] == [
        (msisdn, "Votre référence: 482 1935.")
    ]
    sent = see(database, message)
    assert (sent.state, sent.carrier_id, sent.cost) == ("accepted", "ATX1", "XOF 15")
    assert sent.accepted_ms is not None
    assert sent.sending_ms is not None
    assert sent.accepted_ms >= sent.sending_ms >= sent.queued_ms > 1_700_000_000_000


def test_the_reference_given_to_the_carrier_is_the_uuid_of_the_row(database: Database) -> None:
    message = put(database)
    carrier = FakeCarrier()

    drain(a_sender(database, carrier), ALL)

    assert carrier.received[0].reference == see(database, message).uid.hex


def test_emergencies_go_first_then_replies_reminders_and_bulk(database: Database) -> None:
    for lane in (Lane.BULK, Lane.REMINDER, Lane.EMERGENCY, Lane.REPLY, Lane.EMERGENCY):
        put(database, lane=lane, body=lane.value)
    carrier = FakeCarrier()

    drain(a_sender(database, carrier), ALL)

    assert carrier.texts == ["emergency", "emergency", "reply", "reminder", "bulk"]


def test_an_emergency_written_while_bulk_is_sent_goes_next(database: Database) -> None:
    for number in range(4):
        put(database, lane=Lane.BULK, body=f"bulk {number}")
    carrier = FakeCarrier()

    def alarm(_sms: object, _carrier_id: str) -> None:
        if len(carrier.received) == 2:
            put(database, lane=Lane.EMERGENCY, body="emergency")

    carrier.during = alarm
    drain(a_sender(database, carrier), ALL)

    assert carrier.texts == ["bulk 0", "bulk 1", "emergency", "bulk 2", "bulk 3"]


def test_a_sender_of_some_lanes_leaves_the_others(database: Database) -> None:
    put(database, lane=Lane.EMERGENCY)
    put(database, lane=Lane.BULK)

    assert drain(a_sender(database, FakeCarrier()), [Lane.EMERGENCY]) == 1
    assert states(database) == ["accepted", "queued"]


def test_nothing_of_ours_is_open_while_the_carrier_is_called(database: Database) -> None:
    put(database)
    held: list[int] = []
    carrier = FakeCarrier()
    carrier.during = lambda _sms, _id: held.append(database.full.pool.checkedout())  # type: ignore[attr-defined]

    drain(a_sender(database, carrier), ALL)

    assert held == [0]


def test_a_message_for_later_waits_for_the_handed_in_clock(database: Database) -> None:
    put(database, not_before=NOON + timedelta(hours=1))
    carrier = FakeCarrier()
    now = [NOON]
    sender = a_sender(database, carrier, clock=lambda: now[0])

    assert drain(sender, ALL) == 0
    now[0] += timedelta(hours=1)
    assert drain(sender, ALL) == 1
    assert states(database) == ["accepted"]


def test_draining_stops_when_asked_and_after_its_time(database: Database) -> None:
    for _ in range(3):
        put(database)
    sender = a_sender(database, FakeCarrier())

    assert drain(sender, ALL, stop_after=0) == 0
    asked = iter([False, True])
    assert drain(sender, ALL, stopping=lambda: next(asked)) == 1
    assert drain(sender, ALL) == 2


@pytest.mark.parametrize(
    ("problem", "state", "is_line_held"),
    [
        (SendProblem.NOT_SENT, "queued", True),
        (SendProblem.THROTTLED, "queued", True),
        (SendProblem.NO_CREDIT, "queued", True),
        (SendProblem.BAD_CREDENTIALS, "queued", True),
        (SendProblem.BAD_SENDER, "queued", True),
        (SendProblem.UNKNOWN, "uncertain", True),
        (SendProblem.REFUSED, "failed", False),
        (SendProblem.INVALID_NUMBER, "failed", False),
        (SendProblem.BLOCKED, "failed", False),
        (SendProblem.UNROUTABLE, "failed", False),
    ],
)
def test_each_problem_has_its_end(
    database: Database, problem: SendProblem, state: str, is_line_held: bool
) -> None:
    first = put(database)
    put(database)
    carrier = FakeCarrier(SendError(problem, "said +22961234567"))

    drain(a_sender(database, carrier), ALL)

    row = see(database, first)
    assert row.state == state
    assert row.failure == f"{problem.value}: said +229******67"
    assert troubles(database) == ([("reply", problem.value, 1)] if is_line_held else [])
    assert states(database)[1] == ("queued" if is_line_held else "accepted")
    assert len(carrier.received) == (1 if is_line_held else 2)


def test_every_problem_that_a_carrier_can_have_is_in_the_table() -> None:
    tested = test_each_problem_has_its_end.pytestmark[0].args[1]  # type: ignore[attr-defined]

    assert {row[0] for row in tested} == set(SendProblem)


def test_after_an_outage_everything_is_sent_however_long_it_lasted(database: Database) -> None:
    for _ in range(3):
        put(database, lane=Lane.EMERGENCY)
    carrier = FakeCarrier(*[SendError(SendProblem.NOT_SENT) for _ in range(20)])
    sender = a_sender(database, carrier)

    for _ in range(20):
        drain(sender, ALL)
        end_holds(database)
    assert states(database) == ["queued"] * 3
    assert troubles(database) == [("emergency", "not_sent", 20)]

    drain(sender, ALL)

    assert states(database) == ["accepted"] * 3
    assert troubles(database) == []


def test_a_lane_in_trouble_does_not_stop_the_others(database: Database) -> None:
    bulk = put(database, lane=Lane.BULK)
    carrier = FakeCarrier(SendError(SendProblem.THROTTLED, retry_after=300))
    sender = a_sender(database, carrier)
    drain(sender, ALL)

    emergency = put(database, lane=Lane.EMERGENCY)
    drain(sender, ALL)

    assert state_of(database, emergency) is MessageState.ACCEPTED
    assert state_of(database, bulk) is MessageState.QUEUED
    assert troubles(database) == [("bulk", "throttled", 1)]


def test_the_carriers_retry_after_is_honoured(database: Database) -> None:
    message = put(database, lane=Lane.BULK)
    carrier = FakeCarrier(SendError(SendProblem.THROTTLED, retry_after=300))

    drain(a_sender(database, carrier), ALL)

    row = see(database, message)
    with database.reading() as session:
        until = session.scalar(text("SELECT until_ms FROM channel_troubles"))
    assert row.sending_ms is not None
    assert 300_000 <= until - row.sending_ms < 310_000
    assert 300_000 <= row.retry_at_ms - row.sending_ms < 460_000


def test_after_a_back_off_the_message_is_sent(database: Database) -> None:
    put(database)
    rules = SendingRules(hold_ms=20)
    sender = a_sender(database, FakeCarrier(SendError(SendProblem.NOT_SENT)), rules=rules)
    drain(sender, ALL)

    deadline = time.monotonic() + 10
    while states(database) != ["accepted"]:
        assert time.monotonic() < deadline
        drain(sender, ALL)


def test_a_message_that_does_not_open_dies_after_five_tries_and_others_flow(
    database: Database,
) -> None:
    poison = put(database, lane=Lane.EMERGENCY)
    with database.writing() as session:
        session.execute(
            update(Message)
            .where(Message.id == poison)
            .values(body_sealed=b"\x01\x04test" + b"x" * 40)
        )
    carrier = FakeCarrier()
    sender = a_sender(database, carrier)

    for number in range(5):
        put(database, lane=Lane.BULK, body=f"bulk {number}")
        drain(sender, ALL)
        end_holds(database)
    drain(sender, ALL)

    row = see(database, poison)
    assert (row.state, row.attempts, row.failure) == ("dead", 5, "broken: SealError")
    assert carrier.texts == [f"bulk {number}" for number in range(5)]
    assert troubles(database) == []


def test_an_adapter_that_breaks_makes_the_message_uncertain_never_resent(
    database: Database,
) -> None:
    message = put(database)
    carrier = FakeCarrier(ValueError("a fault of our own"))
    sender = a_sender(database, carrier)

    for _ in range(3):
        drain(sender, ALL)
        end_holds(database)

    assert state_of(database, message) is MessageState.UNCERTAIN
    assert len(carrier.received) == 1


def test_a_sender_that_lost_its_lease_before_the_call_sends_nothing(database: Database) -> None:
    message = put(database)
    carrier, other = FakeCarrier(), FakeCarrier()

    def somebody_else_sends(step: Step) -> None:
        if step is Step.LEASED:
            change(database, message, lease_until_ms=1)
            sweep(database, SendingRules(), lambda: NOON)
            assert drain(a_sender(database, other), ALL) == 1

    drain(a_sender(database, carrier, passing=somebody_else_sends), ALL)

    assert (len(carrier.received), len(other.received)) == (0, 1)
    assert state_of(database, message) is MessageState.ACCEPTED


def test_a_sender_that_slept_over_its_lease_before_the_call_sends_nothing(
    database: Database,
) -> None:
    message = put(database, lane=Lane.EMERGENCY)
    carrier, other = FakeCarrier(), FakeCarrier()
    rules = SendingRules(lease_ms=30, emergency_resend_ms=1)

    def sleep_while_it_is_sent_again(step: Step) -> None:
        if step is Step.SENDING:
            deadline = time.monotonic() + 10
            while not drain(a_sender(database, other), ALL):
                assert time.monotonic() < deadline
                sweep(database, rules, lambda: NOON)

    passing = sleep_while_it_is_sent_again
    drain(a_sender(database, carrier, rules=rules, passing=passing), [Lane.EMERGENCY])

    assert (len(carrier.received), len(other.received)) == (0, 1)
    row = see(database, message)
    assert (row.state, row.resends) == ("accepted", 1)


def test_an_answer_that_comes_late_settles_what_had_become_uncertain(database: Database) -> None:
    message = put(database)

    def expire(_sms: object, _carrier_id: str) -> None:
        change(database, message, lease_until_ms=1)
        assert sweep(database, SendingRules(), lambda: NOON).moved["uncertain"] == 1

    carrier = FakeCarrier(SendReceipt(carrier_id="ATX9"))
    carrier.during = expire
    drain(a_sender(database, carrier), ALL)

    row = see(database, message)
    assert (row.state, row.carrier_id) == ("accepted", "ATX9")


def test_an_answer_that_comes_after_the_resend_changes_nothing(database: Database) -> None:
    message = put(database, lane=Lane.EMERGENCY)
    other = FakeCarrier(SendReceipt(carrier_id="SECOND"))

    def resend(_sms: object, _carrier_id: str) -> None:
        change(database, message, lease_until_ms=1, sending_ms=1)
        assert sweep(database, SendingRules(), lambda: NOON).moved["resent"] == 1
        drain(a_sender(database, other), ALL)

    carrier = FakeCarrier(SendError(SendProblem.REFUSED))
    carrier.during = resend
    drain(a_sender(database, carrier), ALL)

    row = see(database, message)
    assert (row.state, row.carrier_id, row.failure) == ("accepted", "SECOND", None)


def test_messages_of_a_channel_that_nobody_opened_stay(database: Database) -> None:
    message = put(database, channel="elsewhere")

    assert drain(a_sender(database, FakeCarrier()), ALL) == 0
    assert state_of(database, message) is MessageState.QUEUED
    assert CHANNEL != "elsewhere"


def test_the_answer_is_written_although_the_database_was_away_for_a_moment(
    database: Database,
) -> None:
    put(database)
    refusals = iter([True, True])

    def be_away(_connection: object) -> None:
        if next(refusals, False):
            raise OperationalError("BEGIN", {}, Exception("no route to the database"))

    def cut(step: Step) -> None:
        if step is Step.ANSWERED:
            event.listen(database.full, "begin", be_away)

    drain(a_sender(database, FakeCarrier(), passing=cut), ALL)

    assert states(database) == ["accepted"]
    assert next(refusals, None) is None
