"""Sign-in by a browser: who gets in, how long, and that a failure tells nothing."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from mhealth.services import staff
from mhealth.store.staff import AccessRecord, StaffSession, StaffUser
from mhealth.web.addresses import sender_of
from mhealth.web.sign_in import safe_path
from tests.web.conftest import Browser, Desk
from tests.web.desk_seed import PASSWORD, Busy

LIST = "/desk/referrals"


def deeds(desk: Desk) -> list[str]:
    with desk.database.reading() as session:
        return list(session.scalars(select(AccessRecord.deed).order_by(AccessRecord.id)))


def cookie_of(browser: Browser) -> str:
    found = browser.client.get_cookie("desk")
    assert found is not None
    return found.value


def test_the_desk_asks_whoever_is_not_signed_in(desk: Desk, busy: Busy) -> None:
    answer = desk.browser().get(f"/desk/referrals/{busy.referrals[0].uid}?x=1")

    assert answer.status_code == 302
    wanted = f"next=/desk/referrals/{busy.referrals[0].uid}?x%3D1"
    assert answer.location == f"/sign-in?{wanted}"


def test_signing_in_leads_to_the_page_that_was_wanted_and_out_again(desk: Desk, busy: Busy) -> None:
    browser = desk.browser()

    answer = browser.sign_in(next="/desk/inbox?older_than=x")
    assert (answer.status_code, answer.location) == (302, "/desk/inbox?older_than=x")
    assert browser.get(LIST).status_code == 200

    assert browser.post("/sign-out", seen=LIST).location == "/sign-in"
    assert browser.get(LIST).status_code == 302
    assert deeds(desk) == ["sign_in", "sign_out"]


def test_a_cookie_kept_from_before_signing_out_opens_nothing(
    desk: Desk, signed_in: Browser
) -> None:
    kept = cookie_of(signed_in)
    signed_in.post("/sign-out", seen=LIST)
    thief = desk.browser()
    thief.client.set_cookie("desk", kept)

    assert thief.get(LIST).status_code == 302


def test_every_failure_gets_the_same_answer(desk: Desk, busy: Busy) -> None:
    with desk.database.writing() as session:
        off = staff.create_user(
            session, username="off", display_name="x", district=busy.district,
            password=PASSWORD, now=desk.clock.at,
        )  # fmt: skip
        off.is_active = False
    for _ in range(5):
        desk.browser().sign_in("desk", "wrong")

    answers = [
        desk.browser().sign_in(name, password)
        for name, password in [
            ("nobody", "wrong"),  # no such user
            ("off", PASSWORD),  # switched off
            ("desk", "wrong"),  # locked
            ("desk", PASSWORD),  # locked, password right
        ]
    ]

    def told(html: str) -> str:
        return re.sub(r'value="[^"]*"', "", html)

    assert {answer.status_code for answer in answers} == {403}
    assert len({told(answer.text) for answer in answers}) == 1
    assert "ne vont pas ensemble" in answers[0].text
    assert deeds(desk) == ["sign_in_failed"] * 9


def test_an_address_over_its_limit_gets_the_same_answer_and_others_are_let_in(
    make_desk: Callable[..., Desk],
) -> None:
    desk = make_desk(trust_proxy=True)

    def sign_in(address: str, name: str, password: str) -> tuple[int, str]:
        browser = desk.browser()
        browser.client.environ_base["HTTP_X_FORWARDED_FOR"] = f"10.9.8.7, {address}"
        answer = browser.sign_in(name, password)
        return answer.status_code, re.sub(r'value="[^"]*"', "", answer.text)

    flood = {sign_in("198.51.100.1", f"name{i}", "wrong") for i in range(25)}

    assert len(flood) == 1
    assert sign_in("198.51.100.1", "desk", PASSWORD) in flood
    assert sign_in("198.51.100.2", "desk", PASSWORD)[0] == 302
    assert deeds(desk) == ["sign_in_failed"] * 21 + ["sign_in"]


@pytest.mark.parametrize(
    ("address", "sender"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:0:1:aaaa::1", "2001:db8:0:1::/64"),
        ("2001:db8:0:1:bbbb::2", "2001:db8:0:1::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
        (None, "unknown"),
        ("a.b.c.d", "unknown"),
    ],
)
def test_one_network_of_a_customer_counts_as_one_sender(address: str | None, sender: str) -> None:
    assert sender_of(address) == sender


def test_a_refused_form_keeps_the_name_but_not_the_password(desk: Desk, busy: Busy) -> None:
    answer = desk.browser().sign_in("desk", "wrong-password-typed")

    assert 'value="desk"' in answer.text
    assert "wrong-password-typed" not in answer.text


def test_signing_in_makes_a_new_session_and_ends_the_one_before(desk: Desk, busy: Busy) -> None:
    browser = desk.browser()
    browser.sign_in()
    first = cookie_of(browser)
    browser.client.post(
        "/sign-in",
        data={"username": "desk", "password": PASSWORD, "csrf_token": token_on(browser, LIST)},
    )

    assert cookie_of(browser) != first
    assert browser.get(LIST).status_code == 200
    earlier = desk.browser()
    earlier.client.set_cookie("desk", first)
    assert earlier.get(LIST).status_code == 302


def test_a_cookie_planted_before_signing_in_does_not_become_signed_in(
    desk: Desk, busy: Busy
) -> None:
    attacker = desk.browser()
    attacker.get("/sign-in")
    planted = cookie_of(attacker)
    victim = desk.browser()
    victim.client.set_cookie("desk", planted)

    assert victim.sign_in().status_code == 302

    assert cookie_of(victim) != planted
    assert attacker.get(LIST).status_code == 302


def test_a_session_ends_after_a_quarter_of_an_hour_without_a_page(
    desk: Desk, signed_in: Browser
) -> None:
    for _ in range(4):
        desk.staff_clock.on(minutes=14)
        assert signed_in.get(LIST).status_code == 200

    desk.staff_clock.on(minutes=15)

    assert signed_in.get(LIST).status_code == 302
    assert "Votre session a pris fin" in signed_in.get("/sign-in").text


def test_a_session_ends_after_eight_hours_however_busy(desk: Desk, signed_in: Browser) -> None:
    for _ in range(47):
        desk.staff_clock.on(minutes=10)
        assert signed_in.get(LIST).status_code == 200

    desk.staff_clock.on(minutes=10)

    assert signed_in.get(LIST).status_code == 302


def test_moving_the_clock_of_the_demonstration_signs_nobody_out(
    desk: Desk, signed_in: Browser
) -> None:
    desk.clock.on(days=3)

    assert signed_in.get(LIST).status_code == 200


def test_a_user_switched_off_is_out_at_the_next_page(desk: Desk, signed_in: Browser) -> None:
    with desk.database.writing() as session:
        session.scalars(select(StaffUser)).one().is_active = False

    assert signed_in.get(LIST).status_code == 302


def test_a_stolen_table_of_sessions_opens_nothing(desk: Desk, signed_in: Browser) -> None:
    with desk.database.reading() as session:
        kept = session.scalars(select(StaffSession)).one().token_hash

    assert len(kept) == 32
    assert kept.hex() not in cookie_of(signed_in)


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example/desk", "https://evil.example", "/\\evil.example", "/desk//evil.example",
        "/desk/../sign-out\\x", "javascript:alert(1)", "/desk\r\nSet-Cookie: x=1", "/desk.evil.example",
        "desk", "/sign-out", "/hooks/africastalking/x/sms", "", "/desk/é", "/deskevil",
    ],
)  # fmt: skip
def test_signing_in_never_leads_off_the_desk(wanted: str) -> None:
    assert safe_path(wanted) == "/desk"


@pytest.mark.parametrize(
    "wanted", ["/desk", "/desk/inbox", "/desk?x=1", "/desk/referrals?code=482"]
)
def test_signing_in_leads_to_any_page_of_the_desk(wanted: str) -> None:
    assert safe_path(wanted) == wanted


@pytest.mark.parametrize("name", ["\x00", "desk\x00", "a" * 5000, "\u202edesk", "🤒", "'; --"])
def test_odd_names_are_refused_like_any_other(desk: Desk, busy: Busy, name: str) -> None:
    assert desk.browser().sign_in(name, "x").status_code in (403, 413)


def test_cookies_are_bound_to_the_host_when_the_desk_is_reached_by_https(
    make_desk: Callable[..., Desk],
) -> None:
    plain = make_desk().browser().get("/sign-in")
    safe = make_desk(public_url="https://desk.example.org").browser().get("/sign-in")

    assert "HttpOnly; Path=/; SameSite=Lax" in plain.headers["Set-Cookie"]
    assert "Strict-Transport-Security" not in plain.headers
    assert safe.headers["Set-Cookie"].startswith("__Host-desk=")
    assert "Secure; HttpOnly; Path=/; SameSite=Lax" in safe.headers["Set-Cookie"]
    assert safe.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def token_on(browser: Browser, path: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(path).text)
    assert found is not None
    return found.group(1)
