"""Each table of triage dialled from the first screen to the last: every class, and missing answers.

What the screens ask and what the rules say of it needs no database; what is written and told of it does.
"""

from collections.abc import Sequence

import pytest
from sqlalchemy import select

from mhealth.domain.msisdn import Msisdn
from mhealth.domain.triage import Subject
from mhealth.store.database import Database
from mhealth.store.reports import Report
from mhealth.triage.choose import choose_protocol
from mhealth.triage.dialogue import advice_text
from mhealth.triage.evaluate import Assessment, assess
from tests.product import ADJOA, KPELA, MOTHER, Call, Product, book, protocols
from tests.ussd.platform import Platform, Result
from tests.ussd.walking import Phone

AGBODJI = ("1", "1", "1", "3", "1")  # French, report, agreed, area and village
FIRST = ("1", "1", "1", "1", "1")  # the same where there are fewer areas
KNOWN = ("1",)  # who agreed and whose village is known
ME_OF_40 = ("1", "40", "3")
ME_OF_70 = ("1", "70")
SOMEBODY_OF_40 = ("4", "40", "3")
CHILD_OF_10 = ("2", "4", "10", "3")
CHILD_OF_8 = ("2", "4", "8")
CHILD_OF_2 = ("2", "3", "2")
CHILD_OF_10_DAYS = ("2", "1", "10")
PREGNANT = ("3", "1", "25")
DELIVERED = ("3", "2", "25")

PATHS = [
    # who, the table, the answers to its pages (0 for the rest), class, rules that decided
    (ME_OF_40, "adult", ["7"], "emergency", ["D6"]),  # a snake
    (ME_OF_40, "adult", ["0", "2"], "emergency", ["T2"]),  # belly
    (ME_OF_40, "adult", ["0", "3"], "emergency", ["T1"]),  # poison
    (ME_OF_40, "adult", ["0", "5", "1"], "emergency", ["T3"]),  # headache, then fever
    (ME_OF_40, "adult", ["0", "0", "14"], "emergency", ["D2"]),  # fever, dark urine
    (ME_OF_40, "adult", ["0", "0", "1", "4"], "emergency", ["D2"]),  # fever, very weak
    (ME_OF_40, "adult", ["0", "0", "1"], "urgent", ["D1"]),  # fever
    (ME_OF_70, "adult", ["0", "6"], "urgent", ["S2"]),  # a stiff neck alone
    (ME_OF_70, "adult", ["0", "0", "0", "6"], "urgent", ["D6b"]),  # an animal
    (ME_OF_70, "adult", ["0", "0", "0", "0", "45"], "urgent", ["D3b"]),  # blood coughed up, cough
    (ME_OF_70, "adult", ["0", "0", "0", "0", "5"], "routine", ["D3"]),  # cough
    (ME_OF_70, "adult", ["0", "0", "0", "0", "6"], "routine", ["D3"]),  # thinner, or sweats
    (ME_OF_70, "adult", [], "routine", []),
    (CHILD_OF_8, "older_child", ["3"], "emergency", ["T0"]),
    (CHILD_OF_8, "older_child", ["2"], "emergency", ["T1"]),
    (CHILD_OF_8, "older_child", ["0", "2"], "emergency", ["T2"]),  # belly
    (CHILD_OF_8, "older_child", ["0", "5", "1"], "emergency", ["T3"]),  # headache, then fever
    (CHILD_OF_8, "older_child", ["0", "0", "15"], "emergency", ["D2"]),  # fever, vomits all
    (CHILD_OF_8, "older_child", ["0", "0", "7", "12"], "emergency", ["D5"]),
    (CHILD_OF_8, "older_child", ["0", "0", "1"], "urgent", ["D1"]),
    (CHILD_OF_8, "older_child", ["0", "0", "0", "6"], "urgent", ["D6b"]),
    (CHILD_OF_8, "older_child", ["0", "0", "0", "0", "5"], "routine", ["D3"]),
    (CHILD_OF_8, "older_child", [], "routine", []),
    (CHILD_OF_2, "child", ["6"], "emergency", ["E1"]),  # blue lips
    (CHILD_OF_2, "child", ["0", "1"], "emergency", ["T1"]),  # an accident, a poison
    (CHILD_OF_2, "child", ["0", "2"], "emergency", ["D6"]),
    (CHILD_OF_2, "child", ["0", "0", "5"], "urgent", ["D6b"]),
    (CHILD_OF_2, "child", ["0", "6", "0", "0", "4"], "urgent", ["I5"]),  # diarrhoea, thirsty
    (CHILD_OF_2, "child", ["0", "0", "0", "0", "5"], "routine", ["D4"]),  # tuberculosis at home
    (CHILD_OF_2, "child", ["0", "0", "6"], "home", ["I3"]),
    (CHILD_OF_2, "child", [], "home", []),
    (CHILD_OF_10_DAYS, "infant", ["0", "0", "1"], "emergency", ["T1"]),
    (CHILD_OF_10_DAYS, "infant", ["0", "0", "0", "1"], "emergency", ["D6"]),
    (CHILD_OF_10_DAYS, "infant", ["0", "0", "0", "5"], "urgent", ["S1"]),
    (CHILD_OF_10_DAYS, "infant", [], "routine", []),
    (PREGNANT, "pregnancy", ["0", "0", "2"], "emergency", ["P3"]),  # a severe pain
    (PREGNANT, "pregnancy", ["0", "0", "3"], "emergency", ["D6"]),
    (PREGNANT, "pregnancy", ["0", "0", "4", "5"], "emergency", ["P3b"]),  # slight fever and more
    (PREGNANT, "pregnancy", [], "routine", []),
    (DELIVERED, "postpartum", ["0", "0", "2"], "emergency", ["T1"]),
    (DELIVERED, "postpartum", ["0", "0", "3"], "emergency", ["D6"]),
    (DELIVERED, "postpartum", [], "routine", []),
]


