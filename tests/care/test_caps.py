"""How many SMS go to whom: each cap at its edge, what is never held back, and who starves nobody."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from mhealth.care.allowance import caps_of
from mhealth.care.outbox import Addressee, Letter, put
from mhealth.domain.caps import Budget
from mhealth.domain.message import Lane, MessageState, Recipient
from mhealth.domain.msisdn import Msisdn
from mhealth.store.database import Database
from mhealth.store.directory import District
from mhealth.store.messages import Message
from mhealth.store.referrals import Referral
from mhealth.store.spending import spent_today
from tests.factories import NOON, new_msisdn
from tests.product import CHANNEL, DEFAULTS, KPELA, MOTHER, Product

REPLY, REMINDER, EMERGENCY = "stop_confirmed", "caller_accepted", "caller_emergency_no_facility"
VALUES = {"code": "482 1935", "facility": "CS Kpéla", "when_text": "demain"}


class Post:
    """Puts letters into the outbox of a product, with the shipped caps or others."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self.bench = product.bench
        self._intents = 0
        with product.database.reading() as session:
            self.district = session.scalars(select(District.id)).first()

    def limit(self, **settings: object) -> None:
        values = {name: getattr(DEFAULTS, name) for name in DEFAULTS.__struct_fields__}
        caps = caps_of(type(DEFAULTS)(**{**values, **settings}))
        self.bench = replace(self.bench, caps=caps)

    def put(
        self,
        msisdn: Msisdn = MOTHER,
        template: str = REPLY,
        recipient: Recipient = Recipient.CALLER,
        **more: object,
    ) -> Message:
        self._intents += 1
        to = Addressee(recipient=recipient, msisdn=msisdn, language="fr")
        letter = Letter(
            template=template, values=VALUES, intent=f"test:{self._intents}",
            **{"district_id": self.district, **more},
        )  # fmt: skip
        with self.product.database.writing() as session:
            message = put(self.bench, session, to, letter, self.product.clock())
        assert message is not None
        return message

    def many(
        self, number: int, *, each: Callable[[], Msisdn] | None = None, **more: object
    ) -> None:
        for _ in range(number):
            message = self.put(**({"msisdn": each()} if each else {}), **more)  # type: ignore[arg-type]
            assert message.cap is None


@pytest.fixture
def post(database: Database) -> Post:
    return Post(Product(database))


def is_held(message: Message, cap: str) -> bool:
    return (message.state, message.failure, message.budget) == (
        MessageState.CANCELLED.value,
        f"over_cap:{cap}",
        None,
    )


def test_a_callers_number_gets_five_in_any_hour(post: Post) -> None:
    post.many(5)
    assert is_held(post.put(), "number_hour")
    post.product.clock.move(minutes=59, seconds=59)
    assert is_held(post.put(), "number_hour")
    post.product.clock.move(seconds=1)
    assert post.put().cap is None


def test_a_callers_number_gets_twenty_a_day_and_the_day_is_that_of_utc(post: Post) -> None:
    for hour in range(4):
        post.product.clock.now = NOON.replace(hour=8 + 2 * hour)
        post.many(5)
    post.product.clock.now = NOON.replace(hour=23, minute=59, second=59)
    assert is_held(post.put(), "number_day")
    post.product.clock.move(seconds=1)
    assert post.put().cap is None


def test_what_was_held_back_spends_nothing(post: Post) -> None:
    post.many(5)
    for _ in range(30):
        post.put()
    post.product.clock.move(hours=1)
    post.many(5)


def test_a_reminder_above_a_cap_waits_for_the_morning_as_many_as_an_hour_takes(post: Post) -> None:
    post.many(5, template=REMINDER)
    waiting = [post.put(template=REMINDER) for _ in range(5)]
    last = post.put(template=REMINDER)

    morning = datetime(2026, 3, 5, 7, 0, tzinfo=UTC)  # eight in Porto-Novo
    assert {(m.state, m.cap, m.not_before) for m in waiting} == {("queued", "number_hour", morning)}
    assert is_held(last, "number_hour")
    post.product.clock.now = morning + timedelta(minutes=1)
    assert is_held(post.put(), "number_hour")  # they are paid out of that day's budget


def test_each_total_holds_back_at_its_edge_and_callers_never_starve_staff(post: Post) -> None:
    post.limit(sms_per_district_day=3, sms_per_channel_day=5)
    post.many(3, each=new_msisdn)
    assert is_held(post.put(new_msisdn()), "district_day")
    post.many(2, each=new_msisdn, district_id=None)
    assert is_held(post.put(new_msisdn(), district_id=None), "channel_day")

    staff = post.put(KPELA, recipient=Recipient.FACILITY)
    assert (staff.cap, staff.budget) == (None, Budget.STAFF.value)
    post.product.clock.move(hours=12)
    assert post.put(new_msisdn()).cap is None


