"""What a centre's answer books and what its sender hears: nothing but what is so; an emergency comes now."""

import pytest
from sqlalchemy import select

from mhealth.domain.codes import show_code
from mhealth.store.database import Database
from mhealth.store.directory import District, VillagePost
from mhealth.store.messages import InboundMessage
from mhealth.store.referrals import Appointment, ReferralEvent, appointment_of
from tests.product import ADJOA, AGNAVO, DISTRICT, HOSPITAL, KPELA, MOTHER, STRANGER, Product

AGBODJI = ("1", "1", "1", "3", "1")
EMERGENCY = (*AGBODJI, "2", "3", "2", "1")  # a child of two, convulsions
URGENT = (*AGBODJI, "2", "3", "2", "0", "0", "0", "0", "6")  # a child of two, something else
ROUTINE = (*AGBODJI, "1", "30", "2", "0")  # a woman of thirty, none of the signs: typed on below


@pytest.fixture
def product(database: Database) -> Product:
    """It is Wednesday 4 March 2026, 13:00 at the centre, whose clinic days are Tuesday and Thursday."""
    return Product(database)


def a_case(product: Product, *answers: str) -> str:
    """Report from Agbodji; the code."""
    call = product.dial(MOTHER, *answers)
    for _ in range(8):
        if call.screen.startswith("Signes"):
            call.type("0")
    return product.referrals()[-1].code


def status(product: Product) -> str:
    return product.referrals()[-1].status


def booked(product: Product) -> Appointment:
    with product.database.reading() as session:
        appointment = appointment_of(session, product.referrals()[-1].id)
        assert appointment is not None
        return appointment


def last_sms(product: Product) -> InboundMessage:
    with product.database.reading() as session:
        query = select(InboundMessage).order_by(InboundMessage.id.desc())
        return session.scalars(query).first()  # type: ignore[return-value]


def last_event(product: Product) -> str:
    with product.database.reading() as session:
        query = select(ReferralEvent.kind).order_by(ReferralEvent.id.desc())
        return str(session.scalars(query).first())


def remarks(product: Product) -> list[tuple[str, str]]:
    with product.database.reading() as session:
        events = session.scalars(select(ReferralEvent).order_by(ReferralEvent.id))
        return [(event.kind, str(event.note)) for event in events if event.note]


@pytest.mark.parametrize(
    "words",
    [
        "cannot accept {c}", "we do not accept {c}", "unable to accept {c}", "not ok {c}",
        "accept {c} not possible today", "on accepte pas {c}", "OK {c} mais pas de lit",
        "d'accord pour {c} mais impossible", "le patient {c} refuse de venir", "pas de lit {c}",
    ],
)  # fmt: skip
def test_a_doubtful_answer_moves_nothing_and_a_person_reads_it(
    product: Product, words: str
) -> None:
    code = a_case(product, *EMERGENCY)
    heard = len(product.inbox(MOTHER))
    product.text(KPELA, words.format(c=code))

    assert status(product) == "sent"
    assert "n'est pas clair" in product.inbox(KPELA)[-1]
    assert f"OUI {show_code(code)} ou NON {show_code(code)}" in product.inbox(KPELA)[-1]
    assert len(product.inbox(MOTHER)) == heard
    row = last_sms(product)
    assert row.needs_person
    assert row.referral_id == product.referrals()[0].id


@pytest.mark.parametrize(
    "words", ["Recu patient no {c}", "dossier n {c} arrive", "no. {c} received"]
)
def test_a_number_sign_is_no_refusal(product: Product, words: str) -> None:
    code = a_case(product, *EMERGENCY)
    product.text(KPELA, words.format(c=code))

    assert status(product) == "sent"
    assert product.inbox(HOSPITAL) == []
    assert "OUI ou NON?" in product.inbox(KPELA)[-1]


def test_a_question_about_another_centres_patient_is_not_kept_beside_it(product: Product) -> None:
    code = a_case(product, *EMERGENCY)
    product.text(AGNAVO, f"pas de lit {code}")

    assert last_sms(product).referral_id is None
    assert status(product) == "sent"


@pytest.mark.parametrize("when", ["demain 14h", "14h", "vers 14", "lundi", "hier"])
def test_an_emergency_comes_now_whatever_hour_the_centre_writes(
    product: Product, when: str
) -> None:
    code = a_case(product, *EMERGENCY)
    product.text(KPELA, f"OUI {code} {when}")

    assert status(product) == "accepted"
    assert "vous attend maintenant" in product.inbox(MOTHER)[-1]
    assert "attend maintenant le patient" in product.inbox(ADJOA)[-1]
    assert "le patient vient maintenant, pas plus tard" in product.inbox(KPELA)[-1]
    assert (booked(product).kind, booked(product).status) == ("now", "booked")
    assert remarks(product) == [("moved", when)]