class Triage(Platform):
    """The shipped tables behind the dialogue, and nothing written."""

    def __init__(self) -> None:
        super().__init__()
        self.outcome: Assessment | None = None

    def choose_protocol(self, args: Result) -> Result:
        found = choose_protocol(protocols(), Subject(args["subject"]), args["age_days"])
        return {"protocol": found.name}

    def send_report(self, args: Result) -> Result:
        table = protocols()[args["protocol"]]
        self.outcome = assess(table, args["signs"])
        is_referred = self.outcome.triage_class != "home"
        return {
            **super().send_report(args),
            "triage_class": self.outcome.triage_class.value,
            "referred": is_referred,
            "told_facility": is_referred,
            "advice": advice_text(table, self.outcome, "fr"),
        }


def answered(phone: Phone, answers: Sequence[str] = ()) -> int:
    """One answer a page, none on the pages after them, then on to the end; how many were typed."""
    left, typed = [*answers], 0
    while not phone.show.ends:
        asks_signs = phone.show.node == "report.signs"
        phone.type((left.pop(0) if left else "0") if asks_signs else "1")
        typed += 1
    return typed


@pytest.mark.parametrize("table", sorted({path[1] for path in PATHS}))
def test_a_report_ends_in_the_class_of_its_source(table: str) -> None:
    for who, _, answers, triage_class, rules in (path for path in PATHS if path[1] == table):
        platform = Triage()
        phone = Phone(book(), platform)
        for typed in (*KNOWN, *who):
            phone.type(typed)
        answered(phone, answers)

        path, outcome = f"{table} {answers}", platform.outcome
        assert outcome is not None, path
        assert phone.vars["protocol"] == table, path
        assert outcome.triage_class == triage_class, path
        assert list(outcome.rule_ids) == rules, path
        assert outcome.is_complete or triage_class == "emergency", path
        assert protocols()[table].advice["nothing" if outcome.is_empty else triage_class]["fr"]


ONE_OF_EACH = [
    (CHILD_OF_2, "child", ["1"], "emergency"),
    (ME_OF_70, "adult", ["0", "0", "1"], "urgent"),
    (CHILD_OF_8, "older_child", ["0", "0", "0", "0", "5"], "routine"),
    (CHILD_OF_2, "child", ["0", "0", "6"], "home"),
    (CHILD_OF_10_DAYS, "infant", [], "routine"),
    (PREGNANT, "pregnancy", [], "routine"),
    (DELIVERED, "postpartum", ["1"], "emergency"),
]


def test_what_is_written_and_told_goes_by_the_class(sqlite_database: Database) -> None:
    product = Product(sqlite_database)
    for number, (who, table, answers, triage_class) in enumerate(ONE_OF_EACH):
        before = len(product.referrals()), len(product.inbox(KPELA))
        call = product.dial(Msisdn(f"+22901970001{number:02d}"), *AGBODJI, *who)
        left = [*answers, *["0"] * 9]
        while call.screen.startswith("Signes"):
            call.type(left.pop(0))

        path = f"{table} {answers}: {call.screen}"
        report = last_report(product)
        assert (report.protocol, report.triage_class) == (table, triage_class), path
        assert len(product.referrals()) == before[0] + (triage_class != "home"), path
        if triage_class == "emergency":
            assert call.screen.startswith("URGENCE. Partez maintenant: CS Kpéla."), path
            assert "Répondez OUI" in product.inbox(KPELA)[before[1]]
        elif triage_class != "home":
            assert call.screen.startswith("Consultation: CS Kpéla"), path
        finish(call)
        assert "Aide: +229" in call.screen
        assert last_report(product).is_complete