def test_an_answer_to_a_centre_is_paid_as_staffs(post: Post) -> None:
    for number in range(12):
        post.product.text(KPELA, f"bonjour {number}")
    assert len(post.product.inbox(KPELA)) == 12


def test_one_caller_uses_up_no_centres_budget(post: Post) -> None:
    post.product.dial(MOTHER, "1", "1", "1", "3", "1", "2", "3", "2", "1")
    post.limit(sms_per_staff_from_one_caller_day=2)
    (referral,) = post.product.referrals()
    told = {"msisdn": KPELA, "recipient": Recipient.FACILITY, "template": REPLY}
    post.many(2, **told, referral_id=referral.id)
    assert is_held(post.put(**told, referral_id=referral.id), "one_caller_day")  # type: ignore[arg-type]
    assert post.put(**told).cap is None  # type: ignore[arg-type]
    with post.product.database.writing() as session:
        session.get_one(Referral, referral.id).phone_id = None  # a health worker's own report
    assert post.put(**told, referral_id=referral.id).cap is None  # type: ignore[arg-type]


def test_one_caller_who_reports_from_village_to_village_uses_up_no_districts_budget(
    post: Post,
) -> None:
    post.product.dial(MOTHER, "1", "1", "1", "3", "1", "2", "3", "2", "1")
    post.limit(sms_per_staff_from_one_caller_day=2)
    (referral,) = post.product.referrals()
    told = {"recipient": Recipient.FACILITY, "template": REPLY}
    with post.product.database.writing() as session:
        for message in session.scalars(select(Message)):
            message.budget = None
    post.many(6, each=new_msisdn, **told, referral_id=referral.id)

    held = post.put(msisdn=new_msisdn(), **told, referral_id=referral.id)  # type: ignore[arg-type]
    assert is_held(held, "one_caller_day")
    assert post.put(msisdn=new_msisdn(), **told).cap is None  # type: ignore[arg-type]


def test_an_emergency_to_staff_is_never_held_back_and_marked_above_its_limit(post: Post) -> None:
    post.limit(emergency_sms_per_staff_hour=3, emergency_sms_per_district_day=1)
    for recipient in (Recipient.HEALTH_WORKER, Recipient.FACILITY, Recipient.DISTRICT):
        sent = [post.put(KPELA, EMERGENCY, recipient) for _ in range(5)]
        assert {(m.state, m.budget, m.lane) for m in sent} == {
            ("queued", Budget.STAFF_EMERGENCY.value, Lane.EMERGENCY.value)
        }
    assert sent[-1].cap == "number_hour"


def test_a_callers_emergencies_have_larger_caps_of_their_own(post: Post) -> None:
    post.many(5)
    post.many(10, template=EMERGENCY)
    assert is_held(post.put(template=EMERGENCY), "number_hour")
    staff = post.put(KPELA, EMERGENCY, Recipient.FACILITY)
    assert (staff.state, staff.cap) == ("queued", None)


@pytest.mark.parametrize(
    ("number", "prefixes"),
    [("+22890123456", ""), ("+254712345678", "+229,+228"), ("+254900223456", "+254")],
    ids=["another country", "not listed", "premium"],
)
def test_other_countries_and_premium_numbers_get_nothing_but_staffs_emergencies(
    post: Post, number: str, prefixes: str
) -> None:
    post.limit(sms_prefixes=prefixes)
    for template in (REPLY, REMINDER, EMERGENCY):
        assert is_held(post.put(Msisdn(number), template), "prefix")
    staff = post.put(Msisdn(number), EMERGENCY, Recipient.HEALTH_WORKER)
    assert (staff.state, staff.cap) == ("queued", "prefix")


def test_a_listed_country_is_sent_to(post: Post) -> None:
    post.limit(sms_prefixes="+229, +228")
    assert post.put(Msisdn("+22890123456")).cap is None


def test_the_days_spending_is_told_by_budget(post: Post) -> None:
    post.many(3)
    post.many(2, msisdn=KPELA, recipient=Recipient.FACILITY, district_id=None)
    post.product.clock.move(hours=1)
    with post.product.database.reading() as session:
        now = post.product.clock()
        all_ = spent_today(session, now, channel=CHANNEL)
        here = spent_today(session, now, district_id=post.district)
        tomorrow = spent_today(session, now + timedelta(days=1), channel=CHANNEL)
    assert (all_[Budget.CALLER], all_[Budget.STAFF]) == (3, 2)
    assert (here[Budget.CALLER], here[Budget.STAFF]) == (3, 0)
    assert set(tomorrow.values()) == {0}
