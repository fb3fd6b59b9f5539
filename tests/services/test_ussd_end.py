"""Calls that end before their end: what was said is sent on, called back, gone on with, swept."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from mhealth.services.ussd_end import close_dropped, forget_sessions
from mhealth.store.database import Database
from mhealth.store.ussd_tables import UssdSession
from tests.product import (
    ADJOA,
    KPELA,
    MOTHER,
    STRANGER,
    Product,
)

AGBODJI = ("1", "1", "1", "3", "1")  # French, report, agreed, area Kpéla, village Agbodji
CHILD_OF_TWO = ("2", "3", "2")


@pytest.fixture
def product(database: Database) -> Product:
    return Product(database)


def test_a_dropped_call_after_a_danger_sign_is_called_back(product: Product) -> None:
    call = product.dial(MOTHER, *AGBODJI, *CHILD_OF_TWO, "1")
    call.drop()
    call.drop()

    (referral,) = product.referrals()
    assert referral.is_incomplete
    assert [text for text in product.inbox(ADJOA) if "coupé" in text] == [
        f"URGENCE {referral.code[:3]} {referral.code[3:]}, Agbodji: l'appel a été coupé après un"
        " signe de danger. Rappelez +2290197000001 maintenant."
    ]


def test_who_is_lost_at_the_outcome_is_called_back(product: Product) -> None:
    call = product.dial(MOTHER, *AGBODJI, *CHILD_OF_TWO, "1", "7", "7", "7")

    assert call.reply.ends
    assert "coupé" in product.inbox(ADJOA)[-1]


def test_what_was_said_before_a_drop_is_referred_and_missing_answers_escalate(
    product: Product,
) -> None:
    call = product.dial(MOTHER, *AGBODJI, *CHILD_OF_TWO, "0", "0", "4")
    assert product.referrals() == []
    call.drop()

    (referral,) = product.referrals()
    assert (referral.triage_class, referral.is_incomplete) == ("urgent", True)


def test_a_drop_with_nothing_reported_makes_no_referral(product: Product) -> None:
    product.dial(MOTHER, *AGBODJI, *CHILD_OF_TWO, "0").drop()

    assert product.referrals() == []


def test_a_redial_after_a_drop_goes_on_with_the_same_referral(product: Product) -> None:
    product.dial(MOTHER, *AGBODJI, *CHILD_OF_TWO, "0", "0", "4").drop()
    (urgent,) = product.referrals()
    product.clock.move(minutes=5)
    call = product.dial(MOTHER, "1", *CHILD_OF_TWO, "1")

    (referral,) = product.referrals()
    assert referral.code == urgent.code
    assert f"{urgent.code[:3]} {urgent.code[3:]}" in call.screen
    assert (urgent.triage_class, referral.triage_class) == ("urgent", "emergency")
    assert product.inbox(KPELA)[-1].startswith("URGENCE")


def test_a_redial_never_lowers_and_tells_nobody_twice(product: Product) -> None:
    product.dial(MOTHER, *AGBODJI, *CHILD_OF_TWO, "1").drop()
    told = len(product.inbox(KPELA))
    product.dial(MOTHER, "1", *CHILD_OF_TWO, "0", "0", "4", "0", "0")

    (referral,) = product.referrals()
    assert referral.triage_class == "emergency"
    assert len(product.inbox(KPELA)) == told


def test_another_child_an_hour_later_is_another_referral(product: Product) -> None:
    product.dial(MOTHER, *AGBODJI, *CHILD_OF_TWO, "1").drop()
    product.clock.move(minutes=61)
    product.dial(MOTHER, "1", *CHILD_OF_TWO, "1")

    assert len({referral.code for referral in product.referrals()}) == 2


def test_after_sweeping_everything_calls_go_on(product: Product) -> None:
    product.dial(MOTHER, "1", "1")
    product.dial(STRANGER, "1", "9", "9", "9")
    with product.database.writing() as session:
        close_dropped(product.room, session, product.clock() + timedelta(hours=1), 300)
    product.count_calls()
    with product.database.writing() as session:
        assert forget_sessions(session, product.clock() + timedelta(days=2), keep_hours=24) == 2

    assert "Signaler" in product.dial(MOTHER).screen
    assert "Signaler" in product.dial(STRANGER).screen


def test_a_session_without_a_word_for_long_is_dropped_and_one_that_speaks_is_not(
    product: Product,
) -> None:
    call = product.dial(MOTHER, "1")
    product.clock.move(seconds=290)
    call.type("1")
    product.clock.move(seconds=290)
    assert _close_dropped(product) == 0
    product.clock.move(seconds=20)
    assert _close_dropped(product) == 1


def test_one_session_that_cannot_be_read_keeps_nobody_from_being_heard(product: Product) -> None:
    product.dial(STRANGER, *AGBODJI, *CHILD_OF_TWO, "0", "0", "4")
    with product.database.writing() as session:
        session.scalars(select(UssdSession)).one().memory = b"\x01\x04test" + bytes(40)
    product.clock.move(seconds=1)
    product.dial(MOTHER, *AGBODJI, *CHILD_OF_TWO, "0", "0", "4")
    product.clock.move(hours=1)

    with capture_logs() as logs:  # as read by a machine: a terminal would draw all content with it
        assert _close_dropped(product) == 2
    assert [line["event"] for line in logs] == ["dropped call not salvaged"]
    assert len(product.referrals()) == 1
    with product.database.reading() as session:
        outcomes = session.scalars(select(UssdSession.outcome).order_by(UssdSession.id)).all()
    assert outcomes == ["broken", "dropped", None]  # the readable one goes on by SMS


def test_a_call_whose_rules_are_gone_ends_in_one_clear_screen(
    sqlite_database: Database,
) -> None:
    product = Product(sqlite_database)
    lost, left = (
        product.dial(msisdn, *AGBODJI, *CHILD_OF_TWO, "0", "0", "4")
        for msisdn in (MOTHER, STRANGER)
    )
    book = product.room.book
    changed = replace(book.plan_of("main"), version="changed")
    product.room = replace(
        product.room,
        bench=replace(product.bench, protocols={}),
        book=replace(book, plans={"changed": changed}, current={**book.current, "main": "changed"}),
    )

    with capture_logs() as logs:
        assert "Ce service vient de changer" in lost.type("0")
        left.send("")
    assert lost.reply.ends
    assert left.screen.startswith("Santé. Que voulez-vous faire ?")
    assert [(line["event"], line["protocol"]) for line in logs] == [
        ("signs not reported, their protocol is gone", "child")
    ] * 2


def _close_dropped(product: Product) -> int:
    with product.database.writing() as session:
        return close_dropped(product.room, session, product.clock(), 300)
