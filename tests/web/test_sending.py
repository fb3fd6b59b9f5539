"""SMS that do not get through are said at the top of every page, in numbers and in plain words."""

from typing import Any

import pytest
from sqlalchemy import select

from mhealth.domain.codes import show_code
from mhealth.domain.gateway import SendProblem
from mhealth.domain.message import Lane, MessageState, Recipient
from mhealth.services.send_verdicts import VERDICTS, Hold
from mhealth.store.database import database_now_ms
from mhealth.store.messages import Message
from mhealth.store.troubles import ChannelTrouble, Line, note_trouble
from mhealth.web.words import PROBLEMS, REMEDIES, STUCK, STUCK_ADVICE
from tests import factories as made
from tests.web.conftest import Browser, Desk
from tests.web.desk_seed import Busy
from tests.web.reading import visible

LIST, SENDING = "/desk/referrals", "/desk/sending"
HOUR = 3_600_000


def trouble(desk: Desk, problem: SendProblem, minutes: int = 0, lane: Lane = Lane.REPLY) -> None:
    with desk.database.writing() as session:
        note_trouble(session, Line("africastalking", lane), problem, 15_000)
        row = session.scalars(select(ChannelTrouble)).first()
        assert row is not None
        row.since_ms -= minutes * 60_000
    desk.clock.on(seconds=30)  # the pages' clock; half a minute for the test itself


def message(desk: Desk, busy: Busy, **columns: Any) -> None:
    with desk.database.writing() as session:
        now_ms = session.scalar(select(database_now_ms())) or 0
        ages = {name: now_ms + columns.pop(name) for name in list(columns) if name.endswith("_ms")}
        made.a_message(session, district_id=busy.district.id, **columns, **ages)


def band(browser: Browser, path: str = LIST) -> str:
    page = browser.get(path).text
    if '<aside class="trouble' not in page:
        return ""
    start = page.index('<aside class="trouble')
    return visible(page[start : page.index("</aside>", start)])


def test_nothing_is_shown_when_all_is_well(signed_in: Browser) -> None:
    assert band(signed_in) == ""
    assert "Rien ne coince" in signed_in.get(SENDING).text


def test_missing_credit_is_said_on_every_page_with_since_when_and_how_many(
    desk: Desk, signed_in: Browser, busy: Busy
) -> None:
    trouble(desk, SendProblem.NO_CREDIT, minutes=78)
    for _ in range(14):
        message(desk, busy)

    for path in (LIST, f"{LIST}/{busy.referrals[0].uid}", "/desk/inbox", "/desk/inbox/calls"):
        said = band(signed_in, path)
        assert "SMS en attente : crédit épuisé chez l’opérateur depuis 11:42" in said
        assert ", 14 messages attendent. Rechargez le compte" in said


def test_a_trouble_without_waiting_messages_says_that_sending_is_disturbed(
    desk: Desk, signed_in: Browser
) -> None:
    trouble(desk, SendProblem.THROTTLED)

    said = band(signed_in)

    assert "Envoi des SMS perturbé : l’opérateur demande d’envoyer moins vite depuis 13:00." in said
    assert 'class="trouble"' in signed_in.get(LIST).text  # amber: nobody waits


def test_stuck_messages_are_counted_and_their_referrals_can_be_opened(
    desk: Desk, signed_in: Browser, busy: Busy
) -> None:
    referral = busy.referrals[0]
    message(
        desk, busy, lane=Lane.EMERGENCY, state=MessageState.FAILED, referral_id=referral.id,
        recipient=Recipient.FACILITY.value, final_ms=-HOUR, failure="Failed: blocked",
    )  # fmt: skip
    message(desk, busy, queued_ms=-HOUR)
    message(desk, busy, state=MessageState.DEAD, final_ms=-HOUR)

    said, page = band(signed_in), signed_in.get(SENDING).text

    assert "1 SMS d’urgence non remis ou incertain · 1 SMS prêt attend" in said
    assert "1 SMS abandonné" in said
    assert f'href="/desk/referrals/{referral.uid}">{show_code(referral.code)}</a>' in page
    assert (
        "SMS au centre de santé échec le réseau ou l’abonné ne prend pas ce SMS (Failed)"
        in visible(page)
    )
    assert "Appelez vous-même" in page


def test_another_districts_messages_are_not_shown(
    desk: Desk, signed_in: Browser, lonely: Browser, busy: Busy
) -> None:
    message(desk, busy, queued_ms=-HOUR)
    trouble(desk, SendProblem.BAD_CREDENTIALS)

    assert "1 message attend" in band(signed_in)
    assert "Envoi des SMS perturbé : l’opérateur refuse notre mot de passe" in band(lonely)
    assert "attend" not in band(lonely)


def test_the_band_goes_when_the_messages_are_through(
    desk: Desk, signed_in: Browser, busy: Busy
) -> None:
    message(desk, busy, queued_ms=-HOUR)
    assert "1 SMS prêt attend" in band(signed_in)

    with desk.database.writing() as session:
        for row in session.scalars(select(Message).where(Message.state == "queued")):
            row.state = MessageState.DELIVERED.value

    assert band(signed_in) == ""


def test_the_band_speaks_english_too(desk: Desk, signed_in: Browser, busy: Busy) -> None:
    trouble(desk, SendProblem.NO_CREDIT)
    message(desk, busy)
    signed_in.post("/desk/language", seen=LIST, language="en")

    assert "SMS waiting: the carrier’s credit is used up since 13:00, 1 message waits." in (
        band(signed_in)
    )


def test_nobody_sees_it_unnamed(desk: Desk) -> None:
    trouble(desk, SendProblem.NO_CREDIT)

    assert desk.browser().get(SENDING).status_code == 302
    assert "crédit" not in desk.browser().get("/sign-in").text


@pytest.mark.parametrize("problem", [p for p, v in VERDICTS.items() if v.hold is not Hold.NONE])
def test_every_problem_that_holds_a_channel_has_its_words(problem: SendProblem) -> None:
    assert problem in PROBLEMS
    assert problem in REMEDIES
    assert set(STUCK) == set(STUCK_ADVICE)
