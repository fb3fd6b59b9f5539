"""Each table of triage dialled from the first screen to the last: every class, and missing answers."""

import pytest
from sqlalchemy import select

from mhealth.domain.msisdn import Msisdn
from mhealth.store.database import Database
from mhealth.store.reports import Report
from tests.product import ADJOA, KPELA, MOTHER, Call, Product, book

AGBODJI = ("1", "1", "1", "3", "1")  # French, report, agreed, area and village
ME_OF_40 = ("1", "40", "3")
ME_OF_70 = ("1", "70")
CHILD_OF_8 = ("2", "4", "8")
CHILD_OF_2 = ("2", "3", "2")
CHILD_OF_10_DAYS = ("2", "1", "10")
PREGNANT = ("3", "1", "25")
DELIVERED = ("3", "2", "25")

PATHS = [
    # who, the table, the answers to its pages (0 for the rest), class, rules that decided
    (ME_OF_40, "adult", ["7"], "emergency", ["D6"]),  # a snake
    (ME_OF_40, "adult", ["0", "3"], "emergency", ["T1"]),  # poison
    (ME_OF_40, "adult", ["0", "5", "1"], "emergency", ["T3"]),  # headache, then fever
    (ME_OF_40, "adult", ["0", "0", "14"], "emergency", ["D2"]),  # fever, dark urine
    (ME_OF_40, "adult", ["0", "0", "1"], "urgent", ["D1"]),  # fever
    (ME_OF_70, "adult", ["0", "0", "0", "6"], "urgent", ["D6b"]),  # an animal
    (ME_OF_70, "adult", ["0", "0", "0", "0", "45"], "urgent", ["D3b"]),  # blood coughed up, cough
    (ME_OF_70, "adult", ["0", "0", "0", "0", "5"], "routine", ["D3"]),  # cough
    (ME_OF_70, "adult", ["0", "0", "0", "0", "6"], "routine", ["D3"]),  # thinner, or sweats
    (ME_OF_70, "adult", [], "routine", []),
    (CHILD_OF_8, "older_child", ["3"], "emergency", ["T0"]),
    (CHILD_OF_8, "older_child", ["2"], "emergency", ["T1"]),
    (CHILD_OF_8, "older_child", ["0", "24"], "emergency", ["T3"]),  # fever, headache
    (CHILD_OF_8, "older_child", ["0", "2", "2"], "emergency", ["D2"]),  # fever, vomits all
    (CHILD_OF_8, "older_child", ["0", "0", "345"], "emergency", ["D5"]),
    (CHILD_OF_8, "older_child", ["0", "2"], "urgent", ["D1"]),
    (CHILD_OF_8, "older_child", ["0", "0", "0", "4"], "urgent", ["D6b"]),
    (CHILD_OF_8, "older_child", ["0", "0", "0", "0", "5"], "routine", ["D3"]),
    (CHILD_OF_8, "older_child", [], "routine", []),
    (CHILD_OF_2, "child", ["6"], "emergency", ["D6"]),
    (CHILD_OF_2, "child", ["0", "0", "0", "0", "6"], "urgent", ["D6b"]),
    (CHILD_OF_2, "child", ["0", "0", "0", "7"], "routine", ["D4"]),  # tuberculosis at home
    (CHILD_OF_2, "child", ["0", "0", "0", "0", "1"], "home", ["I3"]),
    (CHILD_OF_2, "child", [], "home", []),
    (CHILD_OF_10_DAYS, "infant", ["0", "0", "0", "1"], "emergency", ["D6"]),
    (PREGNANT, "pregnancy", ["0", "0", "1"], "emergency", ["D6"]),
    (DELIVERED, "postpartum", ["0", "0", "2"], "emergency", ["D6"]),
]


@pytest.fixture
def product(database: Database) -> Product:
    return Product(database)


@pytest.fixture
def sqlite_product(sqlite_database: Database) -> Product:
    return Product(sqlite_database)


def answer_signs(call: Call, answers: list[str]) -> None:
    """One answer a page, none on the pages after them, until the signs are over."""
    left = [*answers, *["0"] * 9]
    while call.screen.startswith("Signes") and left:
        call.type(left.pop(0))


def last_report(product: Product) -> Report:
    with product.database.reading() as session:
        return session.scalars(select(Report).order_by(Report.id.desc())).first()  # type: ignore[return-value]


def deciding(product: Product, report: Report) -> list[str]:
    classes = {r.id: r.triage_class.value for r in product.bench.protocols[report.protocol].rules}
    return [rule for rule in report.rules if classes[rule] == report.triage_class]