def test_a_later_hour_for_an_emergency_that_is_accepted_stays_a_remark(product: Product) -> None:
    code = a_case(product, *EMERGENCY)
    product.text(KPELA, f"OUI {code}")
    heard = len(product.inbox(MOTHER))
    product.text(KPELA, f"OUI {code} demain 14h venir à jeun")

    assert "le patient vient maintenant" in product.inbox(KPELA)[-1]
    assert len(product.inbox(MOTHER)) == heard
    assert remarks(product) == [("noted", "demain 14h venir à jeun")]
    product.text(KPELA, f"NON {code}")
    assert status(product) == "sent"


@pytest.mark.parametrize("words", ["OUI {c}", "OUI {c} maintenant", "OUI {c} aujourd'hui"])
def test_a_yes_to_an_emergency_without_another_hour_is_simply_noted(
    product: Product, words: str
) -> None:
    code = a_case(product, *EMERGENCY)
    product.text(KPELA, words.format(c=code))

    assert (
        product.inbox(KPELA)[-1] == f"Noté: OUI pour {show_code(code)}, attendu maintenant. Merci."
    )


def test_a_centre_gives_a_day_and_an_hour_and_another(product: Product) -> None:
    code = a_case(product, *URGENT)
    product.text(KPELA, f"oui {show_code(code)} demain 14h30")
    assert "vous attend demain à 14h30" in product.inbox(MOTHER)[-1]
    assert "attendu demain à 14h30" in product.inbox(KPELA)[-1]

    product.text(KPELA, f"Oui, {code}. aujourd'hui 15h")
    assert "vous attend aujourd'hui à 15h00" in product.inbox(MOTHER)[-1]
    assert last_event(product) == "rescheduled"


def test_an_hour_that_is_over_is_noted_as_yes_and_asked_again(product: Product) -> None:
    code = a_case(product, *URGENT)
    product.text(KPELA, f"OUI {code} 8h")

    assert status(product) == "accepted"
    assert "déjà passé" in product.inbox(KPELA)[-1]
    assert "vous attend aujourd'hui." in product.inbox(MOTHER)[-1]


def test_an_hour_alone_is_one_of_the_day_on_which_the_patient_is_expected(
    product: Product,
) -> None:
    code = a_case(product, *ROUTINE)
    product.text(KPELA, f"OUI {code} 14h")
    assert "vous attend demain à 14h00" in product.inbox(MOTHER)[-1]

    product.text(KPELA, f"OUI {code} vendredi")
    product.text(KPELA, f"OUI {code} 9h")
    assert "vous attend vendredi 06/03 à 9h00" in product.inbox(MOTHER)[-1]


def test_an_hour_alone_for_an_urgent_patient_is_one_of_today(product: Product) -> None:
    code = a_case(product, *URGENT)
    product.text(KPELA, f"OUI {code} 15h")

    assert "vous attend aujourd'hui à 15h00" in product.inbox(MOTHER)[-1]


def test_a_day_that_is_over_when_the_yes_comes_is_proposed_anew(product: Product) -> None:
    code = a_case(product, *ROUTINE)
    product.clock.move(days=3)  # Saturday
    product.text(KPELA, f"OUI {code}")

    assert "vous attend mardi 10/03" in product.inbox(MOTHER)[-1]
    assert booked(product).status == "booked"


def test_an_hour_alone_after_that_day_is_one_of_the_next_clinic_day(product: Product) -> None:
    code = a_case(product, *ROUTINE)
    product.clock.move(days=3)
    product.text(KPELA, f"OUI {code} 10h")

    assert "vous attend mardi 10/03 à 10h00" in product.inbox(MOTHER)[-1]


@pytest.mark.parametrize(("answers", "said"), [(URGENT, "aujourd'hui"), (EMERGENCY, "maintenant")])
def test_a_yes_on_a_later_day_means_that_day(
    product: Product, answers: tuple[str, ...], said: str
) -> None:
    code = a_case(product, *answers)
    product.clock.move(days=1)
    product.text(KPELA, f"OUI {code}")

    assert f"vous attend {said}." in product.inbox(MOTHER)[-1]
    assert booked(product).starts_at == product.clock()


def test_now_and_today_are_said_as_a_date_once_the_day_has_changed(product: Product) -> None:
    a_case(product, *EMERGENCY)
    product.dial(STRANGER, *URGENT)
    product.clock.move(days=1)

    for msisdn in (MOTHER, STRANGER):
        assert "Rendez-vous mercredi 04/03." in product.dial(msisdn, "2", "1").screen


@pytest.mark.parametrize(
    ("again", "word"),
    [("vers 14", "n'est pas clair"), ("demain 14", "n'est pas clair"), ("8h", "déjà passé"),
     ("hier", "déjà passé")],
)  # fmt: skip
def test_a_second_yes_with_a_time_that_is_no_time_is_asked_again(
    product: Product, again: str, word: str
) -> None:
    code = a_case(product, *URGENT)
    product.text(KPELA, f"OUI {code}")
    heard = len(product.inbox(MOTHER))
    product.text(KPELA, f"OUI {code} {again}")

    assert word in product.inbox(KPELA)[-1]
    assert len(product.inbox(MOTHER)) == heard
    assert booked(product).kind == "today"


