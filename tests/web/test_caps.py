"""The page of the sending shows what met a cap, today's counts and the channels; alarms on every page."""

import time
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from mhealth.domain.caps import Cap
from mhealth.domain.codes import show_code
from mhealth.domain.message import MessageState, Recipient
from mhealth.store.database import database_now_ms
from mhealth.store.desk_caps import Fate, capped_since
from tests import factories as made
from tests.web.conftest import Browser, Desk
from tests.web.desk_seed import Busy
from tests.web.reading import visible
from tests.web.test_sending import LIST, SENDING, band


def capped(desk: Desk, busy: Busy, cap: str, **columns: Any) -> None:
    ended = int(time.time() * 1000)
    held = {"state": MessageState.CANCELLED, "failure": f"over_cap:{cap}", "final_ms": ended}
    with desk.database.writing() as session:
        made.a_message(
            session,
            **{
                "district_id": busy.district.id,
                "created_at": desk.clock.at,
                "cap": cap,
                **held,
                **columns,
            },
        )


def paid(desk: Desk, busy: Busy, budget: str, **columns: Any) -> None:
    with desk.database.writing() as session:
        made.a_message(
            session, budget=budget, due_at=desk.clock.at, district_id=busy.district.id,
            state=MessageState.DELIVERED, **columns,
        )  # fmt: skip


def test_nothing_met_a_cap(signed_in: Browser) -> None:
    page = visible(signed_in.get(SENDING).text)

    assert "SMS arrêtés par un plafond 0" in page
    assert "Aucun SMS n’a été arrêté." in page
    assert "Canal africastalking" in page
    assert "Dernier SMS pris par l’opérateur" in page
    assert "État en service" in page
    assert "0 sur 2000" in page


def test_what_was_held_back_is_counted_and_listed_with_its_reason(
    desk: Desk, signed_in: Browser, busy: Busy
) -> None:
    referral = busy.referrals[0]
    capped(desk, busy, "number_hour", referral_id=referral.id)
    capped(desk, busy, "number_hour")
    capped(desk, busy, "prefix")
    tomorrow = desk.clock.at + timedelta(days=1)
    put_off = {"state": MessageState.QUEUED, "failure": None, "budget": "staff"}
    capped(desk, busy, "number_day", **put_off, not_before=tomorrow, due_at=tomorrow)

    html = signed_in.get(SENDING).text
    page = visible(html)
    assert "SMS arrêtés par un plafond 4" in page
    assert "2 trop de SMS à ce numéro en une heure · pas envoyé" in page
    assert "1 numéro surtaxé" in page
    assert "part le jeu. 5 mars, 13:00" in page
    assert f'href="/desk/referrals/{referral.uid}">{show_code(referral.code)}</a>' in html
    assert band(signed_in) == ""  # a caller's own limit is no alarm

    story = visible(signed_in.get(f"{LIST}/{referral.uid}").text)
    assert "trop de SMS à ce numéro en une heure" in story


def test_the_list_has_a_second_page(desk: Desk, signed_in: Browser, busy: Busy) -> None:
    for _ in range(30):
        desk.clock.on(seconds=1)
        capped(desk, busy, "number_hour")

    first = signed_in.get(SENDING).text
    assert first.count("stuck-when") == 25
    more = first.split('rel="next" href="')[1].split('"')[0]
    assert signed_in.get(more.replace("&amp;", "&")).text.count("stuck-when") == 5


def test_another_district_sees_nothing_of_it(desk: Desk, lonely: Browser, busy: Busy) -> None:
    capped(desk, busy, "number_hour")
    capped(desk, busy, "district_day")
    assert "SMS arrêtés par un plafond 0" in visible(lonely.get(SENDING).text)
    assert band(lonely) == ""


def test_emergencies_above_their_limit_alarm_on_every_page_for_an_hour(
    desk: Desk, signed_in: Browser, busy: Busy
) -> None:
    sent = {"state": MessageState.QUEUED, "failure": None, "budget": "staff_emergency"}
    with desk.database.reading() as session:
        now_ms = session.scalar(select(database_now_ms()))
    for _ in range(3):
        capped(
            desk, busy, "number_hour", **sent, recipient=Recipient.FACILITY.value, queued_ms=now_ms
        )

    assert "3 SMS d’urgence au-delà de la limite en une heure Ils sont partis." in band(signed_in)
    assert "envoyé quand même" in visible(signed_in.get(SENDING).text)
    desk.clock.on(hours=1)
    assert band(signed_in) == ""


def test_a_total_that_is_spent_is_said_on_every_page_until_the_day_is_over(
    desk: Desk, signed_in: Browser, busy: Busy
) -> None:
    capped(desk, busy, "channel_day")
    said = band(signed_in)
    assert "SMS retenus : plafond du canal atteint pour la journée" in said
    assert "Les urgences au personnel partent toujours." in said
    desk.clock.on(hours=12)
    assert band(signed_in) == ""


def test_todays_counts_are_told_by_budget_and_nearly_spent_ones_stand_out(
    desk: Desk, signed_in: Browser, busy: Busy
) -> None:
    for _ in range(4):
        paid(desk, busy, "caller")
    paid(desk, busy, "staff_emergency")
    paid(desk, busy, "caller", channel="other")

    html = signed_in.get(SENDING).text
    page = visible(html)
    assert "Aux appelants 5 sur 2000 4 sur 5000" in page
    assert "Urgences au personnel jamais retenues 1 sur 4000" in page
    assert 'class="warns"' not in html


def test_a_flood_is_explained_in_the_inbox(desk: Desk, signed_in: Browser, busy: Busy) -> None:
    with desk.database.writing() as session:
        made.an_inbound_sms(session, understood_as="flood", district_id=busy.district.id)
    assert "plus de 60 SMS en une heure" in signed_in.get("/desk/inbox").text


def test_the_metrics_count_every_district(desk: Desk, busy: Busy) -> None:
    capped(desk, busy, "number_hour")
    capped(desk, busy, "number_hour", district_id=None)
    with desk.database.reading() as session:
        counts = capped_since(session, desk.clock.at - timedelta(hours=1))
    assert counts == {(Cap.NUMBER_HOUR, Fate.HELD): 2}
