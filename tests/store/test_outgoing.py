"""The fence: who lost a message to somebody else can neither begin it nor write how it ended."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from mhealth.domain.message import Lane, MessageState
from mhealth.store import outgoing, outgoing_upkeep
from mhealth.store.database import Database
from mhealth.store.outgoing import Claim
from mhealth.store.troubles import Line
from tests.services.outbox import CHANNEL, change, put, see

LEASE = 30_000
EMERGENCIES = [Line(CHANNEL, Lane.EMERGENCY)]


def claim(database: Database) -> Claim:
    with database.writing() as session:
        (claimed,) = outgoing.claim_next(session, EMERGENCIES, lease_ms=LEASE)
        return claimed


def begin(database: Database, claimed: Claim) -> bool:
    with database.writing() as session:
        return outgoing.begin_sending(session, claimed, lease_ms=LEASE)


def let_go(database: Database, message: int) -> None:
    """Its lease runs out, and if the call had begun, its time without proof too."""
    change(database, message, lease_until_ms=1)
    with database.writing() as session:
        outgoing_upkeep.expire_leases(session, 5)
        outgoing_upkeep.expire_sending(session)
    change(database, message, sending_ms=1)
    with database.writing() as session:
        outgoing_upkeep.resend_uncertain(session, emergency_ms=60_000, reminder_ms=900_000)


def test_a_claim_that_was_lost_cannot_begin_the_call(database: Database) -> None:
    message = put(database, lane=Lane.EMERGENCY)
    first = claim(database)
    let_go(database, message)
    second = claim(database)

    assert not begin(database, first)
    assert see(database, message).state_word is MessageState.LEASED
    assert begin(database, second)
    assert not begin(database, second)


@pytest.mark.parametrize(
    "write",
    [
        lambda session, claimed: outgoing.mark_accepted(session, claimed, "FIRST"),
        lambda session, claimed: outgoing.mark_uncertain(session, claimed, "first"),
        lambda session, claimed: outgoing.mark_over(session, claimed, MessageState.FAILED, "first"),
        lambda session, claimed: outgoing.put_back(
            session, claimed, "first", delay_ms=1, is_forgiven=True
        ),
    ],
    ids=["accepted", "uncertain", "failed", "put back"],
)
def test_a_claim_that_was_lost_in_its_call_writes_nothing(
    database: Database, write: Callable[[Session, Claim], bool]
) -> None:
    message = put(database, lane=Lane.EMERGENCY)
    first = claim(database)
    assert begin(database, first)
    let_go(database, message)
    second = claim(database)
    assert begin(database, second)

    with database.writing() as session:
        assert not write(session, first)

    row = see(database, message)
    assert (row.state, row.claim_token, row.carrier_id) == ("sending", second.token, None)
    with database.writing() as session:
        assert write(session, second)


def test_emergencies_are_claimed_singly_whatever_the_size(database: Database) -> None:
    for _ in range(3):
        put(database, lane=Lane.EMERGENCY)
        put(database, lane=Lane.BULK)

    with database.writing() as session:
        urgent = outgoing.claim_next(session, EMERGENCIES, lease_ms=LEASE, size=2)
        bulk = outgoing.claim_next(session, [Line(CHANNEL, Lane.BULK)], lease_ms=LEASE, size=2)

    assert (len(urgent), len(bulk)) == (1, 2)
    assert len({claimed.token for claimed in bulk}) == 1


@pytest.mark.pg
def test_a_claim_passes_over_what_another_one_is_taking(postgres_database: Database) -> None:
    for _ in range(2):
        put(postgres_database, lane=Lane.EMERGENCY)

    with postgres_database.writing() as first, postgres_database.writing() as second:
        one = outgoing.claim_next(first, EMERGENCIES, lease_ms=LEASE)
        other = outgoing.claim_next(second, EMERGENCIES, lease_ms=LEASE)
        nothing = outgoing.claim_next(second, EMERGENCIES, lease_ms=LEASE)

    assert {one[0].id, other[0].id} == {1, 2}
    assert nothing == []
