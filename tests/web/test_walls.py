"""Every route: its headers, its forged forms, and what another district gets of it."""

import io
import re
import zipfile
from collections.abc import Callable
from uuid import UUID, uuid4

from sqlalchemy import func, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from mhealth.store.messages import InboundMessage
from mhealth.store.staff import AccessRecord
from mhealth.web.security import CONTENT_SECURITY_POLICY
from tests.web.conftest import Browser, Desk
from tests.web.desk_seed import Busy
from tests.web.reading import faults, live_parts

OPEN_TO_ALL = {"sign_in.sign_in", "sign_in.try_sign_in", "sign_in.sign_out", "static"}

OF_MACHINES = ("hooks.", "rehearsal.", "health.", "metrics.")
"""Nobody signs in there: carriers and rehearsals bear a token, /metrics is this machine's or a token's."""


def rules(desk: Desk, method: str) -> list[Rule]:
    """Every address that people use."""
    found = [r for r in desk.app.url_map.iter_rules() if method in (r.methods or set())]
    assert found
    return [r for r in found if not r.endpoint.startswith(OF_MACHINES)]


def address(desk: Desk, rule: Rule, uid: UUID) -> str:
    values = dict.fromkeys(rule.arguments, uid)
    if "filename" in values:
        return "/assets/desk.css"
    with desk.app.test_request_context():
        path: str = desk.app.url_map.bind("localhost").build(rule.endpoint, values)
    return path


def one_sms(desk: Desk) -> UUID:
    with desk.database.reading() as session:
        return session.scalars(select(InboundMessage.uid).limit(1)).one()


def test_every_page_carries_the_same_wall(desk: Desk, busy: Busy, signed_in: Browser) -> None:
    paths = [address(desk, rule, busy.referrals[0].uid) for rule in rules(desk, "GET")]
    for path in [*paths, "/nowhere", f"/desk/referrals/{uuid4()}", "/sign-out"]:
        answer = signed_in.get(path)

        assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY, path
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert "camera=()" in answer.headers["Permissions-Policy"]
        is_asset = path.startswith("/assets/")
        assert ("no-store" in answer.headers["Cache-Control"]) is not is_asset, path


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere() -> None:
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "default-src 'none'" in CONTENT_SECURITY_POLICY
    assert "frame-ancestors 'none'" in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY


def test_no_page_needs_a_script_an_inline_style_or_another_host(
    desk: Desk, busy: Busy, signed_in: Browser
) -> None:
    for rule in rules(desk, "GET"):
        path = address(desk, rule, busy.referrals[0].uid)
        answer = signed_in.get(path, follow_redirects=True)
        text = all_text(answer)
        if answer.mimetype in PACKED:
            continue
        if path.startswith("/assets/"):
            assert "url(" not in text
            assert "@import" not in text
            continue
        assert live_parts(text) == [], path
        assert faults(text) == [], path


def test_a_form_without_its_token_changes_nothing(
    desk: Desk, busy: Busy, signed_in: Browser
) -> None:
    sms = one_sms(desk)
    before = count(desk)
    for rule in rules(desk, "POST"):
        uid = sms if "inbox" in rule.rule else busy.referrals[0].uid
        for data in ({}, {"csrf_token": "forged"}):
            answer = signed_in.client.post(address(desk, rule, uid), data=data)

            assert answer.status_code == 400, rule
            assert "Ce formulaire est périmé" in answer.text
    assert count(desk) == before
    assert signed_in.get("/desk/referrals").status_code == 200


def count(desk: Desk) -> tuple[int, int]:
    with desk.database.reading() as session:
        records = session.scalar(select(func.count()).select_from(AccessRecord))
        waiting = session.scalar(select(func.count()).where(InboundMessage.needs_person))
    assert records is not None
    assert waiting is not None
    return records, waiting


def test_a_token_of_one_browser_does_not_serve_another(desk: Desk, signed_in: Browser) -> None:
    other = desk.browser()
    stolen = re.search(r'name="csrf_token" value="([^"]+)"', other.get("/sign-in").text)
    assert stolen is not None

    answer = signed_in.client.post(
        "/desk/language", data={"csrf_token": stolen.group(1), "language": "en"}
    )

    assert answer.status_code == 400


