"""What a real call and a real answer leave on the desk, without a row made by hand."""

import ast
from pathlib import Path

import pytest
from sqlalchemy import select

import mhealth
from mhealth.care.escalation import escalate_unanswered
from mhealth.domain.codes import show_code
from mhealth.services.senders import SenderKind
from mhealth.store.database import Database
from mhealth.store.staff import StaffUser
from mhealth.web.here import STAFF_CLOCK
from mhealth.web.words import EVENTS, SENDERS
from tests.product import KPELA, MOTHER, STRANGER, Product
from tests.web.conftest import Browser, Hands, app_of, make_settings
from tests.web.reading import visible

EMERGENCY = ("1", "1", "1", "3", "1", "2", "3", "2", "1")  # Agbodji, a child of two, convulsions
LIST = "/desk/referrals"


@pytest.fixture
def product(sqlite_database: Database) -> Product:
    return Product(sqlite_database)


@pytest.fixture
def browser(product: Product) -> Browser:
    app = app_of(product.database, make_settings(), product.bench, product.room)
    app.extensions[STAFF_CLOCK] = Hands()
    with product.database.reading() as session:
        name = session.scalars(select(StaffUser.username)).one()
    browser = Browser(app.test_client())
    assert browser.sign_in(name, "a long password").status_code == 302
    return browser


def test_a_call_and_its_answer_are_told_on_one_page(product: Product, browser: Browser) -> None:
    product.dial(MOTHER, *EMERGENCY)
    (referral,) = product.referrals()
    product.clock.move(minutes=4)
    product.text(KPELA, f"oui {referral.code} demain 14h")

    said = visible(browser.get(f"{LIST}/{referral.uid}").text)

    for part in (
        f"Référence {show_code(referral.code)}", "URGENCE", "Acceptée", "Enfant, 2 ans", "Agbodji",
        "CS Kpéla", "maintenant confirmé par le centre", "Début de l’appel",
        "Oui : Convulsions", "Protocole : Enfant de 2 à 59 mois", "2011",
        "SMS à l’agent de santé en attente d’envoi", "SMS au centre de santé",
        "SMS à la personne qui a appelé", f"SMS reçu Centre de santé oui {referral.code} demain 14h",
        "Acceptée par le centre de santé · CS Kpéla", "SMS à l’expéditeur",
    ):  # fmt: skip
        assert part in said, part
    assert MOTHER.e164 not in said


def test_an_emergency_that_climbed_stands_red_until_the_centre_says_yes(
    product: Product, browser: Browser
) -> None:
    product.dial(MOTHER, *EMERGENCY)
    (referral,) = product.referrals()
    assert "sans réponse à temps" not in visible(browser.get(LIST).text)

    product.clock.move(minutes=16)
    with product.database.writing() as session:
        escalate_unanswered(product.bench, session, product.clock())
    red = visible(browser.get(LIST).text)
    page = visible(browser.get(f"{LIST}/{referral.uid}").text)
    product.text(KPELA, f"OUI {referral.code}")

    assert "1 urgence sans réponse à temps" in red
    assert "attend depuis 16 min" in red
    assert "Passée au district : sans réponse à temps automatiquement · CS Kpéla" in page
    assert "garde du district alertée par SMS" in page
    assert "sans réponse à temps" not in visible(browser.get(LIST).text)


def test_words_that_nobody_understands_come_to_the_inbox(
    product: Product, browser: Browser
) -> None:
    product.text(STRANGER, "<b>ma fille va mal</b> svp")

    page = browser.get("/desk/inbox").text

    assert "&lt;b&gt;ma fille va mal&lt;/b&gt; svp" in page
    assert "Boîte de réception 1 à lire" in visible(page)


def test_every_event_and_sender_that_the_platform_writes_has_its_words() -> None:
    written = set()
    for path in Path(mhealth.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "note_event":
                kind = node.args[2]
                assert isinstance(kind, ast.Constant)
                written.add(kind.value)

    assert len(written) >= 4
    assert written <= set(EVENTS)
    assert {kind.value for kind in SenderKind} <= set(SENDERS)
