"""A centre's answer moves a referral; every other SMS is kept and answered."""

import pytest
from sqlalchemy import func, select

from mhealth.care.escalation import escalate_unanswered, escalate_unreached
from mhealth.domain.codes import check_digit
from mhealth.store.database import Database, database_now_ms
from mhealth.store.directory import District
from mhealth.store.messages import InboundMessage, Message
from mhealth.store.people import Phone
from mhealth.store.referrals import ReferralEvent
from tests.databases import KEYRING
from tests.product import ADJOA, AGNAVO, DISTRICT, HOSPITAL, KPELA, MOTHER, STRANGER, Product

EMERGENCY = ("1", "1", "1", "3", "1", "2", "3", "2", "1")


@pytest.fixture
def product(database: Database) -> Product:
    return Product(database)


def an_emergency(product: Product) -> str:
    product.dial(MOTHER, *EMERGENCY)
    return product.referrals()[-1].code


def needs_person(product: Product) -> bool:
    with product.database.reading() as session:
        query = select(InboundMessage.needs_person).order_by(InboundMessage.id.desc())
        return bool(session.scalars(query).first())


def last_body(product: Product) -> str:
    with product.database.reading() as session:
        row = session.scalars(select(InboundMessage).order_by(InboundMessage.id.desc())).first()
        return str(row.body)


def test_a_centre_says_yes_and_everybody_hears_it(product: Product) -> None:
    code = an_emergency(product)
    product.text(KPELA, f"OUI {code}")

    (referral,) = product.referrals()
    shown = f"{code[:3]} {code[3:]}"
    assert referral.status == "accepted"
    assert referral.answered_at == product.clock()
    assert product.inbox(MOTHER)[-1].startswith(f"CS Kpéla vous attend maintenant. Code {shown}")
    assert product.inbox(ADJOA)[-1].startswith(f"CS Kpéla attend maintenant le patient {shown}")
    assert product.inbox(KPELA)[-1].startswith(f"Noté: OUI pour {shown}, attendu maintenant.")


def test_the_same_yes_again_is_told_so(product: Product) -> None:
    code = an_emergency(product)
    product.text(KPELA, f"OUI {code}")
    before = len(product.inbox(MOTHER))
    product.text(KPELA, f"OUI {code}")

    assert "déjà notée" in product.inbox(KPELA)[-1]
    assert len(product.inbox(MOTHER)) == before


def test_an_sms_that_comes_twice_is_taken_once(product: Product) -> None:
    code = an_emergency(product)
    product.text(KPELA, f"OUI {code}", carrier_id="at-1")
    count = len(product.inbox(KPELA))
    product.text(KPELA, f"OUI {code}", carrier_id="at-1")

    assert len(product.inbox(KPELA)) == count


def test_a_centre_says_no_and_the_next_one_is_asked_then_the_district(product: Product) -> None:
    code = an_emergency(product)
    shown = f"{code[:3]} {code[3:]}"
    product.text(KPELA, f"NON {code} pas de lit")

    (referral,) = product.referrals()
    assert referral.status == "sent"
    assert product.inbox(HOSPITAL)[-1].startswith(f"URGENCE {shown}")
    assert "HD Soukoumé" in product.inbox(MOTHER)[-1]
    assert "HD Soukoumé" in product.inbox(ADJOA)[-1]

    product.text(HOSPITAL, f"non {code}")
    (referral,) = product.referrals()
    assert referral.status == "declined"
    assert "tous les centres" in product.inbox(DISTRICT)[-1]
    assert "plus proche" in product.inbox(MOTHER)[-1]

    product.text(DISTRICT, f"oui {code}")
    assert product.referrals()[0].status == "accepted"


