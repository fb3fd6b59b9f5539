"""Who answers for a centre: the phone whose shift it is, else the standing one."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from mhealth.domain.msisdn import Msisdn
from mhealth.domain.referral import ReferralStatus
from mhealth.store.database import Database
from mhealth.store.directory import District, Facility
from mhealth.store.duty_phones import DutyPhone, Moment, since_beginning
from tests.databases import KEYRING
from tests.product import DISTRICT, KPELA, MOTHER, Product

EMERGENCY = ("1", "1", "1", "3", "1", "2", "3", "2", "1")  # Agbodji, a child of two, convulsions
NIGHT = Msisdn("+2290190000088")
WEDNESDAY_NIGHT = datetime(2026, 3, 4, 22, 0, tzinfo=UTC)  # 23:00 in Porto-Novo


@pytest.fixture
def product(database: Database) -> Product:
    return Product(database)


def put_shift(
    product: Product, facility: str | None, weekdays: str, begins: int, ends: int
) -> None:
    with product.database.writing() as session:
        shift = DutyPhone(weekdays=weekdays, from_minute=begins, until_minute=ends)
        shift.district = session.scalars(select(District)).one()
        if facility:
            shift.facility = session.scalars(
                select(Facility).where(Facility.name == facility)
            ).one()
        shift.msisdn, shift.msisdn_index = NIGHT.e164, KEYRING.blind(NIGHT)
        session.add(shift)


@pytest.mark.parametrize(
    ("weekdays", "begins", "ends", "weekday", "minute", "age"),
    [
        ("3", 480, 960, 3, 480, 0),
        ("3", 480, 960, 3, 959, 479),
        ("3", 480, 960, 3, 960, None),
        ("3", 480, 960, 4, 500, None),
        ("3", 1080, 480, 3, 1439, 359),
        ("3", 1080, 480, 4, 479, 839),
        ("3", 1080, 480, 4, 480, None),
        ("7", 1080, 480, 1, 0, 360),  # Sunday night is Monday morning
        ("1,2", 0, 0, 2, 700, 700),  # a whole day
        ("1,2", 0, 0, 3, 0, None),
    ],
)
def test_a_shift_may_go_on_into_the_next_day(
    weekdays: str, begins: int, ends: int, weekday: int, minute: int, age: int | None
) -> None:
    shift = DutyPhone(weekdays=weekdays, from_minute=begins, until_minute=ends)

    assert since_beginning(shift, Moment(weekday, minute)) == age


def test_at_night_the_night_phone_hears_and_answers(product: Product) -> None:
    put_shift(product, "CS Kpéla", "3", 1080, 480)
    product.clock.now = WEDNESDAY_NIGHT
    product.dial(MOTHER, *EMERGENCY)

    (referral,) = product.referrals()
    assert (len(product.inbox(NIGHT)), product.inbox(KPELA)) == (1, [])
    product.text(NIGHT, f"OUI {referral.code}")
    assert product.referrals()[0].status == ReferralStatus.ACCEPTED.value


def test_by_day_the_standing_phone_hears_and_the_night_phone_may_still_answer(
    product: Product,
) -> None:
    put_shift(product, "CS Kpéla", "3", 1080, 480)
    product.clock.now = WEDNESDAY_NIGHT - timedelta(hours=10)
    product.dial(MOTHER, *EMERGENCY)

    (referral,) = product.referrals()
    assert (len(product.inbox(KPELA)), product.inbox(NIGHT)) == (1, [])
    product.text(NIGHT, f"OUI {referral.code}")
    assert product.referrals()[0].status == ReferralStatus.ACCEPTED.value


def test_the_districts_own_shift_hears_what_goes_up(product: Product) -> None:
    put_shift(product, None, "1,2,3,4,5,6,7", 0, 0)
    product.dial(MOTHER, *EMERGENCY)
    (referral,) = product.referrals()
    product.text(KPELA, f"NON {referral.code}")
    product.text(Msisdn("+2290190000010"), f"NON {referral.code}")

    assert len(product.inbox(NIGHT)) == 1
    assert product.inbox(DISTRICT) == []