def finish(call: Call) -> None:
    while not call.reply.ends:
        call.type("1")


def last_report(product: Product) -> Report:
    with product.database.reading() as session:
        return session.scalars(select(Report).order_by(Report.id.desc())).first()  # type: ignore[return-value]


def test_what_was_not_answered_makes_a_dropped_report_urgent(sqlite_database: Database) -> None:
    product = Product(sqlite_database)
    dropped = [
        (ME_OF_70, "adult", ["0", "0", "0", "5"]),  # paralysed, and the last page is not answered
        (CHILD_OF_8, "older_child", ["0", "0", "1"]),
        (CHILD_OF_2, "child", ["0", "0", "6"]),  # a cough: home care, had all been answered
    ]
    for number, (who, table, answers) in enumerate(dropped, 1):
        call = product.dial(Msisdn(f"+22901970002{number:02d}"), *AGBODJI, *who, *answers)
        assert call.screen.startswith("Signes")
        call.drop()

        report = last_report(product)
        assert (report.protocol, report.triage_class) == (table, "urgent")
        assert report.missing
        assert not report.is_complete
        assert len(product.referrals()) == number


def test_a_dropped_call_after_a_danger_sign_is_an_emergency_already(product: Product) -> None:
    product.dial(MOTHER, *AGBODJI, *CHILD_OF_8, "7").drop()

    (referral,) = product.referrals()
    assert (referral.triage_class, referral.is_incomplete) == ("emergency", True)
    assert [text for text in product.inbox(ADJOA) if "Rappelez" in text]


@pytest.fixture
def product(database: Database) -> Product:
    return Product(database)


def test_the_centre_reads_the_bracket_of_an_age_that_is_not_known(
    sqlite_database: Database,
) -> None:
    product = Product(sqlite_database)
    unknown = {
        ("2", "1", "99"): "nouveau-né, < 2 mois",
        ("2", "3", "99"): "enfant, 2-59 mois",
        ("2", "4", "99"): "enfant, 5-11 ans",
        ("4", "99", "3"): "personne, 12 ans et +",
        ("1", "99", "3"): "personne, age inconnu",
        ("3", "1", "99"): "femme, age inconnu",
    }
    for number, (who, told) in enumerate(unknown.items()):
        before = len(product.inbox(KPELA))
        product.dial(Msisdn(f"+22901970003{number:02d}"), *AGBODJI, *who, "1")
        assert told in product.inbox(KPELA)[before]


@pytest.mark.parametrize(
    ("start", "who", "most"),
    [
        (KNOWN, CHILD_OF_2, 11),
        (KNOWN, CHILD_OF_10_DAYS, 10),
        (KNOWN, CHILD_OF_8, 11),
        (KNOWN, ME_OF_40, 11),
        (KNOWN, PREGNANT, 10),
        (KNOWN, DELIVERED, 10),
        (KNOWN, SOMEBODY_OF_40, 11),  # who may be pregnant
        (KNOWN, CHILD_OF_10, 12),  # who may be too
        (FIRST, CHILD_OF_2, 15),  # the first call of all
        (FIRST, SOMEBODY_OF_40, 15),
        (FIRST, CHILD_OF_10, 16),
    ],
)
def test_a_report_without_danger_takes_few_screens(
    start: tuple[str, ...], who: tuple[str, ...], most: int
) -> None:
    """The carrier ends a call after 180 seconds; the report is sent two screens before the last."""
    stranger = {"village": "", "consent": None, "language": None} if start is FIRST else {}
    phone = Phone(book(), Triage(), **stranger)
    for typed in (*start, *who):
        phone.type(typed)
    assert phone.show.node == "report.signs"
    assert 1 + len(start) + len(who) + answered(phone) <= most


def test_no_table_takes_more_than_five_pages_in_any_language() -> None:
    pages = book().plan_of("main").nodes["report.signs"].layouts[160]  # type: ignore[attr-defined]
    counts = {name: {code: len(by[code]) for code in by} for name, by in pages.items()}
    assert counts == {
        name: dict.fromkeys(("fr", "en", "sw"), most)
        for name, most in {
            "infant": 4,
            "child": 5,
            "older_child": 5,
            "adult": 5,
            "pregnancy": 4,
            "postpartum": 4,
        }.items()
    }