@pytest.mark.parametrize("table", sorted({path[1] for path in PATHS}))
def test_a_report_ends_in_the_class_of_its_source(product: Product, table: str) -> None:
    for number, (who, _, answers, triage_class, rules) in enumerate(
        path for path in PATHS if path[1] == table
    ):
        before = len(product.referrals()), len(product.inbox(KPELA))
        call = product.dial(Msisdn(f"+22901970001{number:02d}"), *AGBODJI, *who)
        answer_signs(call, answers)

        report = last_report(product)
        path = f"{table} {answers}: {call.screen}"
        assert (report.protocol, report.triage_class) == (table, triage_class), path
        assert deciding(product, report) == rules, path
        assert len(product.referrals()) == before[0] + (triage_class != "home"), path
        if triage_class == "emergency":
            assert call.screen.startswith("URGENCE. Partez maintenant: CS Kpéla."), path
            assert "Répondez OUI" in product.inbox(KPELA)[before[1]]
        elif triage_class != "home":
            assert call.screen.startswith("Consultation: CS Kpéla"), path
        while not call.reply.ends:
            call.type("1")
        assert "Aide: +229" in call.screen
        assert last_report(product).is_complete


@pytest.mark.parametrize(
    ("who", "table", "answers"),
    [
        (ME_OF_70, "adult", ["0", "0", "0", "5"]),  # paralysed, and the last page is not answered
        (CHILD_OF_8, "older_child", ["0", "2"]),
        (
            CHILD_OF_2,
            "child",
            ["0", "0", "0", "7"],
        ),  # routine alone, urgent when the rest is missing
    ],
)
def test_what_was_not_answered_makes_a_dropped_report_urgent(
    product: Product, who: tuple[str, ...], table: str, answers: list[str]
) -> None:
    call = product.dial(MOTHER, *AGBODJI, *who, *answers)
    assert call.screen.startswith("Signes")
    call.drop()

    report = last_report(product)
    assert (report.protocol, report.triage_class) == (table, "urgent")
    assert report.missing
    assert not report.is_complete
    assert len(product.referrals()) == 1


def test_a_dropped_call_after_a_danger_sign_is_an_emergency_already(product: Product) -> None:
    product.dial(MOTHER, *AGBODJI, *CHILD_OF_8, "7").drop()

    (referral,) = product.referrals()
    assert (referral.triage_class, referral.is_incomplete) == ("emergency", True)
    assert [text for text in product.inbox(ADJOA) if "Rappelez" in text]


@pytest.mark.parametrize(
    ("who", "told"),
    [
        (("2", "1", "99"), "nouveau-né, < 2 mois"),
        (("2", "3", "99"), "enfant, 2-59 mois"),
        (("2", "4", "99", "3"), "enfant, 5-11 ans"),
        (("4", "5", "99", "3"), "personne, 12 ans et +"),
        (("1", "99", "3"), "personne, age inconnu"),
        (("3", "1", "99"), "femme, age inconnu"),
    ],
)
def test_the_centre_reads_the_bracket_of_an_age_that_is_not_known(
    sqlite_product: Product, who: tuple[str, ...], told: str
) -> None:
    sqlite_product.dial(MOTHER, *AGBODJI, *who, "1")

    assert told in sqlite_product.inbox(KPELA)[0]


KNOWN = ("1",)  # who agreed and whose village is known


@pytest.mark.parametrize(
    ("start", "who", "most"),
    [
        (KNOWN, CHILD_OF_2, 11),
        (KNOWN, CHILD_OF_10_DAYS, 10),
        (KNOWN, CHILD_OF_8, 11),
        (KNOWN, ME_OF_40, 11),
        (KNOWN, PREGNANT, 10),
        (KNOWN, DELIVERED, 10),
        (KNOWN, ("4", "5", "40", "3"), 12),  # somebody else who may be pregnant
        (AGBODJI, CHILD_OF_2, 15),  # the first call of all
        (AGBODJI, ("4", "5", "40", "3"), 16),
    ],
)
def test_a_report_without_danger_takes_few_screens(
    sqlite_product: Product, start: tuple[str, ...], who: tuple[str, ...], most: int
) -> None:
    """The carrier ends a call after 180 seconds: 16 screens leave eleven seconds for each."""
    product = sqlite_product
    if start is KNOWN:
        product.dial(MOTHER, *AGBODJI, *CHILD_OF_2).drop()
    call = product.dial(MOTHER, *start, *who)
    screens = 1 + len(start) + len(who)
    while not call.reply.ends:
        call.type("0" if call.screen.startswith("Signes") else "1")
        screens += 1
    assert screens <= most


def test_in_english_no_table_takes_more_pages_than_in_french() -> None:
    pages = book().plan_of("main").nodes["report.signs"].pages  # type: ignore[attr-defined]
    counts = {name: {code: len(pages[name][code]) for code in ("fr", "en")} for name in pages}
    assert counts == {
        "infant": {"fr": 4, "en": 4},
        "child": {"fr": 5, "en": 5},
        "older_child": {"fr": 5, "en": 5},
        "adult": {"fr": 5, "en": 5},
        "pregnancy": {"fr": 4, "en": 4},
        "postpartum": {"fr": 4, "en": 4},
    }
