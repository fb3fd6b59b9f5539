"""Turns over the real flows and both databases: retries, races, drops, refusals, and what is written."""

import threading
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from mhealth.domain.gateway import UssdRequest
from mhealth.services.ussd_deeds import DEEDS
from mhealth.services.ussd_memory import unpack
from mhealth.services.ussd_turn import take_turn
from mhealth.store.database import Database
from mhealth.store.messages import Message
from mhealth.store.people import Consent, Phone
from mhealth.store.reports import Report
from mhealth.store.ussd_tables import UssdSession, UssdTurn, open_memory
from mhealth.ussd import engine
from mhealth.ussd.deeds import DEEDS as WORDS
from tests.product import (
    ADJOA,
    CHANNEL,
    DISTRICT,
    KPELA,
    MOTHER,
    STRANGER,
    Call,
    Product,
)

AGBODJI = ("1", "1", "1", "3", "1")  # French, report, agreed, area Kpéla, village Agbodji
CHILD_OF_TWO = ("2", "3", "2")


@pytest.fixture
def product(database: Database) -> Product:
    return Product(database)


def test_every_word_of_the_flows_has_somebody_who_does_it() -> None:
    assert set(DEEDS) == set(WORDS)


def test_a_danger_sign_becomes_a_referral_that_everybody_hears_of(product: Product) -> None:
    call = product.dial(MOTHER, *AGBODJI, *CHILD_OF_TWO, "1")

    (referral,) = product.referrals()
    shown = f"{referral.code[:3]} {referral.code[3:]}"
    assert call.screen.startswith("URGENCE")
    assert shown in call.screen
    assert "CS Kpéla" in call.screen
    assert referral.triage_class == "emergency"
    assert referral.is_incomplete
    assert product.inbox(ADJOA) == [
        f"URGENCE {shown}: enfant, 2 ans, Agbodji. Vers CS Kpéla. Tél. +2290197000001."
        " Aidez au départ."
    ]
    assert product.inbox(KPELA) == [
        f"URGENCE {shown}: enfant, 2 ans, Agbodji, tél. +2290197000001."
        f" Répondez OUI {shown} ou NON {shown}."
    ]
    assert len(product.inbox(MOTHER)) == 1
    assert product.inbox(DISTRICT) == []


def test_who_hears_the_end_has_a_complete_referral(product: Product) -> None:
    call = product.dial(MOTHER, *AGBODJI, *CHILD_OF_TWO, "1", "1")

    assert call.reply.ends
    assert not product.referrals()[0].is_incomplete


def test_a_second_call_knows_language_village_and_consent(product: Product) -> None:
    product.dial(MOTHER, *AGBODJI, *CHILD_OF_TWO, "1", "1")

    call = product.dial(MOTHER)
    assert "Signaler une maladie" in call.screen
    assert "Qui est malade" in call.type("1")


def test_a_retry_gets_the_same_screen_and_no_second_effect(product: Product) -> None:
    call = product.dial(MOTHER, *AGBODJI, *CHILD_OF_TWO)
    first = call.type("1")
    sms = len(product.inbox(ADJOA))

    assert [call.send(call.transcript) for _ in range(3)] == [first] * 3
    assert len(product.referrals()) == 1
    assert len(product.inbox(ADJOA)) == sms


def test_a_late_copy_of_an_earlier_call_gets_its_own_old_screen(product: Product) -> None:
    call = product.dial(MOTHER, "1")
    menu = call.screen
    consent = call.type("1")

    assert call.send("1") == menu
    assert call.send("1*1") == consent
    assert "zone" in call.type("1")


def test_a_new_call_under_an_old_name_starts_afresh(product: Product) -> None:
    call = product.dial(MOTHER, "1", "1")
    product.clock.move(minutes=2)

    assert "Que voulez-vous faire" in call.send("")
    call.transcript = ""
    assert "Vos réponses" in call.type("1")


def test_a_diverging_text_starts_afresh_and_is_no_answer(product: Product) -> None:
    call = product.dial(MOTHER, "1", "1")

    assert "Que voulez-vous faire" in call.send("2*9")
    call.transcript = "2*9"
    assert "Vos réponses" in call.type("1")


def test_digits_in_the_first_call_are_no_answer(product: Product) -> None:
    call = Call(product, MOTHER)

    assert "Choisissez votre langue" in call.send("55*7")
    call.transcript = "55*7"
    assert "Signaler" in call.type("1")


def test_a_star_in_an_answer_is_part_of_it(product: Product) -> None:
    call = product.dial(MOTHER, *AGBODJI, *CHILD_OF_TWO)

    assert call.type("1*3").startswith("URGENCE")
    (report,) = _reports(product)
    assert '"convulsions": true' in report
    assert '"cannot_drink": true' in report


def test_another_number_in_the_session_is_refused_and_changes_nothing(product: Product) -> None:
    call = product.dial(MOTHER, "1")
    menu = call.screen

    refused = call.send("1*1", msisdn=STRANGER)
    assert "refus" in refused
    assert call.reply.ends
    assert call.send("1") == menu


def test_three_wrong_answers_lead_out_with_a_number_to_ring(product: Product) -> None:
    product.dial(MOTHER, *AGBODJI, *CHILD_OF_TWO, "1", "1")
    call = product.dial(MOTHER, "7", "8", "hello")

    assert call.reply.ends
    assert ADJOA.e164 in call.screen


def test_after_the_end_nothing_more_is_answered(product: Product) -> None:
    call = product.dial(MOTHER, *AGBODJI, *CHILD_OF_TWO, "1", "1")

    call.type("1")
    assert "termin" in call.screen
    assert call.reply.ends
    assert len(product.referrals()) == 1


