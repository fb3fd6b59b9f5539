"""Delivery reports early, late, twice, out of order, of others: one end state, nothing touched wrongly."""

from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from mhealth.domain.gateway import DeliveryReport, SendReceipt
from mhealth.domain.message import DeliveryStatus, Lane, MessageState
from mhealth.domain.msisdn import Msisdn
from mhealth.services.delivery import take_report
from mhealth.services.sending import drain, write_answer
from mhealth.services.sending_rules import SendingRules
from mhealth.services.sweeping import sweep
from mhealth.store import outgoing
from mhealth.store.database import Database
from mhealth.store.messages import DeliveryReportRow
from mhealth.store.outgoing import Claim
from mhealth.store.troubles import Line
from tests.factories import NOON, new_msisdn
from tests.services.fake_carrier import FakeCarrier
from tests.services.outbox import CHANNEL, a_sender, change, put, see, state_of

RULES = SendingRules()
ALL = tuple(Lane)
WORDS = {
    "Success": DeliveryStatus.DELIVERED,
    "Sent": DeliveryStatus.SENT,
    "Failed": DeliveryStatus.FAILED,
    "Expired": DeliveryStatus.EXPIRED,
    "Buffered": None,
}


def said(
    database: Database,
    word: str,
    carrier_id: str = "ATX1",
    msisdn: Msisdn | None = None,
    channel: str = CHANNEL,
) -> bool:
    """A report comes in."""
    report = DeliveryReport(
        carrier_id=carrier_id, status=WORDS[word], raw_status=word, msisdn=msisdn
    )
    with database.writing() as session:
        return take_report(session, channel, report, NOON)


def swept(database: Database) -> int:
    done = sweep(database, RULES, lambda: NOON)
    assert done.failed == ()
    return done.moved["matched"]


def accepted(database: Database, msisdn: Msisdn, carrier_id: str | None = "ATX1") -> int:
    message = put(database, msisdn=msisdn)
    drain(a_sender(database, FakeCarrier(SendReceipt(carrier_id=carrier_id))), ALL)
    return message


def begun(database: Database, msisdn: Msisdn, lane: Lane = Lane.REPLY) -> tuple[int, Claim]:
    """A message whose call has begun."""
    message = put(database, msisdn=msisdn, lane=lane)
    with database.writing() as session:
        (claim,) = outgoing.claim_next(session, [Line(CHANNEL, lane)], lease_ms=30_000)
        assert outgoing.begin_sending(session, claim, lease_ms=30_000)
    return message, claim


def uncertain(database: Database, msisdn: Msisdn, lane: Lane = Lane.REPLY) -> int:
    message, _ = begun(database, msisdn, lane)
    change(database, message, lease_until_ms=1)
    swept(database)
    return message


@pytest.fixture
def msisdn() -> Msisdn:
    return new_msisdn()


def test_a_report_moves_its_message(database: Database, msisdn: Msisdn) -> None:
    message = accepted(database, msisdn)

    assert said(database, "Success", msisdn=msisdn)

    row = see(database, message)
    assert row.state == "delivered"
    assert row.final_ms is not None
    with database.reading() as session:
        kept = session.scalars(select(DeliveryReportRow)).one()
        assert (kept.message_id, kept.raw_status, kept.received_at) == (message, "Success", NOON)


def test_a_failure_says_why(database: Database, msisdn: Msisdn) -> None:
    message = accepted(database, msisdn)
    report = DeliveryReport(
        carrier_id="ATX1",
        status=DeliveryStatus.FAILED,
        raw_status="Failed",
        reason="AbsentSubscriber",
    )
    with database.writing() as session:
        take_report(session, CHANNEL, report, NOON)

    row = see(database, message)
    assert (row.state, row.failure) == ("failed", "Failed: AbsentSubscriber")


