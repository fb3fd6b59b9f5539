"""Who leaves, comes or moves: history stays, and no letter goes to somebody who left."""

import pytest
from sqlalchemy import select

from mhealth.care import roster
from mhealth.domain.message import Lane, MessageState
from mhealth.domain.msisdn import Msisdn
from mhealth.store.database import Database
from mhealth.store.directory import Facility, HealthArea, HealthWorker, Village, VillagePost
from mhealth.store.directory_changes import By, changes_of
from mhealth.store.directory_reads import (
    posts_of_village,
    posts_of_worker,
    villages_of_area,
    worker_by_msisdn,
    worker_of_village,
)
from mhealth.store.messages import Message
from mhealth.store.outgoing import begin_sending, claim_next
from mhealth.store.referrals import ReferralEvent
from mhealth.store.troubles import Line
from tests.databases import KEYRING
from tests.product import ADJOA, CHANNEL, DISTRICT, MARY, MOTHER, Product

EMERGENCY = ("1", "1", "1", "3", "1", "2", "3", "2", "1")  # Agbodji, a child of two, convulsions
NEW = Msisdn("+2290191000077")
DESK = By(staff_user_id=1)


@pytest.fixture
def product(database: Database) -> Product:
    return Product(database)


def worker_on(session, msisdn: Msisdn) -> HealthWorker:
    found = worker_by_msisdn(session, KEYRING.blind(msisdn))
    assert found is not None
    return found


def village(session, name: str) -> Village:
    return session.scalars(select(Village).where(Village.name == name)).one()


def leave(product: Product, msisdn: Msisdn) -> int:
    with product.database.writing() as session:
        worker = worker_on(session, msisdn)
        roster.close_worker(product.bench, session, worker, DESK, product.clock())
        return worker.id


def post_mary_to_agbodji(product: Product) -> None:
    with product.database.writing() as session:
        mary = worker_on(session, MARY)
        roster.begin_post(session, village(session, "Agbodji"), mary, DESK, product.clock())


def states(product: Product, msisdn: Msisdn) -> list[str]:
    with product.database.reading() as session:
        query = select(Message.state).where(Message.msisdn_index == KEYRING.blind(msisdn))
        return list(session.scalars(query.order_by(Message.id)))


def events(product: Product) -> list[str]:
    with product.database.reading() as session:
        return list(session.scalars(select(ReferralEvent.kind).order_by(ReferralEvent.id)))


def test_the_next_worker_takes_over_and_hears_it_in_her_own_language(product: Product) -> None:
    post_mary_to_agbodji(product)
    product.dial(MOTHER, *EMERGENCY)
    leaver = leave(product, ADJOA)

    (referral,) = product.referrals()
    (heard,) = product.inbox(MARY)
    assert heard.startswith("EMERGENCY")
    assert MOTHER.e164 in heard
    assert states(product, ADJOA) == [MessageState.CANCELLED.value]
    assert referral.health_worker_id != leaver
    assert events(product) == ["created", "handed_over"]


def test_with_nobody_next_the_district_finds_somebody_for_an_emergency(product: Product) -> None:
    product.dial(MOTHER, *EMERGENCY)
    leave(product, ADJOA)

    (referral,) = product.referrals()
    assert referral.health_worker_id is None
    assert "aucun agent de santé" in product.inbox(DISTRICT)[-1]


def test_who_left_serves_nobody_and_stays_readable(product: Product) -> None:
    leaver = leave(product, ADJOA)

    with product.database.reading() as session:
        assert worker_by_msisdn(session, KEYRING.blind(ADJOA)) is None
        assert worker_of_village(session, village(session, "Agbodji").id) is None
        assert posts_of_worker(session, leaver) == []
        past = session.scalars(select(VillagePost).where(VillagePost.health_worker_id == leaver))
        assert {post.ended_at for post in past} == {product.clock()}
        (change,) = changes_of(session, "health_workers", leaver)
        assert (change.field, change.staff_user_id, change.at) == ("closed", 1, product.clock())


def test_a_number_that_was_given_free_serves_another_and_cannot_come_back(product: Product) -> None:
    leaver = leave(product, ADJOA)
    with product.database.writing() as session:
        mary = worker_on(session, MARY)
        roster.change_number(product.bench, session, mary, ADJOA, DESK, product.clock())
    with product.database.writing() as session:
        with pytest.raises(roster.NumberTaken) as taken:
            roster.reopen_worker(
                product.bench, session, session.get_one(HealthWorker, leaver), DESK, product.clock()
            )
        assert taken.value.holder is worker_on(session, ADJOA)


