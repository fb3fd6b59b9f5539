"""Without consent the desk shows class, code, places, times and SMS: not who is ill, nor of what."""

import json

import pytest

from mhealth.domain.codes import show_code
from mhealth.domain.message import Lane, Recipient
from mhealth.store.referrals import Referral
from mhealth.store.reports import Report
from tests import factories as made
from tests.web.conftest import Browser, Desk
from tests.web.desk_seed import Busy
from tests.web.reading import visible

LIST = "/desk/referrals"
WITHHELD = "accord refusé : seul l’essentiel est montré"
SECRETS = (
    "Nourrisson", "12 jours", "Convulsions", "Oui :", "Non :", "Réponses données", "Protocole",
    "Règle ", "danger_sign",
)  # fmt: skip


@pytest.fixture
def refused(desk: Desk, busy: Busy) -> Referral:
    """An emergency of an infant of twelve days whose caller refused to share."""
    with desk.database.writing() as session:
        report = made.a_report(
            session, made.a_person(session, busy.district), consent_given=False, phone_id=None,
            subject="infant", age_days=12, protocol="infant", village_id=busy.villages[1].id,
        )  # fmt: skip
        report.answers = json.dumps({"convulsions": True})
        referral = made.a_referral(
            session, report, consent_given=False, facility=busy.facilities[1],
            village_id=busy.villages[1].id, created_at=desk.clock.at,
        )  # fmt: skip
        made.a_message(
            session, referral_id=referral.id, district_id=busy.district.id, lane=Lane.EMERGENCY,
            recipient=Recipient.FACILITY.value, body="URGENCE: Boko-Zoumé. Rép OUI ou NON",
            created_at=desk.clock.at,
        )  # fmt: skip
    return referral


def test_the_page_keeps_to_the_essentials_and_says_why(
    signed_in: Browser, refused: Referral
) -> None:
    said = visible(signed_in.get(f"{LIST}/{refused.uid}").text)

    for part in ("URGENCE", show_code(refused.code), "Boko-Zoumé", "CS Kpéla", "mer. 4 mars, 13:00",
                 "SMS au centre de santé", "URGENCE: Boko-Zoumé. Rép OUI ou NON"):  # fmt: skip
        assert part in said, part
    assert f"Malade {WITHHELD}" in said
    assert f"Classement URGENCE {WITHHELD}" in said
    assert [secret for secret in SECRETS if secret in said] == []


def test_the_list_keeps_to_the_essentials_and_says_why(
    signed_in: Browser, refused: Referral
) -> None:
    page = signed_in.get(f"{LIST}?code={refused.code}").text
    row = visible(page.split('<tr role="row" class="row')[1])

    for part in ("URGENCE", show_code(refused.code), "Boko-Zoumé", "CS Kpéla", WITHHELD):
        assert part in row, part
    assert [secret for secret in SECRETS if secret in row] == []


def test_what_stands_red_keeps_to_the_essentials(
    desk: Desk, signed_in: Browser, refused: Referral
) -> None:
    with desk.database.writing() as session:
        row = session.get(Referral, refused.id)
        assert row is not None
        row.escalated_at = desk.clock.at
        for other in session.query(Referral).filter(Referral.id != refused.id):
            other.status = "accepted"

    page = signed_in.get(LIST).text
    alarm = visible(page[page.index('class="alarm"') : page.index("</section>")])

    assert show_code(refused.code) in alarm
    assert WITHHELD in alarm
    assert "Nourrisson" not in alarm


def test_a_later_report_without_consent_hides_what_an_earlier_one_showed(
    desk: Desk, signed_in: Browser, busy: Busy
) -> None:
    shared = busy.referrals[0]
    with desk.database.writing() as session:
        report = session.get(Report, shared.report_id)
        assert report is not None
        report.consent_given = False

    assert WITHHELD in visible(signed_in.get(f"{LIST}/{shared.uid}").text)
    assert WITHHELD in visible(signed_in.get(f"{LIST}?code={shared.code}").text)


def test_english_says_it_too(signed_in: Browser, refused: Referral) -> None:
    signed_in.post("/desk/language", seen=LIST, language="en")

    said = visible(signed_in.get(f"{LIST}/{refused.uid}").text)

    assert "consent refused: only the essentials are shown" in said
    assert "Young infant" not in said