def test_a_doubled_report_changes_nothing(database: Database, msisdn: Msisdn) -> None:
    message = accepted(database, msisdn)
    said(database, "Success")
    change(database, message, state="accepted")

    assert not said(database, "Success")
    assert state_of(database, message) is MessageState.ACCEPTED


def test_a_late_word_never_takes_a_delivery_back(database: Database, msisdn: Msisdn) -> None:
    message = accepted(database, msisdn)
    for word in ("Success", "Sent", "Failed", "Expired", "Buffered"):
        said(database, word)

    assert state_of(database, message) is MessageState.DELIVERED
    assert see(database, message).failure is None


def test_a_report_after_days_still_counts(database: Database, msisdn: Msisdn) -> None:
    message = accepted(database, msisdn)
    change(database, message, accepted_ms=1)
    swept(database)
    assert state_of(database, message) is MessageState.NO_REPORT

    said(database, "Success")

    assert state_of(database, message) is MessageState.DELIVERED


@pytest.mark.parametrize("where", ["another number", "another channel", "another id"])
def test_a_report_touches_only_what_went_to_its_number_on_its_channel(
    database: Database, msisdn: Msisdn, where: str
) -> None:
    message = accepted(database, msisdn)
    number = new_msisdn() if where == "another number" else msisdn
    channel = "elsewhere" if where == "another channel" else CHANNEL
    carrier_id = "ATX2" if where == "another id" else "ATX1"

    assert said(database, "Failed", carrier_id, number, channel)
    swept(database)

    assert state_of(database, message) is MessageState.ACCEPTED


def test_a_report_that_comes_before_the_answer_wins(database: Database, msisdn: Msisdn) -> None:
    message = put(database, msisdn=msisdn)
    carrier = FakeCarrier(SendReceipt(carrier_id="ATX1"))

    def report_at_once(_sms: object, carrier_id: str) -> None:
        said(database, "Success", carrier_id, msisdn)

    carrier.during = report_at_once
    drain(a_sender(database, carrier), ALL)

    row = see(database, message)
    assert (row.state, row.carrier_id) == ("delivered", "ATX1")


def test_an_unknown_id_is_matched_later_for_three_days(database: Database, msisdn: Msisdn) -> None:
    said(database, "Success", "LATE", msisdn)
    said(database, "Success", "TOO-LATE", msisdn)
    with database.writing() as session:
        old = update(DeliveryReportRow).where(DeliveryReportRow.carrier_id == "TOO-LATE")
        hours = timedelta(hours=73) / timedelta(milliseconds=1)
        session.execute(old.values(received_ms=DeliveryReportRow.received_ms - int(hours)))
    late = put(database, msisdn=msisdn, state=MessageState.ACCEPTED, carrier_id="LATE")
    too_late = put(database, msisdn=msisdn, state=MessageState.ACCEPTED, carrier_id="TOO-LATE")

    assert swept(database) == 1

    assert state_of(database, late) is MessageState.DELIVERED
    assert state_of(database, too_late) is MessageState.ACCEPTED


def test_an_uncertain_message_is_settled_by_the_only_report_that_fits(
    database: Database, msisdn: Msisdn
) -> None:
    message = uncertain(database, msisdn)

    said(database, "Sent", "ATX7", msisdn)
    row = see(database, message)
    assert (row.state, row.carrier_id) == ("accepted", "ATX7")
    said(database, "Success", "ATX7", msisdn)

    assert state_of(database, message) is MessageState.DELIVERED


def test_a_report_that_came_while_the_call_ran_settles_it_when_it_turns_uncertain(
    database: Database, msisdn: Msisdn
) -> None:
    message, _ = begun(database, msisdn, Lane.EMERGENCY)
    said(database, "Success", "ATX7", msisdn)
    assert state_of(database, message) is MessageState.SENDING
    row = see(database, message)
    assert row.sending_ms is not None
    change(database, message, lease_until_ms=1, sending_ms=row.sending_ms - 90_000)

    swept(database)

    row = see(database, message)
    assert (row.state, row.resends) == ("delivered", 0)


