"""Languages that are spoken where they are named, through the product: Arabic, Hausa and Portuguese."""

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import cache

import pytest
from sqlalchemy import select, update

from mhealth.domain.alphabet import Alphabet
from mhealth.domain.codes import show_code
from mhealth.domain.gsm7 import is_gsm7
from mhealth.services.content import Content, load_content
from mhealth.services.ussd_turn import TurnRoom
from mhealth.store.database import Database
from mhealth.store.directory import HealthWorker
from mhealth.store.messages import Message
from mhealth.store.ussd_sessions import PlainTurns
from tests.product import ADJOA, KPELA, LIBRARY, MOTHER, Product
from tests.web.doors import some_settings

NAMED = "fr,en,pt,ha,ar"
KEY = {"pt": "3", "ha": "4", "ar": "5"}
EMERGENCY = ("1", "1", "3", "1", "2", "3", "2", "1")  # Agbodji, a child of two, fits


@cache
def content() -> Content:
    return load_content(LIBRARY, some_settings(languages=NAMED))


@dataclass
class Abroad(Product):
    """The product where five languages are named."""

    def __post_init__(self) -> None:
        super().__post_init__()
        told = content()
        self.bench = replace(
            self.bench,
            languages=told.languages,
            phrases=told.phrases,
            protocols=told.protocols,
            templates=told.templates,
        )
        self.room = TurnRoom(
            bench=self.bench,
            database=self.database,
            turns=PlainTurns(self.database),
            book=told.book,
        )

    def letters(self, language: str) -> list[tuple[str, int]]:
        """Text and segments of each SMS in a language."""
        with self.database.reading() as session:
            query = select(Message).where(Message.language == language).order_by(Message.id)
            return [(str(m.body), m.segments) for m in session.scalars(query)]


@pytest.fixture
def product(sqlite_database: Database) -> Abroad:
    return Abroad(sqlite_database)


def is_arabic(text: str) -> bool:
    return any(unicodedata.bidirectional(char) == "AL" for char in text)


def test_the_first_call_asks_in_as_many_languages_as_the_screen_holds(product: Abroad) -> None:
    call = product.dial(MOTHER)
    assert call.screen.startswith("Choisissez votre langue\nChoose your language\n")
    assert call.screen.endswith(
        "\n1 Francais\n2 English\n3 Portugues\n4 Hausa\n5 Arabe (al-Arabiya)"
    )
    assert is_gsm7(call.screen)
    assert call.type("x").endswith("\n5 Arabe (al-Arabiya)")


def test_a_referral_is_made_followed_and_read_in_arabic(database: Database) -> None:
    product = Abroad(database)
    call = product.dial(MOTHER, KEY["ar"])
    assert call.screen == "صحة:\n1 إبلاغ عن مرض\n2 إحالتي\n3 بياناتي\n4 نصائح"
    call.type("1")
    assert not is_arabic(call.screen), "what is not translated is the fallback's as a whole"
    for key in EMERGENCY[1:]:
        call.type(key)

    shown = show_code(product.referrals()[-1].code)
    whole = shown.replace(" ", "\u00a0")
    assert product.inbox(MOTHER)[-1] == f"اذهب الآن: CS Kpéla. رمز {whole}. أرهم الرسالة"
    assert product.letters("ar") == [(product.inbox(MOTHER)[-1], 1)]

    product.text(KPELA, f"OUI {product.referrals()[-1].code}")
    assert product.inbox(MOTHER)[-1].startswith("ينتظرك CS Kpéla الآن. رمز")

    call = product.dial(MOTHER, "2")
    assert call.screen == f"إحالاتك\n1 {whole} مقبولة\n0 رجوع\n00 بدء"
    assert call.type("1").startswith(f"رمز {whole}. مركز CS Kpéla: مقبولة.")
    assert call.screen.endswith("\n1 التالي\n0 رجوع\n00 بدء")
    while "الموعد" not in call.screen:
        call.type("1")
    assert "الموعد الآن." in call.screen


@pytest.mark.parametrize(
    ("code", "menu", "sms", "listed"),
    [
        ("pt", "Saude. O que deseja?", "Va AGORA: CS Kpéla. Codigo {c}.", "As suas referencias"),
        ("ha", "Lafiya. Me kuke so?", "Tafi YANZU: CS Kpéla. Lamba {c}.", "Turawarku asibiti"),
    ],
)
def test_a_language_in_gsm7_is_folded_and_never_costs_a_second_segment(
    product: Abroad, code: str, menu: str, sms: str, listed: str
) -> None:
    call = product.dial(MOTHER, KEY[code])
    assert call.screen.startswith(menu)
    for key in EMERGENCY:
        call.type(key)
    shown = show_code(product.referrals()[-1].code)
    [(told, segments)] = product.letters(code)
    assert told.startswith(sms.format(c=shown))
    assert is_gsm7(told)
    assert segments == 1
    assert product.dial(MOTHER, "2").screen.startswith(listed)


def test_an_sms_that_arabic_lacks_is_french_with_french_words_in_it(product: Abroad) -> None:
    with product.database.writing() as session:
        session.execute(update(HealthWorker).values(language="ar"))
    product.dial(MOTHER, "1", *EMERGENCY)
    assert product.bench.templates.language_of("worker_emergency", "ar") == "fr"
    assert re.match(r"URGENCE \d{3} \d{4}: enfant, 2 ans, Agbodji\.", product.inbox(ADJOA)[-1])


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("نعم {code} غدا 14h", "Noté: OUI pour"),
        ("لا {code}", "Noté: NON pour"),
        ("نعم ولكن {code}", "Rien n'est noté"),
        ("não {code}", "Noté: NON pour"),
        ("na karɓa {code}", "Noté: OUI pour"),
    ],
)
def test_a_centre_answers_in_any_of_them(product: Abroad, said: str, answer: str) -> None:
    product.dial(MOTHER, "1", *EMERGENCY)
    arabic = product.referrals()[-1].code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    product.text(KPELA, said.format(code=arabic))
    assert product.inbox(KPELA)[-1].startswith(answer)


@pytest.mark.parametrize(
    ("word", "answer"), [("توقف", "لن تصلك رسائلنا"), ("مساعدة", "للإبلاغ عن مريض")]
)
def test_a_caller_is_answered_in_arabic(product: Abroad, word: str, answer: str) -> None:
    product.dial(MOTHER, KEY["ar"])
    product.text(MOTHER, word)
    [(told, segments)] = product.letters("ar")
    assert told.startswith(answer)
    assert segments == 1


def test_the_help_in_arabic_shows_the_code_to_dial_in_its_order(product: Abroad) -> None:
    product.dial(MOTHER, KEY["ar"])
    product.text(MOTHER, "مساعدة")
    assert re.search("[^\u200e]\u200e\\*384\\*55#", product.inbox(MOTHER)[-1])


def test_a_notice_to_a_stranger_is_in_one_alphabet_and_within_a_screen() -> None:
    said = content().phrases.say_in_all("notice.session_over", service_code="*384*55123#")
    assert is_gsm7(said)
    assert Alphabet.GSM7.size(said) <= 160
    assert said.startswith("Cet appel est terminé.")
    assert said.count("\n") >= 2