def test_refused_consent_sends_an_emergency_with_the_least_data(product: Product) -> None:
    call = product.dial(MOTHER, "1", "1", "2", "1", "3", "1", *CHILD_OF_TWO, "1")

    (referral,) = product.referrals()
    assert "Seul l'essentiel" in call.screen
    assert referral.phone_id is None
    everything = " ".join(product.inbox(ADJOA) + product.inbox(KPELA))
    assert MOTHER.e164 not in everything
    assert "enfant" not in everything
    assert "Agbodji" in everything
    assert product.inbox(MOTHER) == []


def test_refused_consent_without_danger_ends_in_advice_and_sends_nothing(
    product: Product,
) -> None:
    call = product.dial(MOTHER, "1", "1", "2", "1", "3", "1", *CHILD_OF_TWO)
    for signs in ("0", "0", "4", "0", "0"):
        call.type(signs)

    assert "Rien n'est envoy" in call.screen
    assert product.referrals() == []
    with product.database.reading() as session:
        assert session.scalar(select(func.count(Message.id))) == 0
        report = session.scalars(select(Report)).one()
        assert report.phone_id is None
        consent = session.scalars(select(Consent)).one()
        assert (consent.subject, consent.given, consent.channel) == ("referral", False, "ussd")


def test_no_village_goes_to_the_district(product: Product) -> None:
    product.dial(MOTHER, "1", "1", "1", "3", "8", *CHILD_OF_TWO, "1")

    (text,) = product.inbox(DISTRICT)
    assert "village inconnu" in text
    assert MOTHER.e164 in text


def test_a_village_without_worker_and_a_centre_without_phone_go_to_the_district(
    product: Product,
) -> None:
    product.dial(MOTHER, "1", "1", "1", "2", "2", *CHILD_OF_TWO, "1")  # Zado-Gagbé, CS Dannou

    (text,) = product.inbox(DISTRICT)
    assert "CS Dannou" in text
    assert "Zado-Gagbé" in text


def test_a_health_worker_reports_a_patient_and_follows_it(product: Product) -> None:
    call = product.dial(ADJOA)
    assert "patient" in call.screen
    for typed in ("1", "1", "1", "1", "3", "2", "1"):
        call.type(typed)

    (referral,) = product.referrals()
    assert referral.health_worker_id is not None
    assert ADJOA.e164 in product.inbox(KPELA)[0]
    assert "Agbodji" in product.inbox(KPELA)[0]
    assert len(product.inbox(ADJOA)) == 1
    assert "Tél" not in product.inbox(ADJOA)[0]


def test_numbers_and_answers_lie_sealed(product: Product) -> None:
    product.dial(MOTHER, *AGBODJI, *CHILD_OF_TWO, "1")

    with product.database.reading() as session:
        for model in (Phone, Message, Report, UssdSession):
            for row in session.scalars(select(model)):
                kept = [getattr(row, c.name) for c in model.__table__.columns]
                raw = b" ".join(v for v in kept if isinstance(v, bytes))
                assert b"97000001" not in raw
                assert b"convulsions" not in raw


def test_history_keeps_screens_and_nothing_typed(product: Product) -> None:
    product.dial(MOTHER, "1", "9999")

    with product.database.reading() as session:
        turns = session.scalars(select(UssdTurn).order_by(UssdTurn.step)).all()
    assert [t.outcome for t in turns] == ["shown", "answered", "invalid"]
    assert all(t.language == "fr" for t in turns)


def test_the_same_call_by_eight_at_once_is_one_report(product: Product) -> None:
    call = product.dial(MOTHER, *AGBODJI, *CHILD_OF_TWO)
    request = UssdRequest(
        carrier_session=call.session,
        msisdn=MOTHER,
        service_code="*384*55#",
        text=f"{call.transcript}*1",
        is_start=False,
    )
    screens, barrier = [], threading.Barrier(8)

    def send() -> None:
        barrier.wait()
        screens.append(take_turn(product.room, CHANNEL, request).reply.text)

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(screens)) == 1
    assert len(screens) == 8
    assert len(product.referrals()) == 1
    assert len(product.inbox(ADJOA)) == 1


def test_a_first_call_by_eight_at_once_is_one_session(product: Product) -> None:
    request = UssdRequest(
        carrier_session="ATUid_race", msisdn=MOTHER, service_code="*384*55#", text="", is_start=True
    )
    screens, barrier = [], threading.Barrier(8)

    def send() -> None:
        barrier.wait()
        screens.append(take_turn(product.room, CHANNEL, request).reply.text)

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(screens) == 8
    assert len(set(screens)) == 1
    with product.database.reading() as session:
        assert session.scalar(select(func.count(UssdSession.id))) == 1


def _reports(product: Product) -> list[str]:
    with product.database.reading() as session:
        return [str(report.answers) for report in session.scalars(select(Report))]


@pytest.mark.parametrize(("network", "limit"), [("99902", 182), ("99901", 160), (None, 160)])
def test_a_screen_is_as_large_as_the_carrier_of_the_call_shows(
    product: Product, network: str | None, limit: int
) -> None:
    room = replace(product.room, limits={"99902": 182})
    request = UssdRequest(
        carrier_session="wide", msisdn=MOTHER, service_code="*384*55#", text="", is_start=True,
        network=network,
    )  # fmt: skip
    take_turn(room, CHANNEL, request)
    with product.database.reading() as session:
        row = session.scalars(select(UssdSession)).one()
        memory = unpack(open_memory(product.bench.keyring, row))
    assert engine.decode_state(memory.state).limit == limit
