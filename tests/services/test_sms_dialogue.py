"""A dropped call goes on by SMS: asked once, answered in the same dialogue, never beside a new call."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from mhealth.domain.caps import Budget
from mhealth.domain.gsm7 import measure
from mhealth.services.ussd_end import close_dropped
from mhealth.store.database import Database
from mhealth.store.directory import Facility
from mhealth.store.messages import InboundMessage, Message
from mhealth.store.people import Phone
from mhealth.store.ussd_tables import UssdSession, UssdTurn
from tests.at_once import at_once
from tests.databases import KEYRING
from tests.product import ADJOA, KPELA, MOTHER, STRANGER, Product

AGBODJI = ("1", "1", "1", "3", "1")  # French, report, agreed, area Kpéla, village Agbodji
CHILD_OF_TWO = ("2", "3", "2")
LINE = "\nRépondez par SMS ou *384*55#"
YEARS = f"Combien d'années ? (1 à 4)\n99 Je ne sais pas{LINE}"


@pytest.fixture
def product(database: Database) -> Product:
    return Product(database)


@pytest.fixture
def alone(sqlite_database: Database) -> Product:
    """On one database, where nothing hangs on which."""
    return Product(sqlite_database)


def drop_at_the_age(product: Product) -> None:
    product.dial(MOTHER, *AGBODJI, "2", "3").drop()


def questions(product: Product) -> list[str]:
    with product.database.reading() as session:
        query = select(Message).where(Message.template == "question", Message.budget.is_not(None))
        return [str(row.body) for row in session.scalars(query.order_by(Message.id))]


def answer(product: Product, words: str) -> str:
    """Answer after a while; the SMS that comes back."""
    product.clock.move(seconds=30)
    product.text(MOTHER, words)
    return product.inbox(MOTHER)[-1]


def understood(product: Product) -> list[tuple[str, bool]]:
    with product.database.reading() as session:
        query = select(InboundMessage).order_by(InboundMessage.id)
        return [(row.understood_as, row.needs_person) for row in session.scalars(query)]


def sweep(product: Product) -> int:
    with product.database.writing() as session:
        return close_dropped(product.room, session, product.clock(), 300)


# --- the question ------------------------------------------------------------------------------
def test_a_drop_asks_the_very_screen_once_in_one_segment(product: Product) -> None:
    call = product.dial(MOTHER, *AGBODJI, "2", "3")
    call.drop()
    call.drop()
    sweep(product)

    assert questions(product) == [YEARS]
    assert measure(YEARS).segments == 1


def test_a_drop_that_no_carrier_tells_is_asked_by_the_sweep(product: Product) -> None:
    product.dial(MOTHER, *AGBODJI, "2", "3")
    product.clock.move(seconds=301)
    sweep(product)

    assert questions(product) == [YEARS]


def test_where_there_is_no_room_the_short_line_says_how_to_answer(product: Product) -> None:
    product.dial(MOTHER, *AGBODJI, *CHILD_OF_TWO).drop()

    (asked,) = questions(product)
    assert asked.endswith("\n0 Aucun\nRépondez par SMS")
    assert measure(asked).segments == 1


def test_it_is_paid_out_of_a_budget_of_its_own(product: Product) -> None:
    drop_at_the_age(product)

    with product.database.reading() as session:
        assert session.scalars(select(Message.budget)).all() == [Budget.DIALOGUE.value]


def _no_consent(alone: Product) -> None:
    alone.dial(MOTHER, "1", "1", "2", "1", "3", "1", "2", "3").drop()


def _before_consent(alone: Product) -> None:
    alone.dial(MOTHER, "1", "1").drop()


def _messages_off(alone: Product) -> None:
    alone.text(MOTHER, "STOP")
    drop_at_the_age(alone)


def _a_duty_phone(alone: Product) -> None:
    alone.dial(KPELA, *AGBODJI, "2", "3").drop()


def _switched_off(alone: Product) -> None:
    alone.room = replace(alone.room, sms_questions=0)
    drop_at_the_age(alone)


def _advice(alone: Product) -> None:
    alone.dial(MOTHER, "1", "4", "1").drop()


def _the_outcome(alone: Product) -> None:
    alone.dial(MOTHER, *AGBODJI, *CHILD_OF_TWO, "1").drop()


def _a_woman_around_a_birth(alone: Product) -> None:
    alone.dial(MOTHER, *AGBODJI, "3").drop()
    alone.dial(MOTHER, "1", "3", "1", "25").drop()


def _ended(alone: Product) -> None:
    alone.dial(MOTHER, *AGBODJI, *CHILD_OF_TWO, "1", "1").drop(complete=True)


@pytest.mark.parametrize(
    "drop",
    [
        _no_consent, _before_consent, _messages_off, _a_duty_phone, _switched_off, _advice,
        _the_outcome, _a_woman_around_a_birth, _ended,
    ],
)  # fmt: skip
def test_nothing_is_asked_where_nobody_may_write_or_all_is_said(
    alone: Product, drop: Callable[[Product], None]
) -> None:
    drop(alone)

    assert questions(alone) == []


def test_who_drops_call_after_call_is_not_sent_a_question_for_each(product: Product) -> None:
    sent = []
    for _ in range(5):
        for _ in range(4):
            product.dial(MOTHER, *(AGBODJI if not questions(product) else ("1",)), "2", "3").drop()
        sent.append(len(questions(product)))
        product.clock.move(hours=1)

    assert sent == [2, 4, 6, 6, 6]


def test_a_dialogue_that_drops_again_and_again_is_asked_on(alone: Product) -> None:
    call = alone.dial(MOTHER, *AGBODJI)
    for answer in (*CHILD_OF_TWO, "0", "0"):
        call.drop()
        call = alone.redial(MOTHER)
        call.type("1")
        call.type(answer)

    assert len(questions(alone)) == 5


def test_an_answer_that_no_question_may_follow_says_how_to_go_on(alone: Product) -> None:
    drop_at_the_age(alone)
    limits = dict(alone.bench.caps.limits)
    limits[Budget.DIALOGUE] = replace(limits[Budget.DIALOGUE], number_hour=1)
    caps = replace(alone.bench.caps, limits=limits)
    alone.room = replace(alone.room, bench=replace(alone.bench, caps=caps))

    assert answer(alone, "2") == "Réponse notée. Pour continuer, composez *384*55#."
    assert len(questions(alone)) == 1
    assert alone.redial(MOTHER).type("1").startswith("Signes")


@pytest.mark.parametrize(
    "words", ["2", "2.", "(2)", "2)", '"2"', "*2#", "« 2 »", "٢", "２", " 2\n"]
)
def test_a_figure_is_understood_with_what_people_put_around_it(alone: Product, words: str) -> None:
    drop_at_the_age(alone)

    assert answer(alone, words).startswith("Signes")


# --- the answer --------------------------------------------------------------------------------
def test_answers_lead_to_the_end_of_one_report(product: Product) -> None:
    drop_at_the_age(product)
    assert answer(product, "2 ans").startswith("Signes (13=1+3)\n1 Convulsions")
    answer(product, "0")
    answer(product, "0.")
    answer(product, "4")
    while "Signes" in (asked := product.inbox(MOTHER)[-1]):
        answer(product, "0")

    (referral,) = product.referrals()
    code = f"{referral.code[:3]} {referral.code[3:]}"
    assert (referral.triage_class, referral.is_incomplete) == ("urgent", False)
    assert asked.startswith("Consultation: CS Kpéla")
    assert code in asked
    assert product.count_reports() == 1
    while "Suite" in product.inbox(MOTHER)[-1]:
        answer(product, "1")
    assert "Aide:" in product.inbox(MOTHER)[-1]
    assert set(understood(product)) == {("dialogue_answer", False)}


def test_a_danger_sign_by_sms_is_referred_in_that_very_turn(product: Product) -> None:
    product.dial(MOTHER, *AGBODJI, *CHILD_OF_TWO).drop()
    said = answer(product, "1")

    (referral,) = product.referrals()
    assert referral.triage_class == "emergency"
    assert said.startswith("URGENCE. Partez maintenant: CS Kpéla")
    assert product.inbox(KPELA)[0].startswith("URGENCE")
    assert answer(product, "1").startswith("Partez au centre maintenant")
    assert not product.referrals()[0].is_incomplete


def test_what_a_drop_reported_is_completed_by_sms(product: Product) -> None:
    product.dial(MOTHER, *AGBODJI, *CHILD_OF_TWO, "0", "0", "4").drop()
    (left,) = product.referrals()
    assert left.is_incomplete
    while "Signes" in product.inbox(MOTHER)[-1]:
        answer(product, "0")

    (referral,) = product.referrals()
    assert (referral.code, referral.is_incomplete) == (left.code, False)
    assert product.count_reports() == 1


def test_the_same_sms_twice_is_one_step(product: Product) -> None:
    product.dial(MOTHER, *AGBODJI, *CHILD_OF_TWO).drop()
    for _ in range(3):
        product.text(MOTHER, "0", carrier_id="at-1")
    assert len(questions(product)) == 2

    product.clock.move(seconds=3)
    product.text(MOTHER, "0", carrier_id="at-2")  # sent twice by an impatient thumb
    assert len(questions(product)) == 2
    assert understood(product) == [("dialogue_answer", False), ("repeated_answer", False)]
    with product.database.writing() as session:
        session.execute(update(Message).values(state="delivered"))
    product.text(MOTHER, "0", carrier_id="at-3")  # the next question was read by now
    assert len(questions(product)) == 3
    product.clock.move(seconds=30)
    product.text(MOTHER, "0", carrier_id="at-4")
    assert len(questions(product)) == 4


def test_an_answer_put_right_at_once_is_none_to_the_question_on_its_way(product: Product) -> None:
    product.dial(MOTHER, *AGBODJI, *CHILD_OF_TWO).drop()
    answer(product, "0")
    product.clock.move(seconds=4)
    product.text(
        MOTHER, "2"
    )  # unconscious, on the list before; on the next one it is a snake's bite

    assert understood(product) == [("dialogue_answer", False), ("hasty_answer", True)]
    assert product.inbox(MOTHER)[-1].startswith("Message gardé mais pas compris. En cas d'urgence")
    assert questions(product)[1:] == [product.inbox(MOTHER)[-2]]
    assert product.referrals() == []
    assert answer(product, "2").startswith("URGENCE")


def test_a_figure_put_right_where_the_same_is_asked_again_counts(alone: Product) -> None:
    drop_at_the_age(alone)
    answer(alone, "7")
    alone.clock.move(seconds=4)
    alone.text(MOTHER, "2")

    assert alone.inbox(MOTHER)[-1].startswith("Signes")


def test_what_is_no_answer_is_asked_again_and_read_by_a_person(product: Product) -> None:
    drop_at_the_age(product)

    assert answer(product, "elle est très malade") == f"Tapez 1 à 4.\n{YEARS}"
    assert answer(product, "7") == f"Tapez 1 à 4.\n{YEARS}"
    assert "3 fois" in answer(product, "aidez moi")
    assert understood(product) == [
        ("dialogue_answer", True),
        ("dialogue_answer", False),
        ("dialogue_answer", True),
    ]
    assert answer(product, "2").startswith("Cette question n'attend plus")


def test_who_says_by_sms_that_she_is_pregnant_goes_on_by_a_call(product: Product) -> None:
    product.dial(MOTHER, *AGBODJI, "1", "25").drop()
    assert questions(product)[0].startswith("Enceinte, ou accouchée")

    assert answer(product, "1") == "Réponse notée. Pour continuer, composez *384*55#."
    assert product.redial(MOTHER).type("1").startswith("Signes")


def test_the_last_words_are_sent_where_questions_are_used_up(product: Product) -> None:
    product.room = replace(product.room, sms_questions=2)
    drop_at_the_age(product)
    answer(product, "2")
    said = answer(product, "0")

    assert said == "Réponse notée. Pour continuer, composez *384*55#."
    assert answer(product, "0").startswith("Cette question n'attend plus")
    call = product.redial(MOTHER)
    assert call.is_asked_to_go_on
    assert "1 Accident grave" in call.type("1")


def test_an_unanswered_question_ends_and_what_was_said_is_reported(product: Product) -> None:
    product.dial(MOTHER, *AGBODJI, *CHILD_OF_TWO, "0").drop()
    answer(product, "0")
    answer(product, "4")
    assert product.referrals() == []
    product.clock.move(minutes=14)
    assert sweep(product) == 0
    product.clock.move(minutes=2)
    assert sweep(product) == 1

    (referral,) = product.referrals()
    assert (referral.triage_class, referral.is_incomplete) == ("urgent", True)
    assert answer(product, "0").startswith("Cette question n'attend plus")
    assert len(product.referrals()) == 1


def test_the_history_tells_that_it_went_on_by_sms(product: Product) -> None:
    drop_at_the_age(product)
    answer(product, "2")
    answer(product, "x")

    with product.database.reading() as session:
        by_sms = select(UssdSession.id).where(UssdSession.sms_until_ms.is_not(None))
        query = select(UssdTurn).where(UssdTurn.ussd_session_id == by_sms.scalar_subquery())
        lines = [
            (t.step, t.node, t.outcome) for t in session.scalars(query.order_by(UssdTurn.step))
        ]
    assert lines == [
        (1, "report.years", "asked_by_sms"),
        (2, "report.signs", "answered"),
        (3, "report.signs", "invalid"),
    ]


# --- beside everything else that an SMS can be ----------------------------------------------------
def test_keywords_keep_their_meaning_and_stop_ends_the_dialogue(alone: Product) -> None:
    drop_at_the_age(alone)
    assert "composez *384*55#" in answer(alone, "AIDE")
    assert answer(alone, "2").startswith("Signes")
    answer(alone, "STOP")

    assert answer(alone, "0").startswith("Cette question n'attend plus")
    assert alone.count_reports() == 0


def test_a_figure_from_a_duty_phone_is_no_answer(alone: Product) -> None:
    drop_at_the_age(alone)
    with alone.database.writing() as session:
        facility = session.scalars(select(Facility).where(Facility.name == "CS Kpéla")).one()
        facility.duty_msisdn = MOTHER.e164
        facility.duty_index = KEYRING.blind(MOTHER)
    alone.text(MOTHER, "2")

    assert understood(alone) == [("not_understood", True)]


def test_a_figure_that_nobody_asked_for_is_not_understood(alone: Product) -> None:
    alone.text(STRANGER, "1")

    assert understood(alone) == [("not_understood", True)]


def test_a_health_worker_goes_on_by_sms_too(alone: Product) -> None:
    alone.dial(ADJOA, "1", "1", "1", "1", "3").drop()
    alone.text(ADJOA, "2")

    assert alone.inbox(ADJOA)[0].startswith("Combien d'années ?")
    assert alone.inbox(ADJOA)[1].startswith("Signes")


@pytest.mark.parametrize("lost", ["consent", "village"])
def test_a_caller_of_whom_something_else_is_known_by_now_is_not_asked_on(
    alone: Product, lost: str
) -> None:
    drop_at_the_age(alone)
    with alone.database.writing() as session:
        session.execute(update(Phone).values(consent="refused") if lost == "consent"
                        else update(Phone).values(village_id=None))  # fmt: skip

    assert answer(alone, "2").startswith("Cette question n'attend plus")


# --- beside a new call ----------------------------------------------------------------------------
def test_a_redial_goes_on_where_the_last_sms_left_it(product: Product) -> None:
    drop_at_the_age(product)
    answer(product, "2")
    call = product.redial(MOTHER)

    assert call.type("1").startswith("Signes (13=1+3)\n1 Convulsions")
    assert answer(product, "1").startswith("Cette question n'attend plus de réponse.")
    assert understood(product)[-1] == ("late_answer", False)
    assert product.referrals() == []
    assert call.type("1").startswith("URGENCE")


def test_words_that_come_too_late_are_read_by_a_person(product: Product) -> None:
    drop_at_the_age(product)
    product.redial(MOTHER).type("1")
    answer(product, "il ne respire plus")

    assert understood(product) == [("not_understood", True)]


def test_a_redial_that_drops_unanswered_leaves_the_question_standing(product: Product) -> None:
    drop_at_the_age(product)
    product.redial(MOTHER).drop()

    assert questions(product) == [YEARS]
    assert answer(product, "2").startswith("Signes")


def test_a_redial_that_drops_further_on_is_asked_again(product: Product) -> None:
    drop_at_the_age(product)
    call = product.redial(MOTHER)
    call.type("1")
    call.type("2")
    call.drop()

    assert len(questions(product)) == 2
    assert questions(product)[1].startswith("Signes")


def test_a_question_waits_as_long_as_the_call_could_go_on(product: Product) -> None:
    drop_at_the_age(product)
    product.clock.move(minutes=14)
    answer(product, "2")
    product.clock.move(minutes=14)
    assert product.redial(MOTHER).is_asked_to_go_on


def test_a_question_that_waits_no_more_is_not_gone_on_with_before_it_is_swept(
    product: Product,
) -> None:
    drop_at_the_age(product)
    product.clock.move(minutes=15, seconds=1)

    assert not product.redial(MOTHER).is_asked_to_go_on


def test_one_answer_by_six_at_once_is_one_step(product: Product) -> None:
    product.dial(MOTHER, *AGBODJI, *CHILD_OF_TWO).drop()
    product.clock.move(seconds=30)
    at_once(*(lambda n=n: product.text(MOTHER, "1", carrier_id=f"at-{n % 2}") for n in range(6)))

    assert (len(product.referrals()), product.count_reports()) == (1, 1)
    assert sum(text.startswith("URGENCE") for text in questions(product)) == 1


def test_an_answer_and_a_redial_at_once_are_one_dialogue(product: Product) -> None:
    for _ in range(5):
        product.dial(MOTHER, *(("1",) if product.inbox(MOTHER) else AGBODJI), *CHILD_OF_TWO).drop()
        product.clock.move(seconds=30)
        call = product.dial(STRANGER)
        call = type(call)(product, MOTHER)
        at_once(lambda: product.text(MOTHER, "0"), lambda c=call: c.send(""))
        assert call.is_asked_to_go_on
        screen = call.type("1")
        product.clock.move(hours=1)
        was_taken = understood(product)[-1][0] == "dialogue_answer"
        assert screen.startswith(
            "Signes (13=1+3)\n1 Accident" if was_taken else "Signes (13=1+3)\n1 Conv"
        )
        call.type("00")
        product.clock.move(hours=1)
        sweep(product)
        product.clock.move(hours=1)