def test_why_a_centre_declined_is_kept_sealed(product: Product) -> None:
    code = an_emergency(product)
    product.text(KPELA, f"NON {code} pas de lit")

    with product.database.reading() as session:
        events = session.scalars(select(ReferralEvent).order_by(ReferralEvent.id)).all()
        notes = [e.note for e in events if e.note]
    assert notes == ["pas de lit"]


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("OUI", "Il manque le code"),
        ("OUI 1234567", "contient une faute"),
        ("OUI 123456", "contient une faute"),
        ("{code}", "OUI ou NON?"),
        ("OUI NON {code}", "dit OUI et NON"),
        ("OUI {unknown}", "n'existe pas chez nous"),
        ("le camion est en panne", "pas compris"),
        ("", "pas compris"),
        ("😀😀😀", "pas compris"),
        ("AIDE", "Pour répondre, envoyez OUI ou NON"),
    ],
)
def test_what_is_no_answer_gets_a_precise_word(product: Product, words: str, answer: str) -> None:
    code = an_emergency(product)
    product.text(KPELA, words.format(code=code, unknown=_another(code)))

    assert answer in product.inbox(KPELA)[-1]
    assert product.referrals()[0].status == "sent"
    assert last_body(product) == words.format(code=code, unknown=_another(code))


def _another(code: str) -> str:
    body = "100000" if code[:6] != "100000" else "100001"
    return body + str(check_digit(body))


def test_a_code_of_another_centre_is_told_apart(product: Product) -> None:
    code = an_emergency(product)
    product.text(AGNAVO, f"OUI {code}")

    assert "chez un autre centre" in product.inbox(AGNAVO)[-1]
    assert product.referrals()[0].status == "sent"


def test_a_stranger_with_a_code_learns_nothing_and_moves_nothing(product: Product) -> None:
    code = an_emergency(product)
    product.text(STRANGER, f"OUI {code}")

    assert "pas compris" in product.inbox(STRANGER)[-1]
    assert product.referrals()[0].status == "sent"
    assert needs_person(product)


def test_stop_and_resume_are_kept_and_confirmed(product: Product) -> None:
    product.text(MOTHER, "Arrêt !")
    assert "plus nos messages" in product.inbox(MOTHER)[-1]
    with product.database.reading() as session:
        assert not session.scalars(select(Phone)).one().messages_on

    product.text(MOTHER, "reprendre")
    with product.database.reading() as session:
        assert session.scalars(select(Phone)).one().messages_on


def test_stop_does_not_silence_ones_own_emergency(product: Product) -> None:
    product.text(MOTHER, "STOP")
    an_emergency(product)

    assert "MAINTENANT" in product.inbox(MOTHER)[-1]


def test_a_centres_stop_goes_to_a_person_and_silences_nothing(product: Product) -> None:
    product.text(KPELA, "STOP")

    assert needs_person(product)
    an_emergency(product)
    assert "URGENCE" in product.inbox(KPELA)[-1]


def test_two_machines_that_answer_each_other_stop_at_the_hourly_cap(product: Product) -> None:
    for number in range(30):
        product.text(STRANGER, f"bonjour {number}")

    assert len(product.inbox(STRANGER)) == 5
    with product.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(InboundMessage)) == 30


def test_a_number_that_writes_absurdly_often_is_kept_unanswered_and_shown_once(
    product: Product,
) -> None:
    for number in range(75):
        product.text(STRANGER, f"bonjour {number}")
        product.clock.move(seconds=20)

    with product.database.reading() as session:
        rows = session.scalars(select(InboundMessage).order_by(InboundMessage.id)).all()
        answers = session.scalars(select(Message)).all()
    assert len(rows) == 75
    assert [row.needs_person for row in rows] == [True] * 61 + [False] * 14
    assert len(answers) == 60  # held back above the fifth, and none written above the sixtieth

    product.clock.move(hours=25)
    product.text(STRANGER, "bonjour encore")
    assert "pas compris" in product.inbox(STRANGER)[-1]


def test_a_flood_from_a_centre_does_not_drown_its_answer(product: Product) -> None:
    code = an_emergency(product)
    for number in range(62):
        product.text(KPELA, f"bonjour {number}")
    product.text(KPELA, f"OUI {code}")

    assert product.referrals()[0].status == "accepted"