def test_unsent_letters_follow_a_new_number(product: Product) -> None:
    product.dial(MOTHER, *EMERGENCY)
    (before,) = product.inbox(ADJOA)
    with product.database.writing() as session:
        adjoa = worker_on(session, ADJOA)
        roster.change_number(product.bench, session, adjoa, NEW, DESK, product.clock())
        session.flush()
        (change,) = changes_of(session, "health_workers", adjoa.id)
        assert (change.before, change.after) == (ADJOA.e164, NEW.e164)

    assert product.inbox(NEW) == [before]
    assert product.inbox(ADJOA) == []


def test_a_letter_that_a_sender_holds_is_taken_back(product: Product) -> None:
    product.dial(MOTHER, *EMERGENCY)
    with product.database.writing() as session:
        claims = []
        while claim := claim_next(session, [Line(CHANNEL, Lane.EMERGENCY)], lease_ms=60_000):
            claims += claim
    with product.database.writing() as session:
        adjoa = worker_on(session, ADJOA)
        roster.change_number(product.bench, session, adjoa, NEW, DESK, product.clock())
    with product.database.writing() as session:
        begun = [begin_sending(session, claim, lease_ms=60_000) for claim in claims]

    assert begun.count(False) == 1
    assert states(product, NEW) == [MessageState.QUEUED.value]


def test_a_number_of_somebody_at_work_is_refused(product: Product) -> None:
    with product.database.writing() as session:
        mary = worker_on(session, MARY)
        with pytest.raises(roster.NumberTaken):
            roster.change_number(product.bench, session, mary, ADJOA, DESK, product.clock())
        with pytest.raises(roster.NumberTaken):
            roster.register_worker(
                product.bench,
                session,
                district=mary.district,
                name="X",
                msisdn=ADJOA,
                language="fr",
                by=DESK,
                now=product.clock(),
            )


def test_a_new_worker_begins_after_those_who_serve(product: Product) -> None:
    with product.database.writing() as session:
        place = village(session, "Agbodji")
        worker = roster.register_worker(
            product.bench,
            session,
            district=place.district,
            name="Kossi",
            msisdn=NEW,
            language="fr",
            by=By(),
            now=product.clock(),
            code="ASC-9",
        )
        with pytest.raises(roster.RankTaken):
            roster.begin_post(session, place, worker, By(), product.clock(), rank=1)
        post = roster.begin_post(session, place, worker, By(), product.clock())
        assert roster.begin_post(session, place, worker, By(), product.clock()) is post
        assert [post.rank for post in posts_of_village(session, place.id)] == [1, 2]
        assert [change.field for change in changes_of(session, "health_workers", worker.id)] == [
            "opened"
        ]


def test_a_closed_village_is_offered_to_nobody_and_its_posts_end(product: Product) -> None:
    with product.database.writing() as session:
        place = village(session, "Agbodji")
        roster.close_place(session, place, By(), product.clock())
        assert place not in villages_of_area(session, place.health_area_id)
        assert posts_of_village(session, place.id) == []
        roster.reopen_place(session, place, By(), product.clock())
        assert place in villages_of_area(session, place.health_area_id)
        fields = [change.field for change in changes_of(session, "villages", place.id)]
        assert fields == ["closed", "reopened"]


def test_a_centre_or_area_that_open_villages_need_stays_open(product: Product) -> None:
    with product.database.writing() as session:
        place = village(session, "Agbodji")
        for used in (place.facility, place.health_area):
            with pytest.raises(roster.StillUsed):
                roster.close_place(session, used, By(), product.clock())


def test_a_moved_village_leaves_referrals_on_the_way_where_they_were(product: Product) -> None:
    product.dial(MOTHER, *EMERGENCY)
    with product.database.writing() as session:
        place = village(session, "Agbodji")
        centre = session.scalars(select(Facility).where(Facility.name == "CS Agnavo")).one()
        area = session.scalars(select(HealthArea).where(HealthArea.name == "Agnavo")).one()
        roster.move_village(
            session, place, By(), product.clock(), health_area=area, facility=centre
        )
        fields = [change.field for change in changes_of(session, "villages", place.id)]
        assert fields == ["health_area_id", "facility_id"]

    with product.database.reading() as session:
        first = session.merge(product.referrals()[0], load=False)
        assert first.facility is not None
        assert first.facility.name == "CS Kpéla"
