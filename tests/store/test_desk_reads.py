"""The desk's reads keep to their scope and their order, on both databases."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from mhealth.domain.referral import WAITING_FOR_ANSWER, ReferralStatus
from mhealth.domain.triage import TriageClass
from mhealth.store.database import Database
from mhealth.store.desk_dossier import dossier_of, has_referral
from mhealth.store.desk_inbox import count_inbox, inbound_sms, unread_calls, waiting_sms
from mhealth.store.desk_referrals import (
    Wanted,
    count_waiting,
    facility_choices,
    overdue_referrals,
    referral_page,
    village_choices,
)
from mhealth.store.directory import District
from mhealth.store.pages import PAGE_ROWS, Turn
from mhealth.store.referrals import WAITING, Referral
from mhealth.store.scope import Scope
from tests import factories as made
from tests.factories import NOON


def refer(
    session: Session, district: District, minutes_ago: int = 0, **columns: object
) -> Referral:
    report = made.a_report(session, made.a_person(session, district))
    at = NOON - timedelta(minutes=minutes_ago)
    return made.a_referral(session, report, created_at=at, **columns)


def scope_of(district: District, **more: bool) -> Scope:
    return Scope(district_id=district.id, **more)


def test_pages_go_to_the_end_and_back_without_losing_or_doubling_a_row(database: Database) -> None:
    with database.writing() as session:
        here, elsewhere = made.a_district(session), made.a_district(session)
        count = 2 * PAGE_ROWS + 7
        rows = [refer(session, here, minutes_ago=i // 3) for i in range(count)]
        refer(session, elsewhere)
        scope = scope_of(here)
        wanted = [r.uid for r in sorted(rows, key=lambda r: (r.created_at, r.id), reverse=True)]

        first = referral_page(session, scope, Wanted())
        assert first.older is not None
        second = referral_page(session, scope, Wanted(), Turn(uid=first.older))
        assert second.older is not None
        third = referral_page(session, scope, Wanted(), Turn(uid=second.older))
        assert third.newer is not None
        back = referral_page(session, scope, Wanted(), Turn(uid=third.newer, is_back=True))
        assert back.newer is not None
        start = referral_page(session, scope, Wanted(), Turn(uid=back.newer, is_back=True))

    seen = [line.uid for page in (first, second, third) for line in page.rows]
    assert seen == wanted
    assert third.older is None
    assert [line.uid for line in back.rows] == wanted[PAGE_ROWS : 2 * PAGE_ROWS]
    assert start == first
    assert first.newer is None


def test_a_mark_that_no_longer_fits_the_filter_still_leads_on(sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        district = made.a_district(session)
        rows = [refer(session, district, minutes_ago=i) for i in range(PAGE_ROWS + 5)]
        waiting = Wanted(statuses=WAITING_FOR_ANSWER)
        first = referral_page(session, scope_of(district), waiting)
        rows[PAGE_ROWS - 1].status = ReferralStatus.ACCEPTED.value
        session.flush()
        assert first.older == rows[PAGE_ROWS - 1].uid

        second = referral_page(session, scope_of(district), waiting, Turn(uid=first.older))

    assert [line.uid for line in second.rows] == [row.uid for row in rows[PAGE_ROWS:]]


def test_a_mark_of_another_district_gives_the_first_page(sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        here, elsewhere = made.a_district(session), made.a_district(session)
        mine = refer(session, here, minutes_ago=5)
        theirs = refer(session, elsewhere, minutes_ago=9)

        page = referral_page(session, scope_of(here), Wanted(), Turn(uid=theirs.uid))

    assert [line.uid for line in page.rows] == [mine.uid]


def test_every_read_keeps_to_its_district(database: Database) -> None:
    with database.writing() as session:
        here, elsewhere = made.a_district(session), made.a_district(session)
        area = made.a_health_area(session, elsewhere)
        made.a_village(session, area)
        made.a_facility(session, elsewhere)
        theirs = refer(session, elsewhere, minutes_ago=60, answer_due_at=NOON)
        sms = made.an_inbound_sms(session, district_id=elsewhere.id)
        made.an_unread_call(session)
        scope = scope_of(here)

        assert referral_page(session, scope, Wanted()).rows == []
        assert overdue_referrals(session, scope, NOON) == []
        assert count_waiting(session, scope, NOON).total == 0
        assert village_choices(session, scope) == []
        assert facility_choices(session, scope) == []
        assert not has_referral(session, scope, theirs.uid)
        assert dossier_of(session, scope, theirs.uid) is None
        assert waiting_sms(session, scope).rows == []
        assert count_inbox(session, scope) == 0
        assert inbound_sms(session, scope, sms.uid) is None
        assert unread_calls(session, scope).rows == []


def test_what_has_no_district_is_seen_only_by_the_one_that_takes_strays(
    database: Database,
) -> None:
    with database.writing() as session:
        district = made.a_district(session)
        made.an_inbound_sms(session, district_id=None)
        made.an_unread_call(session)
        plain, catching = scope_of(district), scope_of(district, takes_strays=True)

        assert (count_inbox(session, plain), count_inbox(session, catching)) == (0, 1)
        assert unread_calls(session, plain).rows == []
        assert len(unread_calls(session, catching).rows) == 1


@pytest.mark.parametrize(
    ("columns", "is_red"),
    [
        ({"answer_due_at": NOON}, True),
        ({"answer_due_at": NOON + timedelta(seconds=1)}, False),
        ({"answer_due_at": None, "escalated_at": NOON}, True),
        ({"answer_due_at": NOON, "status": "declined"}, True),
        ({"answer_due_at": NOON, "status": "accepted", "escalated_at": NOON}, False),
        ({"answer_due_at": NOON, "triage_class": "urgent"}, False),
        ({"answer_due_at": None}, False),
    ],
)
def test_an_emergency_stands_red_from_its_due_time_until_somebody_answers(
    database: Database, columns: dict[str, object], is_red: bool
) -> None:
    with database.writing() as session:
        district = made.a_district(session)
        refer(session, district, minutes_ago=15, **columns)
        scope = scope_of(district)

        assert len(overdue_referrals(session, scope, NOON)) == is_red
        assert count_waiting(session, scope, NOON).overdue == is_red
        line = referral_page(session, scope, Wanted()).rows[0]
        assert line.stands_red(NOON) is is_red


def test_filters_narrow_together(database: Database) -> None:
    with database.writing() as session:
        district = made.a_district(session)
        area = made.a_health_area(session, district)
        centre = made.a_facility(session, district)
        village = made.a_village(session, area, facility=centre)
        wanted = refer(
            session, district, village_id=village.id, facility=centre, triage_class="urgent"
        )
        for other in (
            {"village_id": None, "facility": centre, "triage_class": "urgent"},
            {"village_id": village.id, "facility": None, "triage_class": "urgent"},
            {"village_id": village.id, "facility": centre, "triage_class": "routine"},
            {"village_id": village.id, "facility": centre, "triage_class": "urgent",
             "status": "accepted"},
        ):  # fmt: skip
            refer(session, district, **other)

        page = referral_page(
            session,
            scope_of(district),
            Wanted(
                triage_class=TriageClass.URGENT,
                statuses=WAITING_FOR_ANSWER,
                village=village.uid,
                facility=centre.uid,
                code=wanted.code[:4],
            ),
        )

    assert [line.uid for line in page.rows] == [wanted.uid]


def test_the_literal_of_the_index_names_the_statuses_that_wait() -> None:
    named = set(re.findall(r"'(\w+)'", WAITING.text))

    assert named == {status.value for status in WAITING_FOR_ANSWER}


def test_the_desks_lists_are_read_from_their_indices_without_sorting(
    sqlite_database: Database,
) -> None:
    plans: dict[str, list[str]] = {}
    with sqlite_database.writing() as session:
        district = made.a_district(session)
        row = refer(session, district)
        sms = made.an_inbound_sms(session, district_id=district.id)
        scope = scope_of(district, takes_strays=True)
        asked: list[tuple[str, object]] = []

        def note(_c: object, _u: object, statement: str, values: object, *_: object) -> None:
            asked.append((statement, values))

        event.listen(sqlite_database.full, "before_cursor_execute", note)
        referral_page(session, scope, Wanted(), Turn(uid=row.uid))
        referral_page(session, scope, Wanted(statuses=WAITING_FOR_ANSWER))
        count_waiting(session, scope, NOON)
        overdue_referrals(session, scope, NOON)
        waiting_sms(session, scope, Turn(uid=sms.uid))
        waiting_sms(session, scope_of(district))
        count_inbox(session, scope)
        unread_calls(session, scope)
        event.remove(sqlite_database.full, "before_cursor_execute", note)
        for statement, values in asked:
            found = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            plans[statement] = [line[3] for line in found]

    scans = [step for steps in plans.values() for step in steps if step.startswith("SCAN")]
    assert all("USING" in step and "INDEX" in step for step in scans), scans
    pages = [steps for text, steps in plans.items() if "LIMIT" in text and "DESC" in text]
    assert len(pages) >= 4
    assert not [steps for steps in pages if any("TEMP B-TREE" in step for step in steps)]
    joined = str(plans)
    for index in ("ix_referrals_district_newest", "ix_referrals_waiting",
                  "ix_inbound_messages_waiting", "ix_unread_calls_newest"):  # fmt: skip
        assert index in joined
