"""What time alone moves; and that sweeping twice, or by several at once, moves nothing more."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mhealth.domain.message import Lane, MessageState
from mhealth.services.sending import drain
from mhealth.services.sending_rules import SendingRules
from mhealth.services.sweeping import Swept, sweep
from mhealth.store.database import Database
from mhealth.store.directory import District
from mhealth.store.messages import Message
from mhealth.store.outgoing import Claim, begin_sending, claim_next
from mhealth.store.outgoing_upkeep import count_by_state, waiting_ms
from mhealth.store.troubles import Line
from tests import factories
from tests.factories import NOON
from tests.services.fake_carrier import FakeCarrier
from tests.services.outbox import CHANNEL, a_sender, change, put, see, states

RULES = SendingRules()
ALL = tuple(Lane)
Chore = Callable[[Session, datetime], object]


def swept(database: Database, *chores: Chore, now: datetime = NOON) -> Swept:
    return sweep(database, RULES, lambda: now, chores)


def claimed(database: Database, lane: Lane = Lane.REPLY) -> Claim:
    with database.writing() as session:
        (claim,) = claim_next(session, [Line(CHANNEL, lane)], lease_ms=RULES.lease_ms)
        return claim


def begun(database: Database, lane: Lane = Lane.REPLY) -> Claim:
    claim = claimed(database, lane)
    with database.writing() as session:
        assert begin_sending(session, claim, lease_ms=RULES.lease_ms)
    return claim


def lost_in_the_call(database: Database, lane: Lane, **columns: object) -> int:
    """A message that became uncertain just now."""
    message = put(database, lane=lane, **columns)
    begun(database, lane)
    change(database, message, lease_until_ms=1)
    assert swept(database).moved["uncertain"] == 1
    return message


def age(database: Database, message: int, seconds: float) -> None:
    """Let a message have been sent so long ago."""
    row = see(database, message)
    assert row.sending_ms is not None
    change(database, message, sending_ms=row.sending_ms - int(seconds * 1000))


def test_a_lease_that_ran_out_before_the_call_is_queued_again(database: Database) -> None:
    message = put(database)
    claimed(database)

    assert swept(database).moved["lost_before_call"] == 0
    change(database, message, lease_until_ms=1)
    assert swept(database).moved["lost_before_call"] == 1

    row = see(database, message)
    assert (row.state, row.claim_token, row.attempts) == ("queued", None, 1)
    assert drain(a_sender(database, FakeCarrier()), ALL) == 1


def test_a_message_whose_sender_dies_each_time_is_dead_after_five_tries(
    database: Database,
) -> None:
    message = put(database)
    for _ in range(5):
        claimed(database)
        change(database, message, lease_until_ms=1)
        swept(database)

    assert states(database) == ["dead"]
    assert see(database, message).final_ms is not None


def test_a_call_whose_sender_is_gone_is_uncertain_and_not_sent_again(database: Database) -> None:
    message = lost_in_the_call(database, Lane.REPLY)
    age(database, message, 1_000_000)
    swept(database)

    assert states(database) == ["uncertain"]
    assert drain(a_sender(database, FakeCarrier()), ALL) == 0


@pytest.mark.parametrize(
    ("lane", "is_repeat_safe", "after"),
    [
        (Lane.EMERGENCY, False, 60),
        (Lane.REMINDER, True, 900),
        (Lane.REMINDER, False, None),
        (Lane.REPLY, True, None),
        (Lane.BULK, True, None),
    ],
)
def test_only_emergencies_and_safe_reminders_are_sent_again_and_only_once(
    database: Database, lane: Lane, is_repeat_safe: bool, after: int | None
) -> None:
    message = lost_in_the_call(database, lane, is_repeat_safe=is_repeat_safe)
    if after:
        age(database, message, after - 5)
        assert swept(database).moved["resent"] == 0
    age(database, message, (after or 1_000_000) + 10)
    assert swept(database).moved["resent"] == (1 if after else 0)
    if not after:
        return

    assert see(database, message).resends == 1
    begun(database, lane)
    change(database, message, lease_until_ms=1)
    swept(database)
    age(database, message, 1_000_000)
    assert swept(database).moved["resent"] == 0
    assert states(database) == ["uncertain"]


def test_accepted_without_a_word_for_three_days_is_no_report(database: Database) -> None:
    message = put(database)
    drain(a_sender(database, FakeCarrier()), ALL)
    accepted_ms = see(database, message).accepted_ms
    assert accepted_ms is not None
    change(database, message, accepted_ms=accepted_ms - 71 * 3_600_000)
    assert swept(database).moved["no_report"] == 0

    change(database, message, accepted_ms=accepted_ms - 73 * 3_600_000)
    assert swept(database).moved["no_report"] == 1

    assert states(database) == ["no_report"]


def test_what_was_planned_becomes_ready_when_the_handed_in_clock_says_so(
    database: Database,
) -> None:
    put(database, not_before=NOON + timedelta(minutes=10))

    assert swept(database).moved["released"] == 0
    assert swept(database, now=NOON + timedelta(minutes=10)).moved["released"] == 1
    assert swept(database, now=NOON + timedelta(minutes=10)).moved["released"] == 0
    assert drain(a_sender(database, FakeCarrier()), ALL) == 1


def test_a_second_pass_moves_nothing(database: Database) -> None:
    lost_in_the_call(database, Lane.REPLY)
    put(database)
    claimed(database)

    swept(database)
    second = swept(database)

    assert set(second.moved.values()) == {0}
    assert second.failed == ()


def test_several_sweepers_at_once_resend_an_emergency_once(database: Database) -> None:
    messages = [lost_in_the_call(database, Lane.EMERGENCY) for _ in range(10)]
    for message in messages:
        age(database, message, 61)
    together = threading.Barrier(4)
    counts: list[int] = []

    def one() -> None:
        together.wait()
        counts.append(swept(database).moved.get("resent", 0))

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(counts) == 10
    assert [see(database, message).resends for message in messages] == [1] * 10


def test_several_senders_at_once_claim_each_message_once(database: Database) -> None:
    for _ in range(60):
        put(database, lane=Lane.BULK)
    carriers = [FakeCarrier() for _ in range(4)]
    threads = [
        threading.Thread(target=drain, args=(a_sender(database, carrier), ALL))
        for carrier in carriers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    sent = [sms.reference for carrier in carriers for sms in carrier.received]
    assert len(sent) == len(set(sent)) == 60
    assert set(states(database)) == {"accepted"}


def test_a_failing_chore_stops_neither_the_others_nor_its_next_turn(database: Database) -> None:
    turns: list[str] = []

    def breaks(session: Session, _now: datetime) -> None:
        turns.append("breaks")
        factories.a_district(session, name="never kept")
        raise ValueError("a fault of ours")

    def works(session: Session, now: datetime) -> int:
        turns.append("works")
        factories.a_district(session, name=now.isoformat())
        return 1

    first = swept(database, breaks, works)
    swept(database, breaks, works)

    assert turns == ["breaks", "works"] * 2
    assert first.failed == ("chore_0_breaks",)
    assert first.moved["chore_1_works"] == 1
    with database.reading() as session:
        assert list(session.scalars(select(District.name))) == [NOON.isoformat()] * 2


@pytest.mark.pg
def test_a_chore_is_done_by_one_sweeper_at_a_time(postgres_database: Database) -> None:
    inside, may_leave = threading.Event(), threading.Event()
    done: list[str] = []

    def slow(_session: Session, _now: datetime) -> int:
        done.append("slow")
        inside.set()
        assert may_leave.wait(20)
        return 1

    first = threading.Thread(target=swept, args=(postgres_database, slow))
    first.start()
    assert inside.wait(20)
    swept(postgres_database, slow)
    may_leave.set()
    first.join()

    assert done == ["slow"]


def test_how_long_each_line_waits_is_told_by_its_next_message(database: Database) -> None:
    lines = [Line(CHANNEL, lane) for lane in Lane]
    bulk, reply = Line(CHANNEL, Lane.BULK), Line(CHANNEL, Lane.REPLY)
    old = put(database, lane=Lane.BULK)
    change(database, old, queued_ms=see(database, old).queued_ms - 6_000)
    put(database, lane=Lane.REPLY)
    put(database, lane=Lane.REMINDER, not_before=NOON + timedelta(days=1))

    with database.reading() as session:
        waiting = waiting_ms(session, lines)
        assert set(waiting) == {bulk, reply}
        assert 6_000 <= waiting[bulk] < 3_600_000
        assert waiting[reply] < waiting[bulk]
        assert waiting_ms(session, []) == {}


def test_states_are_counted_for_the_desk(database: Database) -> None:
    put(database, not_before=NOON + timedelta(days=1))
    put(database, retry_at_ms=9_000_000_000_000)
    put(database)
    put(database, state=MessageState.DELIVERED)
    put(database, state=MessageState.ACCEPTED)
    put(database, state=MessageState.UNCERTAIN)

    with database.reading() as session:
        assert {state.value: n for state, n in count_by_state(session).items() if n} == {
            "queued": 3,
            "accepted": 1,
            "uncertain": 1,
        }
        assert session.scalar(select(Message.id).where(Message.state == "dead")) is None
