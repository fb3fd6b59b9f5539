"""One referral: its facts, its life in order, its numbers only on request, each look on record."""

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from mhealth.domain.codes import is_code, show_code
from mhealth.store.keyring import Keyring
from mhealth.store.messages import InboundMessage, Message
from mhealth.store.people import Phone
from mhealth.store.referrals import Referral
from mhealth.store.reports import Report
from mhealth.store.staff import AccessRecord
from mhealth.triage.evaluate import assess
from mhealth.web.shown import hide_numbers
from tests import factories as made
from tests.product import protocols
from tests.web.conftest import Browser, Desk
from tests.web.desk_seed import Busy
from tests.web.reading import visible


def page_of(referral: Referral) -> str:
    return f"/desk/referrals/{referral.uid}"


def titles(html: str) -> list[str]:
    found = re.findall(r'<p class="entry-title">(.*?)</p>', html, re.DOTALL)
    return [visible(title).strip() for title in found]


def answered(busy: Busy) -> Referral:
    return next(r for r in busy.referrals if r.status == "accepted")


def caller_of(desk: Desk, referral: Referral) -> str:
    with desk.database.reading() as session:
        return str(session.get(Phone, referral.phone_id).msisdn)  # type: ignore[union-attr]


def test_the_timeline_tells_call_answers_class_moves_and_messages_in_order(
    signed_in: Browser, busy: Busy
) -> None:
    told = titles(signed_in.get(page_of(answered(busy))).text)

    assert told[0] == "Début de l’appel"
    assert told[1] == "Réponses données"
    assert told[2] == "Classement"
    assert told[3].startswith("Référence créée par la personne qui a appelé · ")
    assert told[4] == "SMS à l’agent de santé reçu sur le téléphone"
    assert told[5] == "SMS au centre de santé envoyé"
    assert told[6] == "SMS à la personne qui a appelé échec"
    assert told[7] == "Appel terminé"
    assert told[8] == "SMS reçu Centre de santé"
    assert told[9].startswith("Acceptée par le centre de santé")


def test_each_sms_shows_its_way_on_one_clock(signed_in: Browser, busy: Busy) -> None:
    said = visible(signed_in.get(page_of(busy.referrals[0])).text)

    assert (
        "12:59:00 mis en file 12:59:00 remis à l’opérateur 12:59:00 envoyé "
        "12:59:08 reçu sur le téléphone"
    ) in said
    assert "12:59:08 échec (Failed) UserInBlacklist" in said


def test_the_class_is_explained_by_its_rule_and_the_source_of_that_rule(
    desk: Desk, signed_in: Browser, busy: Busy
) -> None:
    child = protocols()["child"]
    with desk.database.writing() as session:
        referral = session.get(Referral, busy.referrals[0].id)
        assert referral is not None
        answers = dict.fromkeys(child.asked, False) | {"convulsions": True}
        found = assess(child, answers)
        report = session.get(Report, referral.report_id)
        assert report is not None
        report.protocol, report.protocol_version = child.name, child.version
        report.answers, report.rules = json.dumps(answers), list(found.rule_ids)
    rule = next(r for r in child.rules if r.id == found.rule_ids[0])

    said = visible(signed_in.get(page_of(busy.referrals[0])).text)

    assert "Oui : Convulsions" in said
    assert f"Règle {rule.id}" in said
    assert rule.origin.source.title in said
    assert f"{rule.origin.source.publisher}, {rule.origin.source.year}" in said
    assert "brouillon non signé" in said
    assert "règles modifiées depuis" not in said


def test_a_report_by_older_rules_says_so(desk: Desk, signed_in: Browser, busy: Busy) -> None:
    with desk.database.writing() as session:
        report = session.get(Report, busy.referrals[0].report_id)
        assert report is not None
        report.protocol_version, report.rules = "0" * 16, ["GONE"]

    said = visible(signed_in.get(page_of(busy.referrals[0])).text)

    assert "règles modifiées depuis" in said
    assert "GONE Cette règle n’existe plus" in said


def test_a_protocol_that_is_gone_still_leaves_a_page(
    desk: Desk, signed_in: Browser, busy: Busy
) -> None:
    with desk.database.writing() as session:
        report = session.get(Report, busy.referrals[0].report_id)
        assert report is not None
        report.protocol = "abolished"

    assert "Protocole : abolished" in visible(signed_in.get(page_of(busy.referrals[0])).text)


def test_numbers_are_masked_until_asked_for_also_within_texts(
    desk: Desk, signed_in: Browser, busy: Busy
) -> None:
    referral = busy.referrals[0]
    number = caller_of(desk, referral)
    with desk.database.writing() as session:
        made.a_message(
            session, referral_id=referral.id, district_id=referral.district_id,
            body=f"Appelez {number} ou 01 96 12 34 56, code {show_code(referral.code)}.",
        )  # fmt: skip
    address = page_of(referral)

    masked = signed_in.get(address).text
    shown = signed_in.post(f"{address}/numbers", seen=address).text

    assert number not in masked
    assert "96 12 34 56" not in masked
    assert f"code {show_code(referral.code)}." in masked
    assert f'<a href="tel:{number}">{number}</a>' in shown
    assert f"Appelez {number} ou 01 96 12 34 56" in shown
    assert "Adjoa Mensavi" in shown
    assert "Adjoa Mensavi" not in masked