def test_an_emergency_that_nobody_answers_goes_to_the_district_once(product: Product) -> None:
    an_emergency(product)
    product.clock.move(minutes=14, seconds=59)
    assert _escalate(product) == 0
    product.clock.move(seconds=1)
    assert _escalate(product) == 1
    assert _escalate(product) == 0

    (text,) = product.inbox(DISTRICT)
    assert "Agbodji: CS Kpéla ne répond pas depuis 15 min." in text
    assert product.referrals()[0].escalated_at == product.clock()


def test_an_answered_emergency_does_not_climb(product: Product) -> None:
    code = an_emergency(product)
    product.text(KPELA, f"OUI {code}")
    product.clock.move(hours=2)

    assert _escalate(product) == 0


def test_a_centre_whose_phone_does_not_receive_is_not_waited_for(product: Product) -> None:
    code = an_emergency(product)
    with product.database.writing() as session:
        query = select(Message).where(Message.msisdn_index == KEYRING.blind(KPELA))
        message = session.scalars(query).one()
        message.state, message.final_ms = "failed", database_now_ms()
    with product.database.writing() as session:
        assert escalate_unreached(product.bench, session, product.clock()) == 1
    with product.database.writing() as session:
        assert escalate_unreached(product.bench, session, product.clock()) == 0

    assert product.inbox(DISTRICT) == [
        f"URGENCE {code[:3]} {code[3:]}, Agbodji: le téléphone de garde de CS Kpéla ne recoit pas."
        " Prévenez le centre vous-meme."
    ]


def test_after_a_no_the_clock_starts_anew_for_the_next_centre(product: Product) -> None:
    code = an_emergency(product)
    product.clock.move(minutes=10)
    product.text(KPELA, f"NON {code}")
    product.clock.move(minutes=10)
    assert _escalate(product) == 0
    product.clock.move(minutes=5)

    assert _escalate(product) == 1
    assert "HD Soukoum" in product.inbox(DISTRICT)[-1]


def test_a_silent_next_centre_is_taken_up_too(product: Product) -> None:
    code = an_emergency(product)
    product.clock.move(minutes=16)
    assert _escalate(product) == 1
    product.text(KPELA, f"NON {code}")
    product.clock.move(minutes=16)

    assert _escalate(product) == 1
    assert "HD Soukoum" in product.inbox(DISTRICT)[-1]
    assert "16 min" in product.inbox(DISTRICT)[-1]


def test_an_urgent_referral_has_a_clock_too_and_is_no_emergency(product: Product) -> None:
    product.dial(MOTHER, *EMERGENCY[:-1], "0", "0", "4").drop()
    product.clock.move(hours=3, minutes=59)
    assert _escalate(product) == 0
    product.clock.move(minutes=1)

    assert _escalate(product) == 1
    assert product.inbox(DISTRICT)[-1].startswith("Urgent ")
    with product.database.reading() as session:
        lanes = session.scalars(
            select(Message.lane).where(Message.msisdn_index == KEYRING.blind(DISTRICT))
        ).all()
    assert lanes == ["reminder"]


def test_one_damaged_number_keeps_no_other_emergency_from_climbing(product: Product) -> None:
    an_emergency(product)
    with product.database.writing() as session:
        district = session.scalars(select(District)).one()
        district.duty_msisdn_sealed = b"\x01\x04test" + bytes(40)
    product.clock.move(minutes=16)

    assert _escalate(product) == 1
    assert product.referrals()[0].escalated_at is not None
    product.dial(STRANGER, *EMERGENCY)
    assert len(product.referrals()) == 2


def _escalate(product: Product) -> int:
    with product.database.writing() as session:
        return escalate_unanswered(product.bench, session, product.clock())


def test_each_move_is_recorded_with_the_centre_that_it_concerns(product: Product) -> None:
    code = an_emergency(product)
    product.text(KPELA, f"NON {code}")

    with product.database.reading() as session:
        events = session.scalars(select(ReferralEvent).order_by(ReferralEvent.id)).all()
        moves = [(e.status_to, e.facility.name) for e in events if e.kind == "moved" and e.facility]
    assert moves == [("declined", "CS Kpéla"), ("sent", "HD Soukoumé")]
