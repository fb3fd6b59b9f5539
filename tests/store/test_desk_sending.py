"""The desk counts what does not get through in its own district, and nothing that is well."""

from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from mhealth.domain.gateway import SendProblem
from mhealth.domain.message import Lane, MessageState
from mhealth.store.database import Database, database_now_ms
from mhealth.store.desk_sending import Stuck, sending_state, stuck_messages
from mhealth.store.directory import District
from mhealth.store.referrals import Referral
from mhealth.store.scope import Scope
from mhealth.store.troubles import Line, note_trouble
from tests import factories as made

MINUTE = 60_000
HOUR = 60 * MINUTE


def ago(session: Session, ms: int) -> int:
    return (session.scalar(select(database_now_ms())) or 0) - ms


def refer(session: Session, district: District, **columns: Any) -> Referral:
    report = made.a_report(session, made.a_person(session, district))
    return made.a_referral(session, report, **columns)


def stuck(session: Session, district: District) -> dict[Stuck, int]:
    return dict(sending_state(session, Scope(district_id=district.id)).stuck)


def test_all_is_well_where_messages_wait_shortly_or_arrive(database: Database) -> None:
    with database.writing() as session:
        here = made.a_district(session)
        made.a_message(session, district_id=here.id)
        made.a_message(session, district_id=here.id, not_before=made.NOON, queued_ms=0)
        made.a_message(  # planned long ago, released just now
            session, district_id=here.id, first_queued_ms=ago(session, HOUR)
        )
        made.a_message(session, district_id=here.id, state=MessageState.DELIVERED, queued_ms=0)

        assert sending_state(session, Scope(district_id=here.id)).is_well


def test_what_is_ready_and_does_not_leave_is_counted_also_when_retries_renew_it(
    database: Database,
) -> None:
    with database.writing() as session:
        here, elsewhere = made.a_district(session), made.a_district(session)
        made.a_message(session, district_id=here.id, queued_ms=ago(session, 6 * MINUTE))
        retried = made.a_message(
            session, district_id=here.id, failure="no_credit", attempts=0,
            retry_at_ms=ago(session, -MINUTE),
        )  # fmt: skip
        retried.first_queued_ms = ago(session, HOUR)
        made.a_message(session, district_id=elsewhere.id, queued_ms=ago(session, HOUR))
        session.flush()

        assert stuck(session, here) == {Stuck.LOST: 0, Stuck.SLOW: 2, Stuck.DEAD: 0}
        assert len(stuck_messages(session, Scope(district_id=here.id), Stuck.SLOW)) == 2


@pytest.mark.parametrize(
    ("state", "times", "is_lost"),
    [
        (MessageState.FAILED, {"final_ms": HOUR}, True),
        (MessageState.EXPIRED, {"final_ms": HOUR}, True),
        (MessageState.DEAD, {"final_ms": HOUR}, True),
        (MessageState.UNCERTAIN, {"sending_ms": 6 * MINUTE}, True),
        (MessageState.UNCERTAIN, {"sending_ms": MINUTE}, False),
        (MessageState.FAILED, {"final_ms": 49 * HOUR}, False),
        (MessageState.NO_REPORT, {"final_ms": HOUR}, False),
    ],
)
def test_an_emergencys_sms_that_did_not_arrive_is_counted_for_two_days(
    database: Database, state: MessageState, times: dict[str, int], is_lost: bool
) -> None:
    with database.writing() as session:
        here = made.a_district(session)
        referral = refer(session, here)
        moments = {name: ago(session, age) for name, age in times.items()}
        made.a_message(
            session, district_id=here.id, referral_id=referral.id, state=state,
            lane=Lane.EMERGENCY, **moments,
        )  # fmt: skip

        assert stuck(session, here)[Stuck.LOST] == int(is_lost)
        rows = stuck_messages(session, Scope(district_id=here.id), Stuck.LOST)
        assert [row.referral for row in rows] == [referral.uid] * is_lost


def test_what_was_lost_no_longer_matters_once_the_referral_is_over(database: Database) -> None:
    with database.writing() as session:
        here = made.a_district(session)
        for status in ("treated", "followed_up", "died"):
            made.a_message(
                session, district_id=here.id, lane=Lane.EMERGENCY, state=MessageState.FAILED,
                referral_id=refer(session, here, status=status).id, final_ms=ago(session, HOUR),
            )  # fmt: skip
        open_ones = stuck(session, here)[Stuck.LOST]

    assert open_ones <= 1  # `treated` waits for its counter-referral


def test_a_reply_that_was_given_up_is_counted_for_a_week(database: Database) -> None:
    with database.writing() as session:
        here = made.a_district(session)
        for hours in (1, 24 * 8):
            made.a_message(
                session, district_id=here.id, state=MessageState.DEAD,
                final_ms=ago(session, hours * HOUR),
            )  # fmt: skip

        assert stuck(session, here) == {Stuck.LOST: 0, Stuck.SLOW: 0, Stuck.DEAD: 1}


def test_a_trouble_tells_its_age_and_how_many_of_the_district_wait(database: Database) -> None:
    with database.writing() as session:
        here, elsewhere = made.a_district(session), made.a_district(session)
        for lane in (Lane.EMERGENCY, Lane.REPLY):
            note_trouble(session, Line("africastalking", lane), SendProblem.NO_CREDIT, 15_000)
            made.a_message(session, district_id=here.id, lane=lane)
        made.a_message(session, district_id=here.id, lane=Lane.REPLY, retry_at_ms=1)
        made.a_message(session, district_id=here.id, lane=Lane.BULK)
        made.a_message(session, district_id=elsewhere.id, lane=Lane.REPLY)

        (found,) = sending_state(session, Scope(district_id=here.id)).disturbances

    assert (found.channel, found.problem) == ("africastalking", SendProblem.NO_CREDIT)
    assert found.lanes == {Lane.EMERGENCY, Lane.REPLY}
    assert found.waiting == 3
    assert 0 <= found.age_ms < MINUTE


def test_no_page_walks_through_all_messages(sqlite_database: Database) -> None:
    asked: list[str] = []
    event.listen(
        sqlite_database.full, "before_cursor_execute", lambda *told: asked.append(told[2:4])
    )
    with sqlite_database.reading() as session:
        scope = Scope(district_id=1)
        sending_state(session, scope)
        for kind in Stuck:
            stuck_messages(session, scope, kind)
        queries = [told for told in asked if "messages" in told[0]]
        plans = [
            str(row[3])
            for sql, values in queries
            for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)
        ]

    assert len(queries) == 4
    assert [
        step for step in plans if step.startswith("SCAN messages") and "INDEX" not in step
    ] == []
