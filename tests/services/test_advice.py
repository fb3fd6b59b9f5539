"""Advice on the real turn: nothing of it is kept, and its last screen leads into a report."""

from sqlalchemy import func, select

from mhealth.store.database import Database
from mhealth.store.people import Consent
from mhealth.store.reports import Report
from tests.product import ADJOA, KPELA, MOTHER, Product


def count(product: Product, model: type[Report] | type[Consent]) -> int:
    with product.database.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_who_refused_consent_reads_advice_and_nothing_is_kept(database: Database) -> None:
    product = Product(database)
    product.dial(MOTHER, "1", "1", "2").drop()  # French, report, no
    consents = count(product, Consent)

    call = product.dial(MOTHER, "4", "2", "1", "1")
    assert call.screen.startswith("Partez tout de suite: selles avec sang")
    call.drop()

    assert (count(product, Report), count(product, Consent)) == (0, consents)
    assert product.inbox(KPELA) == []


def test_the_last_screen_of_an_advice_reports_an_emergency(database: Database) -> None:
    product = Product(database)
    call = product.dial(MOTHER, "1", "4", "7", "2", "1", "1")  # French, advice, snake bite, report
    assert "Vos réponses vont" in call.screen
    for answer in ("1", "3", "1", "2", "4", "7", "7"):  # agreed, Agbodji, my child of 7, a snake
        call.type(answer)

    assert call.screen.startswith("URGENCE. Partez maintenant: CS Kpéla.")
    assert len(product.referrals()) == 1
    assert "enfant, 7 ans" in product.inbox(KPELA)[0]


def test_a_health_worker_reads_advice_and_reports_the_patient(database: Database) -> None:
    product = Product(database)
    call = product.dial(ADJOA, "4", "8", "7", "1")
    assert call.screen.startswith("Tousse du sang")
    assert "Le patient accepte-t-il" in call.type("1")