def test_each_look_and_each_asking_is_on_record(desk: Desk, signed_in: Browser, busy: Busy) -> None:
    address = page_of(busy.referrals[2])
    signed_in.get(address)
    signed_in.client.post(f"{address}/numbers")  # without a token: nothing is shown
    signed_in.post(f"{address}/numbers", seen=address)

    with desk.database.reading() as session:
        rows = session.scalars(select(AccessRecord).order_by(AccessRecord.id)).all()
        assert [row.deed for row in rows] == [
            "sign_in", "view_referral", "view_referral", "show_number",
        ]  # fmt: skip
        assert {row.object_uid for row in rows[1:]} == {str(busy.referrals[2].uid)}
        assert {row.staff_user_id for row in rows} == {busy.user.id}
        assert {row.district_id for row in rows} == {busy.district.id}


def test_the_list_itself_is_no_look_at_a_person(desk: Desk, signed_in: Browser) -> None:
    signed_in.get("/desk/referrals")

    with desk.database.reading() as session:
        assert session.scalars(select(AccessRecord.deed)).all() == ["sign_in"]


def test_what_stands_red_puts_the_people_to_call_first(
    desk: Desk, signed_in: Browser, busy: Busy
) -> None:
    address = page_of(busy.referrals[0])
    calm = visible(signed_in.get(address).text)
    desk.clock.on(minutes=14)
    red = visible(signed_in.get(address).text)

    assert calm.index("Faits") < calm.index("À appeler")
    assert red.index("À appeler") < red.index("Faits")
    assert "Personne n’a répondu à temps." in red
    assert "Réponse due à l’instant" in red


def test_an_emergency_without_village_consent_or_phone_has_a_page(
    desk: Desk, signed_in: Browser, busy: Busy
) -> None:
    with desk.database.writing() as session:
        person = made.a_person(session, busy.district)
        report = made.a_report(session, person, consent_given=False)
        bare = made.a_referral(session, report, consent_given=False)

    said = visible(signed_in.get(page_of(bare)).text)

    assert "Village inconnu" in said
    assert "aucun centre" in said
    assert "refusé : seules les données nécessaires à l’urgence" in said
    assert "Aucun numéro n’est connu" in said


def test_texts_sealed_with_a_lost_key_are_said_to_be_so(
    desk: Desk, signed_in: Browser, busy: Busy
) -> None:
    referral = busy.referrals[0]
    with desk.database.writing() as session:
        message = session.scalars(select(Message).where(Message.referral_id == referral.id)).first()
        assert message is not None
        sms = made.an_inbound_sms(
            session, district_id=busy.district.id, received_at=desk.clock.at,
            referral_id=referral.id,
        )  # fmt: skip
        sms_id, message_id = sms.id, message.id
    lost = Keyring({"lost": b"x" * 32}, b"y" * 32)
    with desk.database.writing() as session:
        session.info["keyring"] = lost
        for kind, key in ((Message, message_id), (InboundMessage, sms_id)):
            row = session.get(kind, key)
            assert row is not None
            row.body = "written with another key"
            session.flush()

    for path in (page_of(referral), "/desk/inbox"):
        answer = signed_in.get(path)
        assert answer.status_code == 200
        assert "scellé avec une clé que cette installation n’a pas" in answer.text


def test_a_page_asks_the_database_the_same_whatever_its_length(
    desk: Desk, signed_in: Browser, busy: Busy
) -> None:
    referral = busy.referrals[0]

    def asked() -> int:
        statements: list[str] = []

        def note(_c: object, _u: object, statement: str, *_: object) -> None:
            statements.append(statement)

        event.listen(desk.database.full, "before_cursor_execute", note)
        assert signed_in.get(page_of(referral)).status_code == 200
        event.remove(desk.database.full, "before_cursor_execute", note)
        return len(statements)

    before = asked()
    with desk.database.writing() as session:
        for _ in range(20):
            message = made.a_message(session, referral_id=referral.id)
            made.a_delivery_report(session, message)
            made.an_event(
                session, referral, facility_id=busy.facilities[1].id,
                at=referral.created_at + timedelta(minutes=1),
            )  # fmt: skip
    assert asked() == before <= 26


def test_a_rule_over_many_signs_names_those_that_were_reported(
    desk: Desk, signed_in: Browser, busy: Busy
) -> None:
    child = protocols()["child"]
    rule = max(child.rules, key=lambda r: len(r.condition.parts))
    assert rule.condition.at_least == 1
    sign = next(part for part in rule.condition.parts if isinstance(part, str))
    with desk.database.writing() as session:
        report = session.get(Report, busy.referrals[0].report_id)
        assert report is not None
        report.protocol, report.protocol_version = child.name, child.version
        report.answers, report.rules = json.dumps({sign: True}), [rule.id]

    said = visible(signed_in.get(page_of(busy.referrals[0])).text)

    label = child.signs[sign].labels["fr"]
    assert f"{label} (ou {len(rule.condition.parts) - 1} autres signes)" in said


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("OUI 482 1935 14h", "OUI 482 1935 14h"),
        ("Tél. +2290197000001.", "Tél. +229********01."),
        ("appelez 01 97 00 00 01 vite", "appelez 0197****01 vite"),
        ("229 0197 000001", "2290*******01"),
        ("97000001", "9700**01"),
        ("2026-11-24 14:30", "2026****14:30"),
        ("reçu 3 fois en 20 min", "reçu 3 fois en 20 min"),
    ],
)
def test_what_looks_like_a_number_is_hidden_and_a_code_is_not(text: str, shown: str) -> None:
    assert is_code("4821935")
    assert hide_numbers(text) == shown
