"""What the screens say of a report is true: whose table was asked, who is told, whom to ring."""

import pytest
from sqlalchemy import select

from mhealth.domain.gsm7 import fold, septets
from mhealth.store.database import Database
from mhealth.store.directory import District, Facility, HealthArea, HealthWorker, VillagePost
from mhealth.store.reports import Report
from mhealth.ussd.deeds import FACILITY
from tests.product import ADJOA, DISTRICT, KPELA, MOTHER, Call, Product

AGREED = ("1", "1", "1")  # French, report, agreed
AGBODJI = (*AGREED, "3", "1")
UNLISTED = (*AGREED, "3", "8")
CONVULSIONS = ("2", "3", "2", "1")  # a child of two
ME_OF_24 = ("1", "24")


@pytest.fixture
def product(database: Database) -> Product:
    return Product(database)


def take_duty_phones(product: Product, *models: type[District] | type[Facility]) -> None:
    with product.database.writing() as session:
        for model in models:
            for row in session.scalars(select(model)):
                row.duty_msisdn = None


def take_workers(product: Product) -> None:
    with product.database.writing() as session:
        for post in session.scalars(select(VillagePost)):
            session.delete(post)
        for worker in session.scalars(select(HealthWorker)):
            session.delete(worker)


def an_empty_area(product: Product) -> None:
    """An area without villages, first on the list."""
    with product.database.writing() as session:
        district = session.scalars(select(District)).first()
        assert district is not None
        session.add(HealthArea(district_id=district.id, name="Aaa"))


def last_report(product: Product) -> Report:
    with product.database.reading() as session:
        return session.scalars(select(Report).order_by(Report.id.desc())).first()  # type: ignore[return-value]


def to_the_outcome(call: Call, first: str) -> None:
    """Type the first answer to the signs, then none until they are over."""
    call.type(first)
    for _ in range(8):
        if "Signes" not in call.screen:
            return
        call.type("0")


@pytest.mark.parametrize(
    ("answer", "table"), [("1", "pregnancy"), ("2", "postpartum"), ("3", "adult")]
)
def test_who_says_me_is_asked_the_signs_of_her_own_state(
    product: Product, answer: str, table: str
) -> None:
    to_the_outcome(product.dial(MOTHER, *AGBODJI, *ME_OF_24, answer), "1")

    report = last_report(product)
    assert (report.protocol, report.relation, report.age_days) == (table, "self", 24 * 365)


def test_a_grown_up_has_an_age_in_the_sms(product: Product) -> None:
    product.dial(MOTHER, *AGBODJI, *ME_OF_24, "1", "1")

    assert "femme, 24 ans" in product.inbox(KPELA)[0]


def test_the_village_of_somebody_elsewhere_is_never_the_callers_own(product: Product) -> None:
    product.dial(MOTHER, *AGBODJI)
    an_empty_area(product)
    call = product.dial(MOTHER, "1", "5", "1", *CONVULSIONS)

    (referral,) = product.referrals()
    assert (referral.village_id, referral.facility_id) == (None, None)
    assert "centre de santé le plus proche" in call.screen


def test_a_patient_of_no_listed_village_is_never_of_the_workers_only_one(product: Product) -> None:
    an_empty_area(product)
    with product.database.writing() as session:
        worker = session.scalars(select(HealthWorker).order_by(HealthWorker.id)).first()
        posts = session.scalars(
            select(VillagePost).where(VillagePost.health_worker_id == worker.id)  # type: ignore[union-attr]
        ).all()
        for post in posts[1:]:
            session.delete(post)
    product.dial(ADJOA, "1", "1", "8", "1", "1", "3", "2", "1")

    (referral,) = product.referrals()
    assert referral.village_id is None


def test_an_emergency_by_two_signs_is_called_back_when_its_call_drops(product: Product) -> None:
    call = product.dial(MOTHER, *AGBODJI, "1", "70", "0", "0")
    to_the_outcome(call, "12")  # fever and headache
    assert call.screen.startswith("URGENCE")
    call.drop()

    (referral,) = product.referrals()
    assert referral.is_incomplete
    assert [text for text in product.inbox(ADJOA) if "Rappelez" in text]


def test_an_emergency_by_two_signs_is_whole_once_its_end_was_heard(product: Product) -> None:
    call = product.dial(MOTHER, *AGBODJI, "1", "70", "0", "0")
    to_the_outcome(call, "12")
    call.type("1")
    call.drop()

    assert call.reply.ends
    assert not product.referrals()[0].is_incomplete
    assert not [text for text in product.inbox(ADJOA) if "Rappelez" in text]


def test_a_visit_whose_caller_hangs_up_at_the_appointment_is_whole(product: Product) -> None:
    call = product.dial(MOTHER, *AGBODJI, "1", "70")
    to_the_outcome(call, "0")
    assert call.screen.startswith("Consultation")
    call.drop()

    assert not product.referrals()[0].is_incomplete


def test_a_redial_that_reports_less_still_says_to_go_now(product: Product) -> None:
    product.dial(MOTHER, *AGBODJI, *CONVULSIONS).drop()
    call = product.dial(MOTHER, "1", "2", "3", "2")
    to_the_outcome(call, "0")

    assert call.screen.startswith("URGENCE")
    assert "Partez au centre maintenant" in call.type("1")


def test_the_centre_is_told_when_its_duty_phone_is(product: Product) -> None:
    assert "Le centre est prévenu" in product.dial(MOTHER, *AGBODJI, *CONVULSIONS).screen


@pytest.mark.parametrize("place", [UNLISTED, (*AGREED, "2", "2")])  # no village; CS Dannou
def test_when_only_the_district_is_told_the_screen_says_so(
    product: Product, place: tuple[str, ...]
) -> None:
    call = product.dial(MOTHER, *place, *CONVULSIONS)

    assert "Le district est prévenu" in call.screen
    assert "équipe du district" not in call.screen
    assert product.inbox(DISTRICT)


def test_when_nobody_is_told_the_screen_says_whom_to_ring(product: Product) -> None:
    take_duty_phones(product, District, Facility)
    call = product.dial(MOTHER, *AGBODJI, *CONVULSIONS)

    assert "est prévenu" not in call.screen
    assert f"Appelez {ADJOA.e164}" in call.screen


def test_when_nobody_has_a_phone_no_number_is_given(product: Product) -> None:
    take_duty_phones(product, District, Facility)
    take_workers(product)
    call = product.dial(MOTHER, *AGBODJI, *CONVULSIONS)
    assert "Personne n'est prévenu" in call.screen
    assert call.type("1").startswith("Conseil")
    wrong = product.dial(MOTHER, "7", "7", "7")
    assert wrong.reply.ends

    for screen in (call.screen, wrong.screen):
        assert "38455" not in screen
        assert "Appelez" not in screen
        assert "Aide" not in screen


def test_a_health_worker_is_sent_to_the_centre_for_help_never_to_himself(product: Product) -> None:
    outcome = product.dial(ADJOA, "1", "1", "1", "1", "3", "2", "1", "1")
    assert outcome.screen.endswith(f"Aide: {KPELA.e164}")
    assert KPELA.e164 in product.dial(ADJOA, "7", "7", "7").screen

    take_duty_phones(product, Facility)
    assert DISTRICT.e164 in product.dial(ADJOA, "7", "7", "7").screen


def test_the_nearest_centre_fits_every_screen(product: Product) -> None:
    for code in product.bench.languages.by_code:
        assert septets(fold(product.bench.phrases.say("facility.nearest", code))) <= FACILITY