@pytest.mark.parametrize("other", ["uncertain", "in its call", "accepted without an id"])
def test_when_two_messages_fit_a_report_settles_neither(
    database: Database, msisdn: Msisdn, other: str
) -> None:
    message = uncertain(database, msisdn)
    match other:
        case "uncertain":
            uncertain(database, msisdn)
        case "in its call":
            begun(database, msisdn)
        case _:
            accepted(database, msisdn, carrier_id=None)

    said(database, "Success", "ATX7", msisdn)
    swept(database)

    assert state_of(database, message) is MessageState.UNCERTAIN


def test_a_report_without_number_or_of_another_time_settles_nothing(
    database: Database, msisdn: Msisdn
) -> None:
    message = uncertain(database, msisdn)
    said(database, "Success", "ATX7", None)
    row = see(database, message)
    assert row.sending_ms is not None
    change(database, message, sending_ms=row.sending_ms - 2 * 3_600_000)
    said(database, "Success", "ATX8", msisdn)
    swept(database)

    assert state_of(database, message) is MessageState.UNCERTAIN


def test_a_message_accepted_without_an_id_is_settled_by_number(
    database: Database, msisdn: Msisdn
) -> None:
    message = accepted(database, msisdn, carrier_id=None)

    said(database, "Success", "ATX7", msisdn)

    assert state_of(database, message) is MessageState.DELIVERED


def test_of_two_copies_only_a_delivery_is_believed(database: Database, msisdn: Msisdn) -> None:
    message = uncertain(database, msisdn, Lane.EMERGENCY)
    change(database, message, sending_ms=see(database, message).queued_ms - 61_000)
    sweep(database, RULES, lambda: NOON)
    assert see(database, message).resends == 1

    said(database, "Failed", "FIRST", msisdn)
    assert state_of(database, message) is MessageState.QUEUED
    said(database, "Success", "FIRST", msisdn)

    assert state_of(database, message) is MessageState.DELIVERED
    assert drain(a_sender(database, FakeCarrier()), ALL) == 0


EVENTS = ("answer", "expiry", *WORDS)


def play(database: Database, events: tuple[str, ...]) -> tuple[str, str | None]:
    """Let events of one message happen in this order; where it ends after the next sweep."""
    msisdn = new_msisdn()
    carrier_id = f"AT-{msisdn.e164}"
    message, claim = begun(database, msisdn)
    for happening in events:
        if happening == "expiry":
            change(database, message, lease_until_ms=1)
            swept(database)
        elif happening == "answer":
            receipt = SendReceipt(carrier_id=carrier_id)
            write_answer(a_sender(database, FakeCarrier()), claim, receipt)
        else:
            said(database, happening, carrier_id, msisdn)
    swept(database)
    row = see(database, message)
    return row.state, row.carrier_id


@pytest.mark.parametrize(
    "events",
    [
        ("answer", "Sent", "Success", "Failed"),
        ("answer", "expiry", "Failed", "Expired"),
        ("expiry", "Sent", "Sent", "Success"),
        ("answer", "Buffered", "Buffered", "Sent"),
    ],
)
def test_every_order_of_these_events_ends_alike(
    database: Database, events: tuple[str, ...]
) -> None:
    ends = {order: play(database, order) for order in set(permutations(events))}

    assert len({end[0] for end in ends.values()}) == 1, ends


@given(
    events=st.lists(st.sampled_from(EVENTS), min_size=1, max_size=5),
    data=st.data(),
)
@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_order_and_doubling_of_up_to_five_events_gives_one_end_state(
    sqlite_database: Database, events: list[str], data: st.DataObject
) -> None:
    order = data.draw(st.permutations(events))

    first, second = play(sqlite_database, tuple(events)), play(sqlite_database, tuple(order))

    assert first[0] == second[0], (events, order)
