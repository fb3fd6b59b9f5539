"""The timeline tells the truth: how long an SMS waited, and the call also after its session is gone."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from mhealth.services.ussd_end import close_dropped, forget_sessions
from mhealth.store.database import Database
from mhealth.store.messages import Message
from mhealth.store.reports import Report
from mhealth.store.staff import StaffUser
from mhealth.web.here import STAFF_CLOCK
from tests import factories as made
from tests.product import MOTHER, Product
from tests.web.conftest import Browser, Desk, Hands, app_of, make_settings
from tests.web.desk_seed import Busy
from tests.web.reading import visible

EMERGENCY = ("1", "1", "1", "3", "1", "2", "3", "2", "1")  # Agbodji, a child of two, convulsions


@pytest.fixture
def product(database: Database) -> Product:
    return Product(database)


def page_of_the_referral(product: Product) -> str:
    app = app_of(product.database, make_settings(), product.bench, product.room)
    app.extensions[STAFF_CLOCK] = Hands()
    with product.database.reading() as session:
        name = session.scalars(select(StaffUser.username)).one()
    browser = Browser(app.test_client())
    assert browser.sign_in(name, "a long password").status_code == 302
    (referral,) = product.referrals()
    return visible(browser.get(f"/desk/referrals/{referral.uid}").text)


def test_an_sms_that_a_retry_queued_again_still_shows_its_hour_of_delay(product: Product) -> None:
    product.dial(MOTHER, *EMERGENCY)
    hour = 3_600_000
    with product.database.writing() as session:
        session.execute(  # what the sweep and a second try leave
            update(Message)
            .where(Message.recipient == "facility")
            .values(
                queued_ms=Message.first_queued_ms + hour,
                sending_ms=Message.first_queued_ms + hour + 500,
                accepted_ms=Message.first_queued_ms + hour + 900,
                attempts=2,
                state="accepted",
            )
        )

    said = page_of_the_referral(product)

    assert "13:00:00 mis en file 14:00:00 remis à l’opérateur essai 2 14:00:00 envoyé" in said


def swept_a_day_later(product: Product) -> None:
    product.clock.move(minutes=10)
    with product.database.writing() as session:
        close_dropped(product.room, session, product.clock(), 180)
    product.count_calls()
    product.clock.move(minutes=25 * 60)
    with product.database.writing() as session:
        assert forget_sessions(session, product.clock(), 24) == 1


def test_the_call_stays_on_the_timeline_after_its_session_is_swept(product: Product) -> None:
    product.dial(MOTHER, *EMERGENCY)
    before = page_of_the_referral(product)
    swept_a_day_later(product)

    after = page_of_the_referral(product)

    assert "Début de l’appel" in before
    assert "13:00 Début de l’appel" in after
    assert "Appel coupé avant la fin" in after


def test_without_consent_the_times_stay_and_the_key_of_the_call_goes(product: Product) -> None:
    product.dial(MOTHER, *EMERGENCY)
    with product.database.writing() as session:
        session.scalars(select(Report)).one().consent_given = False
    swept_a_day_later(product)

    with product.database.reading() as session:
        report = session.scalars(select(Report)).one()
        length = timedelta(milliseconds=(report.call_ended_ms or 0) - (report.call_started_ms or 0))
        assert report.ussd_session_key == f"cut:{report.uid.hex}"
    assert length == timedelta(minutes=10)
    assert "Début de l’appel" in page_of_the_referral(product)


@pytest.mark.parametrize(
    ("reason", "title"),
    [
        ("unanswered", "Passée au district : sans réponse à temps"),
        ("unreached", "Passée au district : le téléphone du centre ne reçoit pas"),
        ("declined", "Passée au district : aucun centre n’a accepté"),
        (None, "Passée au district"),
    ],
)
def test_why_a_referral_went_up_is_told_and_that_nobody_could_be_told(
    desk: Desk, signed_in: Browser, busy: Busy, reason: str | None, title: str
) -> None:
    with desk.database.writing() as session:
        event = made.an_event(
            session, busy.referrals[0], kind="escalated", actor_kind="clock", at=desk.clock.at
        )
        if reason:
            event.note = reason

    said = visible(signed_in.get(f"/desk/referrals/{busy.referrals[0].uid}").text)

    assert f"{title} automatiquement" in said
    assert "aucun SMS à la garde du district : seul le bureau le montre" in said


def test_a_call_that_still_goes_on_is_not_called_cut(product: Product) -> None:
    product.dial(MOTHER, *EMERGENCY)

    said = page_of_the_referral(product)

    assert "incomplète : l’appel n’est pas allé à sa fin" in said
    assert "coupé" not in said


def test_the_centre_asked_after_a_no_is_named_as_asked(
    desk: Desk, signed_in: Browser, busy: Busy
) -> None:
    referral = busy.referrals[0]
    with desk.database.writing() as session:
        made.an_event(
            session, referral, kind="moved", status_from="declined", status_to="sent",
            actor_kind="clock", at=desk.clock.at, facility_id=referral.facility_id,
        )  # fmt: skip

    told = visible(signed_in.get(f"/desk/referrals/{referral.uid}").text)

    assert "HD Soukoumé sollicité automatiquement" in told
