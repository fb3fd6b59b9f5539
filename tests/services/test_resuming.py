"""A redial after a drop: offered or not, gone on with or begun anew, one report whatever happens."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import func, select, update

from mhealth.domain.gateway import UssdRequest
from mhealth.services import ussd_turn
from mhealth.services.ussd_end import close_dropped
from mhealth.services.ussd_turn import take_turn
from mhealth.store.database import Database
from mhealth.store.directory import HealthWorker, Village
from mhealth.store.people import Phone
from mhealth.store.reports import Report
from mhealth.store.ussd_tables import UssdSession, UssdTurn
from tests.at_once import at_once
from tests.product import ADJOA, CHANNEL, KPELA, MARY, MOTHER, STRANGER, Call, Product

AGBODJI = ("1", "1", "1", "3", "1")  # French, report, agreed, area Kpéla, village Agbodji
CHILD_OF_TWO = ("2", "3", "2")
QUESTION = "L'appel d'avant a été coupé. Continuer ?\n1 Continuer\n2 Recommencer"
MENU = "Santé. Que voulez-vous faire ?"


@pytest.fixture
def product(database: Database) -> Product:
    return Product(database)


@pytest.fixture
def alone(sqlite_database: Database) -> Product:
    """On one database, where nothing hangs on which."""
    return Product(sqlite_database)


def sms_told(product: Product) -> list[int]:
    return [len(product.inbox(msisdn)) for msisdn in (ADJOA, KPELA)]


def outcomes(product: Product, call: Call) -> list[tuple[str, str]]:
    with product.database.reading() as session:
        query = (
            select(UssdTurn.node, UssdTurn.outcome)
            .join(UssdSession, UssdSession.id == UssdTurn.ussd_session_id)
            .where(UssdSession.session_key == f"{CHANNEL}:{call.session}")
        )
        return [tuple(row) for row in session.execute(query.order_by(UssdTurn.step))]


def none_more(call: Call) -> None:
    """No further sign, page by page."""
    for _ in range(8):
        if "Signes" in call.screen:
            call.type("0")


# --- going on ----------------------------------------------------------------------------------
def test_who_redials_goes_on_with_the_very_screen_and_its_way_back(product: Product) -> None:
    dropped = product.dial(MOTHER, *AGBODJI, "2")
    before, screen = dropped.screen, dropped.type("3")
    dropped.drop()
    product.clock.move(minutes=14)

    call = product.redial(MOTHER)
    assert call.screen == QUESTION
    assert call.type("1") == screen
    assert call.type("0") == before
    assert outcomes(product, call) == [
        ("report.years", "offered"),
        ("report.years", "continued"),
        ("report.age", "back"),
    ]


def test_a_list_goes_on_as_it_was_shown(product: Product) -> None:
    dropped = product.dial(MOTHER, *AGBODJI[:4])
    screen = dropped.screen
    dropped.drop()
    with product.database.writing() as session:
        session.execute(update(Village).where(Village.name == "Agbodji").values(name="Zzz"))
    call = product.redial(MOTHER)

    assert call.type("1") == screen
    call.type("1")
    with product.database.reading() as session:
        (phone,) = session.scalars(select(Phone)).all()
        assert phone.village is not None
        assert phone.village.name == "Zzz"


def test_the_question_is_asked_in_the_callers_language(product: Product) -> None:
    product.dial(MOTHER, "2", "1").drop()

    assert product.redial(MOTHER).screen.startswith("Your last call was cut off. Continue?")


def test_a_fresh_start_forgets_the_dropped_dialogue(product: Product) -> None:
    product.dial(MOTHER, *AGBODJI, "2", "3").drop()
    call = product.redial(MOTHER)

    assert call.type("2").startswith(MENU)
    assert outcomes(product, call)[-1] == ("main.patient", "restarted")
    call.drop()
    assert product.redial(MOTHER).screen.startswith(MENU)


def test_an_answer_that_is_none_asks_again_and_the_third_ends(product: Product) -> None:
    product.dial(MOTHER, *AGBODJI, *CHILD_OF_TWO, "0", "0", "4").drop()
    call = product.redial(MOTHER)

    assert call.type("7") == f"Non valable.\n{QUESTION}"
    assert call.type("oui") == f"Non valable.\n{QUESTION}"
    call.type("3")
    assert call.reply.ends
    assert ADJOA.e164 in call.screen


def test_a_call_that_drops_at_the_question_is_asked_again(product: Product) -> None:
    dropped = product.dial(MOTHER, *AGBODJI, *CHILD_OF_TWO, "0", "0", "4")
    screen = dropped.screen
    dropped.drop()
    told = sms_told(product)
    for _ in range(3):
        product.redial(MOTHER).drop()

    assert product.redial(MOTHER).type("1") == screen
    assert (product.count_reports(), sms_told(product)) == (1, told)


def test_a_call_may_drop_and_go_on_many_times(product: Product) -> None:
    call = product.dial(MOTHER, *AGBODJI)
    for answer in (*CHILD_OF_TWO, "0", "0", "4"):
        call.type(answer)
        call.drop()
        call = product.redial(MOTHER)
        call.type("1")
    none_more(call)

    (referral,) = product.referrals()
    assert (product.count_reports(), referral.is_incomplete) == (1, False)


# --- never -------------------------------------------------------------------------------------
@pytest.mark.parametrize("typed", [(), ("1",), ("1", "4"), ("1", "3"), ("1", "4", "1")])
def test_nothing_is_offered_before_an_answer_or_where_the_flow_says_nothing(
    alone: Product, typed: tuple[str, ...]
) -> None:
    alone.dial(MOTHER, *typed).drop()

    assert not alone.redial(MOTHER).is_asked_to_go_on


def test_nothing_is_offered_after_the_end_or_the_time(alone: Product) -> None:
    alone.dial(MOTHER, *AGBODJI, *CHILD_OF_TWO, "1", "1").drop(complete=True)
    assert alone.redial(MOTHER).screen.startswith(MENU)

    alone.dial(STRANGER, "1", "1").drop()
    alone.clock.move(minutes=15, seconds=1)
    assert alone.redial(STRANGER).screen.startswith(MENU)


def test_nothing_is_offered_to_another_number(alone: Product) -> None:
    alone.dial(MOTHER, *AGBODJI).drop()

    assert not alone.redial(STRANGER).is_asked_to_go_on


def test_nothing_is_offered_past_a_pin(alone: Product) -> None:
    alone.dial(ADJOA, "2", "482915", "482915", "00", "1", "1", "1", "1").drop()

    assert alone.redial(ADJOA).screen.startswith("Agent de santé")


def test_nothing_is_offered_where_a_pin_is_asked(alone: Product) -> None:
    asked = alone.dial(MOTHER, "1", "3", "6", "2", "AGB-1")
    assert "PIN" in asked.screen
    asked.drop()

    assert alone.redial(MOTHER).screen.startswith(MENU)


def test_nothing_is_offered_once_the_flows_have_changed(alone: Product) -> None:
    alone.dial(MOTHER, *AGBODJI).drop()
    book = alone.room.book
    changed = replace(book.plan_of("main"), version="changed")
    plans = {**book.plans, "changed": changed}
    book = replace(book, plans=plans, current={**book.current, "main": "changed"})
    alone.room = replace(alone.room, book=book)

    assert alone.redial(MOTHER).screen.startswith(MENU)


def _withdraw(phone: Phone) -> None:
    phone.consent = "refused"


def _speak_english(phone: Phone) -> None:
    phone.language = "en"


def _move_away(phone: Phone) -> None:
    phone.village_id = None


@pytest.mark.parametrize("change", [_withdraw, _speak_english, _move_away])
def test_nothing_is_offered_to_a_caller_of_whom_something_else_is_known_by_now(
    alone: Product, change: Callable[[Phone], None]
) -> None:
    alone.dial(MOTHER, *AGBODJI).drop()
    with alone.database.writing() as session:
        change(session.scalars(select(Phone)).one())

    assert not alone.redial(MOTHER).is_asked_to_go_on


def test_nothing_is_offered_to_who_became_or_was_a_health_worker(alone: Product) -> None:
    alone.dial(MARY, "1", "1").drop()
    with alone.database.writing() as session:
        for worker in session.scalars(select(HealthWorker)):
            worker.closed_at = alone.clock()

    assert not alone.redial(MARY).is_asked_to_go_on


def test_nothing_is_offered_when_the_village_was_renamed(alone: Product) -> None:
    alone.dial(MOTHER, *AGBODJI).drop()
    with alone.database.writing() as session:
        session.execute(update(Village).where(Village.name == "Agbodji").values(name="Agbodji 2"))

    assert not alone.redial(MOTHER).is_asked_to_go_on


def test_a_wide_dialogue_is_not_offered_where_screens_are_narrow(alone: Product) -> None:
    alone.room = replace(alone.room, limits={"61602": 182})
    wide = UssdRequest(
        carrier_session="wide", msisdn=MOTHER, service_code="*384*55#", text="", is_start=True,
        network="61602",
    )  # fmt: skip
    for text in ("", "1", "1*1"):
        take_turn(alone.room, CHANNEL, replace(wide, text=text))

    assert not alone.redial(MOTHER).is_asked_to_go_on


def test_a_call_that_cannot_be_read_is_not_offered(alone: Product) -> None:
    alone.dial(MOTHER, *AGBODJI)
    with alone.database.writing() as session:
        session.execute(update(UssdSession).values(memory=b"\x01\x04test" + bytes(40)))

    assert alone.redial(MOTHER).screen.startswith(MENU)


def test_only_the_first_screen_of_a_call_asks_what_was_left(
    alone: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real = ussd_turn.find_left
    monkeypatch.setattr(
        ussd_turn, "find_left", lambda *args: (asked.append("once"), real(*args))[1]
    )
    alone.dial(MOTHER, *AGBODJI, *CHILD_OF_TWO)

    assert asked == ["once"]


# --- one report --------------------------------------------------------------------------------
def test_a_danger_sign_is_reported_once_and_whole_once_the_end_is_heard(product: Product) -> None:
    dropped = product.dial(MOTHER, *AGBODJI, *CHILD_OF_TWO, "1")
    screen = dropped.screen
    dropped.drop()
    told = sms_told(product)
    call = product.redial(MOTHER)

    assert call.type("1") == screen
    call.type("1")
    assert call.reply.ends
    (referral,) = product.referrals()
    assert (product.count_reports(), referral.is_incomplete) == (1, False)
    assert sms_told(product) == told


def test_who_goes_on_after_midnight_is_not_expected_yesterday(product: Product) -> None:
    product.clock.now = product.clock.now.replace(hour=22, minute=58)  # an hour later in Benin
    product.dial(MOTHER, *AGBODJI, *CHILD_OF_TWO, "0", "0", "4").drop()
    product.clock.move(minutes=5)
    call = product.redial(MOTHER)
    call.type("1")
    none_more(call)

    assert "CS Kpéla, aujourd'hui" in call.screen
    assert len(product.referrals()) == 1


def test_the_health_worker_is_asked_to_call_back_once(product: Product) -> None:
    call = product.dial(MOTHER, *AGBODJI, *CHILD_OF_TWO, "1")
    for _ in range(3):
        call.drop()
        call = product.redial(MOTHER)
        call.type("1")
    call.drop()

    assert len([text for text in product.inbox(ADJOA) if "Rappelez" in text]) == 1


def test_who_starts_again_after_an_emergency_is_called_back(product: Product) -> None:
    product.dial(MOTHER, *AGBODJI, *CHILD_OF_TWO, "1")
    product.redial(MOTHER).type("2")

    assert "Rappelez" in product.inbox(ADJOA)[-1]
    assert product.referrals()[0].is_incomplete


def test_signs_added_after_the_drop_complete_its_report(product: Product) -> None:
    product.dial(MOTHER, *AGBODJI, *CHILD_OF_TWO, "0", "0", "4").drop()
    (urgent,) = product.referrals()
    call = product.redial(MOTHER)
    call.type("1")
    none_more(call)

    (referral,) = product.referrals()
    assert (referral.code, referral.triage_class, referral.is_incomplete) == (
        urgent.code, "urgent", False,
    )  # fmt: skip
    assert product.count_reports() == 1
    assert f"{urgent.code[:3]} {urgent.code[3:]}" in call.screen


def test_a_danger_sign_added_after_the_drop_raises_its_referral(product: Product) -> None:
    product.dial(MOTHER, *AGBODJI, *CHILD_OF_TWO, "0", "0", "4").drop()
    (urgent,) = product.referrals()
    product.text(KPELA, f"OUI {urgent.code} demain")
    call = product.redial(MOTHER)
    for answer in ("1", "00", "00", "1"):  # back to the first page: convulsions
        call.type(answer)

    (referral,) = product.referrals()
    assert (referral.code, referral.triage_class) == (urgent.code, "emergency")
    assert product.count_reports() == 1
    assert call.screen.startswith("URGENCE")
    assert product.inbox(KPELA)[-1].startswith("URGENCE")


def test_signs_taken_back_after_the_drop_never_lower_the_referral(product: Product) -> None:
    product.dial(MOTHER, *AGBODJI, *CHILD_OF_TWO, "0", "0", "4").drop()
    told = sms_told(product)
    call = product.redial(MOTHER)
    call.type("1")
    call.type("00")
    none_more(call)

    (referral,) = product.referrals()
    assert (referral.triage_class, product.count_reports()) == ("urgent", 1)
    assert sms_told(product) == told


def test_without_consent_there_is_one_report_and_no_phone_in_it(product: Product) -> None:
    refused = ("1", "1", "2", "1", "3", "1")
    product.dial(MOTHER, *refused, *CHILD_OF_TWO, "0", "0", "4").drop()
    assert (product.count_reports(), product.referrals()) == (1, [])
    call = product.redial(MOTHER)
    call.type("1")
    none_more(call)
    assert call.screen.startswith("Rien n'est envoyé")

    with product.database.reading() as session:
        (report,) = session.scalars(select(Report)).all()
        assert (report.phone_id, report.is_complete) == (None, True)
    assert product.referrals() == []


def test_without_consent_an_emergency_after_the_drop_is_one_referral(product: Product) -> None:
    refused = ("1", "1", "2", "1", "3", "1")
    product.dial(MOTHER, *refused, *CHILD_OF_TWO, "0", "1").drop()
    for _ in range(2):
        product.redial(MOTHER).type("1")

    (referral,) = product.referrals()
    assert (product.count_reports(), referral.phone_id) == (1, None)


def test_another_patient_after_going_back_is_another_report(product: Product) -> None:
    product.dial(ADJOA, "1", "1", "1", "1", "3", "2", "0", "0", "4").drop()
    call = product.redial(ADJOA)
    call.type("1")
    for answer in ("00", "00", "00", "00", "0", "0", "0", "2", "1", "3", "2", "1"):
        call.type(answer)

    first, second = product.referrals()
    assert (first.triage_class, second.triage_class) == ("urgent", "emergency")
    assert first.is_incomplete
    assert first.village_id != second.village_id


# --- races -------------------------------------------------------------------------------------
def test_a_redial_while_the_old_call_is_open_takes_it_over(product: Product) -> None:
    old = product.dial(MOTHER, *AGBODJI, "2")
    screen = old.type("3")
    call = product.redial(MOTHER)
    old.drop()  # the end of the old one comes late …
    assert "termin" in old.type("2")  # … and so does its answer

    assert call.type("1") == screen
    assert product.count_reports() == 0
    call.type("2")
    assert "Signes" in call.screen


def test_an_end_that_comes_late_neither_salvages_nor_calls_back(product: Product) -> None:
    old = product.dial(MOTHER, *AGBODJI, *CHILD_OF_TWO, "1")
    call = product.redial(MOTHER)
    call.type("1")
    old.drop()
    product.clock.move(minutes=4)
    with product.database.writing() as session:
        assert close_dropped(product.room, session, product.clock(), 300) == 0
    call.type("1")

    assert not [text for text in product.inbox(ADJOA) if "Rappelez" in text]
    assert not product.referrals()[0].is_incomplete


def test_a_retry_of_the_first_screen_gets_the_same_question(product: Product) -> None:
    product.dial(MOTHER, *AGBODJI).drop()
    call = product.redial(MOTHER)
    assert [call.send("") for _ in range(3)] == [QUESTION] * 3
    call.type("2")
    assert call.send("") == QUESTION  # a late copy of the first
    assert call.send("2").startswith(MENU)


def test_a_late_answer_that_is_faster_than_the_redial_is_shown(product: Product) -> None:
    old = product.dial(MOTHER, *AGBODJI, "2")
    shown = old.type("3")

    assert product.redial(MOTHER).type("1") == shown


def test_of_two_who_redial_at_once_one_goes_on(product: Product) -> None:
    product.dial(MOTHER, *AGBODJI, *CHILD_OF_TWO, "1").drop()
    calls = [Call(product, MOTHER) for _ in range(4)]
    assert at_once(*(lambda c=call: c.send("") for call in calls)) == [QUESTION] * 4

    went_on = [call for call in calls if call.type("1").startswith("URGENCE")]
    assert len(went_on) == 1
    went_on[0].type("1")
    assert (product.count_reports(), product.referrals()[0].is_incomplete) == (1, False)


def test_the_same_redial_by_eight_at_once_is_one_question(product: Product) -> None:
    product.dial(MOTHER, *AGBODJI).drop()
    call = Call(product, MOTHER)
    screens = at_once(*(lambda: call.send("") for _ in range(8)))

    assert screens == [QUESTION] * 8
    with product.database.reading() as session:
        carried = session.scalars(
            select(UssdSession.continued_in)
            .where(UssdSession.continued_in.is_not(None))
            .order_by(UssdSession.id)
        ).all()
        newest = session.scalar(select(func.max(UssdSession.id)))
    assert carried[-1] == newest


def test_a_drop_and_a_late_answer_and_a_redial_at_once_lose_nothing(product: Product) -> None:
    for _ in range(5):
        old = (
            product.dial(MOTHER, *AGBODJI) if not product.referrals() else product.dial(MOTHER, "1")
        )
        for answer in (*CHILD_OF_TWO, "0"):
            old.type(answer)
        reports, call = product.count_reports(), Call(product, MOTHER)
        at_once(old.drop, lambda o=old: o.type("4"), lambda c=call: c.send(""))
        if call.is_asked_to_go_on:
            call.type("1")
        call.drop()
        assert product.count_reports() - reports in (0, 1)
        assert len(product.referrals()) <= 1