def test_the_same_hour_twice_is_told_once(product: Product) -> None:
    code = a_case(product, *ROUTINE)
    product.text(KPELA, f"OUI {code} demain 14h")
    heard = len(product.inbox(MOTHER))
    product.text(KPELA, f"Oui {code} 14h demain")

    assert "déjà notée" in product.inbox(KPELA)[-1]
    assert len(product.inbox(MOTHER)) == heard


def test_a_no_says_what_comes_of_it(product: Product) -> None:
    code = a_case(product, *EMERGENCY)
    product.text(KPELA, f"NON {code} pas de lit")
    assert "Un autre centre est demandé" in product.inbox(KPELA)[-1]

    product.text(HOSPITAL, f"NON {code}")
    assert (
        "Aucun autre centre ne reste à demander: le district est prévenu"
        in (product.inbox(HOSPITAL)[-1])
    )
    assert len(product.inbox(DISTRICT)) == 1


def test_a_last_no_without_a_duty_phone_of_the_district_names_the_desk(product: Product) -> None:
    with product.database.writing() as session:
        for district in session.scalars(select(District)):
            district.duty_msisdn, district.duty_index = None, None
    code = a_case(product, *EMERGENCY)
    product.text(KPELA, f"NON {code}")
    product.text(HOSPITAL, f"NON {code}")

    assert "le bureau du district le voit" in product.inbox(HOSPITAL)[-1]
    assert "prévenu" not in product.inbox(HOSPITAL)[-1]


def test_a_yes_claims_nobody_told_when_nobody_could_be(product: Product) -> None:
    with product.database.writing() as session:
        for post in session.scalars(select(VillagePost)):
            session.delete(post)
    code = a_case(product, "1", "1", "2", "1", *EMERGENCY[3:])  # no consent
    product.text(KPELA, f"OUI {code}")

    assert product.inbox(MOTHER) == product.inbox(ADJOA) == []
    assert "prévenu" not in product.inbox(KPELA)[-1]
    assert product.inbox(KPELA)[-1].startswith("Noté: OUI")


@pytest.mark.parametrize("when", ["lundi", "vendredi 9h", "après-demain", "12/03"])
def test_an_urgent_patient_is_not_put_off_past_the_day_after_the_report(
    product: Product, when: str
) -> None:
    code = a_case(product, *URGENT)
    product.text(KPELA, f"OUI {code} {when}")

    assert status(product) == "accepted"
    assert "attend aujourd'hui" in product.inbox(MOTHER)[-1]
    assert "attend aujourd'hui" in product.inbox(ADJOA)[-1]
    said = product.inbox(KPELA)[-1]
    assert "C'est urgent: le patient vient aujourd'hui, pas plus tard" in said
    assert f"NON {show_code(code)}" in said
    assert (booked(product).kind, booked(product).status) == ("today", "booked")
    assert remarks(product) == [("moved", when)]


def test_an_urgent_patient_who_is_booked_keeps_that_day(product: Product) -> None:
    code = a_case(product, *URGENT)
    product.text(KPELA, f"OUI {code} demain 14h")
    heard = len(product.inbox(MOTHER))
    product.text(KPELA, f"OUI {code} lundi")

    assert "vient demain à 14h00, pas plus tard" in product.inbox(KPELA)[-1]
    assert len(product.inbox(MOTHER)) == heard
    assert remarks(product) == [("noted", "lundi")]


def test_an_urgent_patient_is_not_put_off_from_day_to_day(product: Product) -> None:
    code = a_case(product, *URGENT)
    product.text(KPELA, f"OUI {code} demain")
    product.clock.move(days=1)
    product.text(KPELA, f"OUI {code} demain")
    assert "vient aujourd'hui, pas plus tard" in product.inbox(KPELA)[-1]

    product.clock.move(days=1)
    product.text(KPELA, f"OUI {code} demain")
    assert "vient aujourd'hui, pas plus tard" in product.inbox(KPELA)[-1]
    assert "attend aujourd'hui" in product.inbox(MOTHER)[-1]
    assert booked(product).starts_at == product.clock()


def test_a_patient_of_the_next_clinic_day_may_be_given_a_later_one(product: Product) -> None:
    code = a_case(product, *ROUTINE)
    product.text(KPELA, f"OUI {code} lundi 9h")

    assert "lundi 09/03 à 9h00" in product.inbox(MOTHER)[-1]


def test_a_part_of_a_day_stays_a_remark_beside_its_day(product: Product) -> None:
    code = a_case(product, *ROUTINE)
    product.text(KPELA, f"OUI {code} lundi matin")
    assert "attendu lundi 09/03. Merci" in product.inbox(KPELA)[-1]
    assert booked(product).kind == "day"

    product.text(KPELA, f"OUI {code} mardi après-midi")
    assert "attendu mardi 10/03. Merci" in product.inbox(KPELA)[-1]
    assert remarks(product) == [("moved", "matin"), ("noted", "après-midi")]