def test_every_page_but_the_sign_in_asks_who_one_is(desk: Desk, busy: Busy) -> None:
    for method in ("GET", "POST"):
        for rule in rules(desk, method):
            if rule.endpoint in OPEN_TO_ALL:
                continue
            browser = desk.browser()
            path = address(desk, rule, busy.referrals[0].uid)
            if method == "GET":
                answer = browser.get(path)
            else:
                answer = browser.post(path, seen="/sign-in", language="en")
            assert answer.status_code == 302, path
            assert answer.location.startswith(("/sign-in", "/desk")), path
            assert "/desk/referrals/" not in (answer.location if method == "POST" else "")


def test_the_numbers_for_machines_are_no_page_for_people(desk: Desk, signed_in: Browser) -> None:
    """Not even for who is signed in: whoever comes through the proxy finds nothing there."""
    through_proxy = {"X-Forwarded-For": "203.0.113.9"}

    assert desk.app.test_client().get("/metrics").status_code == 200
    assert signed_in.client.get("/metrics", headers=through_proxy).status_code == 404
    away = {"REMOTE_ADDR": "203.0.113.9"}
    assert signed_in.client.get("/metrics", environ_overrides=away).status_code == 404


def test_no_route_shows_another_districts_rows(desk: Desk, busy: Busy, lonely: Browser) -> None:
    """Generated from the map of routes: whoever adds a page is asked here."""
    secrets = [r.code[:3] + " " + r.code[3:] for r in busy.referrals]
    secrets += [v.name for v in busy.villages] + ["CS Kpéla", "alert(1)"]
    ours = busy.referrals[0]
    before = count(desk)
    for method in ("GET", "POST"):
        for rule in rules(desk, method):
            uid = one_sms(desk) if "inbox" in rule.rule else ours.uid
            path = address(desk, rule, uid)
            if rule.endpoint in OPEN_TO_ALL:
                continue
            if method == "POST":
                answer = lonely.post(path, seen="/desk/referrals", language="fr")
            else:
                answer = lonely.get(path, follow_redirects=True)
            if rule.arguments:
                assert answer.status_code == 404, path
            text = all_text(answer)
            assert not [s for s in secrets if s in text], path
    assert count(desk)[1] == before[1]


PACKED = ("application/zip", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")


def all_text(answer: TestResponse) -> str:
    """What an answer says, also inside an archive."""
    if answer.mimetype not in PACKED:
        return answer.text
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        return "".join(archive.read(name).decode(errors="replace") for name in archive.namelist())


def test_another_districts_referral_looks_like_one_that_never_was(
    busy: Busy, lonely: Browser
) -> None:
    theirs = lonely.get(f"/desk/referrals/{busy.referrals[0].uid}")
    nothing = lonely.get(f"/desk/referrals/{uuid4()}")

    assert (theirs.status_code, theirs.text) == (404, nothing.text)


def test_another_districts_place_is_no_filter(busy: Busy, lonely: Browser) -> None:
    answer = lonely.get(f"/desk/referrals?village={busy.villages[0].uid}")

    assert answer.status_code == 400
    assert busy.villages[0].name not in answer.text


def test_another_districts_code_finds_nothing(busy: Busy, lonely: Browser) -> None:
    answer = lonely.get(f"/desk/referrals?code={busy.referrals[0].code}")

    assert answer.status_code == 200
    assert "Aucune référence ne correspond" in answer.text


def test_another_districts_row_is_no_place_to_read_on_from(busy: Busy, lonely: Browser) -> None:
    for turn in ("older_than", "newer_than"):
        answer = lonely.get(f"/desk/referrals?{turn}={busy.referrals[30].uid}")

        assert answer.status_code == 200
        assert "Aucune référence pour le moment" in answer.text


def test_a_look_that_cannot_be_recorded_is_not_granted(
    desk: Desk, busy: Busy, signed_in: Browser, make_desk: Callable[..., Desk]
) -> None:
    with desk.database.full.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER no_records BEFORE INSERT ON access_records "
            "BEGIN SELECT RAISE(ABORT, 'full'); END"
        )

    answer = signed_in.get(f"/desk/referrals/{busy.referrals[0].uid}")

    assert answer.status_code == 503
    assert "Le registre ne répond pas" in answer.text
    assert "full" not in answer.text
