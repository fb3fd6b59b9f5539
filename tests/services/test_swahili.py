"""The third language from the first key to the last SMS; a centre's `saa 3` is asked again, never booked."""

import pytest
from sqlalchemy import update

from mhealth.domain.codes import show_code
from mhealth.store.database import Database
from mhealth.store.directory import District, Facility, HealthWorker
from mhealth.store.referrals import Appointment, appointment_of
from tests.product import ADJOA, KPELA, MOTHER, Product

SWAHILI = "3"
AGBODJI = (SWAHILI, "1", "1", "3", "1")
EMERGENCY = (*AGBODJI, "2", "3", "2", "1")  # a child of two, fits
ROUTINE = (*AGBODJI, "1", "30", "3")  # a woman of thirty, not pregnant, none of the signs


@pytest.fixture
def product(database: Database) -> Product:
    """A district that speaks Swahili. It is Wednesday 4 March 2026, 13:00 there."""
    product = Product(database)
    with database.writing() as session:
        for table in (District, Facility, HealthWorker):
            session.execute(update(table).values(language="sw"))
    return product


def a_visit(product: Product) -> str:
    call = product.dial(MOTHER, *ROUTINE)
    while call.screen.startswith("Dalili"):
        call.type("0")
    return product.referrals()[-1].code


def booked(product: Product) -> Appointment | None:
    with product.database.reading() as session:
        return appointment_of(session, product.referrals()[-1].id)


def test_a_caller_is_led_in_swahili_and_everybody_reads_it(product: Product) -> None:
    call = product.dial(MOTHER)
    assert call.screen.endswith("Chagua lugha yako\n1 Francais\n2 English\n3 Kiswahili")
    for key in EMERGENCY[:-1]:
        call.type(key)
    assert call.screen.startswith("Dalili (13=1+3)\n1 Degedege\n")
    call.type("1")

    shown = show_code(product.referrals()[-1].code)
    assert call.screen.startswith(f"DHARURA. Nenda sasa: CS Kpéla. Namba {shown}.")
    assert call.type("1").startswith("Nenda kituo cha afya sasa.")
    assert product.inbox(MOTHER)[-1].startswith(f"Nenda SASA: CS Kpéla. Namba {shown}.")
    assert product.inbox(ADJOA)[-1].startswith(f"DHARURA {shown}: mtoto, miaka 2, Agbodji.")
    assert product.inbox(KPELA)[-1].endswith(f"Jibu NDIYO {shown} au HAPANA {shown}.")


def test_a_centres_yes_in_swahili_is_told_in_swahili(product: Product) -> None:
    product.dial(MOTHER, *EMERGENCY)
    code = product.referrals()[-1].code
    product.text(KPELA, f"Habari daktari, ndiyo {code} asante")

    shown = show_code(code)
    assert product.referrals()[-1].status == "accepted"
    assert product.inbox(MOTHER)[-1].startswith(f"CS Kpéla wanakusubiri sasa hivi. Namba {shown}.")
    assert product.inbox(KPELA)[-1].startswith(f"Imepokelewa: NDIYO kwa {shown}")


@pytest.mark.parametrize("hour", ["saa 3", "saa tatu asubuhi", "saa 9:00", "9:00"])
def test_an_hour_of_two_clocks_is_asked_again_and_not_booked(product: Product, hour: str) -> None:
    code = a_visit(product)
    before = booked(product)
    product.text(KPELA, f"NDIYO {code} kesho {hour}")

    after = booked(product)
    assert before is not None
    assert after is not None
    assert (after.starts_at, after.kind) == (before.starts_at, before.kind)
    assert "siku au saa haieleweki" in product.inbox(KPELA)[-1]
    assert "kesho 14h" in product.inbox(KPELA)[-1]
    assert product.referrals()[-1].status == "accepted"


def test_the_hour_of_a_phone_is_booked_and_shown_as_a_phone_shows_it(product: Product) -> None:
    code = a_visit(product)
    product.text(KPELA, f"NDIYO {code} kesho 9h")

    shown = show_code(code)
    assert (
        product.inbox(KPELA)[-1] == f"Imepokelewa: NDIYO kwa {shown}, atafika kesho, 09:00. Asante."
    )
    assert f"wanakusubiri kesho, 09:00. Namba {shown}" in product.inbox(MOTHER)[-1]


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("ACHA", "Hutapokea tena ujumbe wetu"),
        ("Sitisha", "Hutapokea tena ujumbe wetu"),
        ("ANZA", "Utapokea tena ujumbe wetu"),
        ("msaada", "Kutoa taarifa ya mgonjwa"),
        ("mtoto ana homa", "haukueleweka"),
    ],
)
def test_the_words_of_a_caller_do_what_they_say(product: Product, words: str, answer: str) -> None:
    product.dial(MOTHER, SWAHILI)
    product.text(MOTHER, words)

    assert answer in product.inbox(MOTHER)[-1]
