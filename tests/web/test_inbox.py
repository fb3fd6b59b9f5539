"""The inbox: what a person must read, seen as it was written, and put aside when dealt with."""

import re

import pytest
from sqlalchemy import select

from mhealth.store.messages import InboundMessage, UnreadCall
from mhealth.store.staff import AccessRecord
from tests import factories as made
from tests.web.conftest import Browser, Desk
from tests.web.desk_seed import Busy
from tests.web.payloads import PAYLOADS
from tests.web.reading import faults, live_parts, visible

INBOX = "/desk/inbox"


def follow(browser: Browser, path: str) -> list[str]:
    """Every page of a list from here on."""
    pages = []
    at: str | None = path
    while at is not None:
        pages.append(browser.get(at).text)
        found = re.search(r'rel="next" href="([^"]+)"', pages[-1])
        at = found.group(1).replace("&amp;", "&") if found else None
    return pages


def quotes(html: str) -> list[str]:
    return re.findall(r"<blockquote[^>]*>(.*?)</blockquote>", html, re.DOTALL)


def test_only_what_needs_a_person_is_there_newest_first_and_paged(
    desk: Desk, signed_in: Browser, busy: Busy
) -> None:
    with desk.database.reading() as session:
        query = select(InboundMessage).where(InboundMessage.needs_person)
        rows = session.scalars(query.order_by(InboundMessage.received_at.desc())).all()
        first = str(rows[0].body)

    pages = follow(signed_in, INBOX)

    assert [len(quotes(page)) for page in pages] == [25, 25, len(rows) - 50]
    assert visible(quotes(pages[0])[0]) == first
    assert f"Boîte de réception {len(rows)} à lire" in visible(pages[0])
    assert "OUI " not in visible("".join(quotes(pages[0])[:3]))


def test_every_hostile_text_is_shown_as_written_and_does_nothing(
    signed_in: Browser, busy: Busy
) -> None:
    assert len(PAYLOADS) >= 60
    pages = [*follow(signed_in, INBOX), *follow(signed_in, f"{INBOX}/calls")]
    pages += [signed_in.get(f"/desk/referrals/{r.uid}").text for r in busy.referrals[:60:3]]

    assert [part for page in pages for part in live_parts(page)] == []
    assert [fault for page in pages for fault in faults(page)] == []
    shown = " ".join(visible(page) for page in pages)
    for payload in PAYLOADS:
        plain = re.sub(r"\s+", " ", re.sub(r"[^\n\x20-\uffff]|[\u200b-\u206f\ufeff]", "", payload))
        if plain == re.sub(r"\s+", " ", payload):
            assert plain.strip() in shown, payload
    texts = {visible(quote) for page in pages for quote in quotes(page)}
    assert "{{ 7*7 }}" in texts
    assert "49" not in texts


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\u202eOUI 7391284", "U+202EOUI 7391284"),
        ("a\u200bb", "aU+200Bb"),
        ("\x1b[31mrouge\x07", "U+001B[31mrougeU+0007"),
        ("un\r\ndeux", "un deux"),
        ("\x00", "U+0000"),
    ],
)
def test_marks_that_cannot_be_seen_are_named(
    desk: Desk, signed_in: Browser, busy: Busy, text: str, shown: str
) -> None:
    with desk.database.writing() as session:
        made.an_inbound_sms(
            session, body=text, district_id=busy.district.id, received_at=desk.clock.at
        )

    page = signed_in.get(INBOX).text

    assert visible(quotes(page)[0]) == shown
    assert not set(page) & set("\u202e\u200b\x1b\x07\x00")


def test_a_number_is_shown_on_request_only_for_that_sms_and_on_record(
    desk: Desk, signed_in: Browser, busy: Busy
) -> None:
    with desk.database.reading() as session:
        query = select(InboundMessage).where(InboundMessage.needs_person)
        sms = session.scalars(query.order_by(InboundMessage.received_at.desc())).first()
        assert sms is not None
        number, uid = str(sms.msisdn), sms.uid

    before = signed_in.get(INBOX).text
    after = signed_in.post(f"{INBOX}/{uid}/number", seen=INBOX).text

    assert number not in before
    assert len(re.findall(r"tel:\+229", after)) == 1
    assert number in after
    with desk.database.reading() as session:
        rows = session.scalars(select(AccessRecord).order_by(AccessRecord.id)).all()
        assert [row.deed for row in rows][-2:] == ["view_inbox", "show_number"]
        assert rows[-1].object_uid == str(uid)


def test_what_was_dealt_with_leaves_the_inbox_once_and_is_on_record(
    desk: Desk, signed_in: Browser, busy: Busy
) -> None:
    with desk.database.reading() as session:
        query = select(InboundMessage.uid).where(InboundMessage.needs_person)
        uid = session.scalars(query.order_by(InboundMessage.received_at.desc())).first()

    for _ in range(2):  # a second click, or a second person, changes nothing
        answer = signed_in.post(f"{INBOX}/{uid}/settle", seen=INBOX)
        assert answer.status_code == 302

    assert str(uid) not in signed_in.get(INBOX).text
    with desk.database.reading() as session:
        assert session.scalars(
            select(AccessRecord.object_uid).where(AccessRecord.deed == "settle_sms")
        ).all() == [str(uid)]
        row = session.scalars(select(InboundMessage).where(InboundMessage.uid == uid)).one()
        assert row.body  # put aside, not deleted


def test_an_empty_inbox_says_that_all_is_well(desk: Desk) -> None:
    with desk.database.writing() as session:
        session.query(InboundMessage).update({"needs_person": False})
        session.query(UnreadCall).delete()
    browser = desk.browser()
    browser.sign_in()

    assert "Rien à lire" in browser.get(INBOX).text
    assert "Aucun appel illisible" in browser.get(f"{INBOX}/calls").text


def test_unread_calls_are_only_for_the_district_that_takes_strays(lonely: Browser) -> None:
    assert lonely.get(f"{INBOX}/calls").status_code == 404
    assert "Appels illisibles" not in lonely.get(INBOX).text
