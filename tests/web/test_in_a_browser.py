"""The desk in Chromium: hostile texts do nothing, small screens fit, a keyboard is enough."""

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

from mhealth.domain.gateway import SendProblem
from mhealth.domain.message import Lane
from mhealth.store.troubles import Line, note_trouble
from tests.factories import a_message
from tests.web.conftest import Desk
from tests.web.desk_seed import PASSWORD, Busy
from tests.web.payloads import PAYLOADS
from tests.web.test_workers import plant_request, plant_worker

pytestmark = pytest.mark.browser

_CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
_WATCH = """
window.violations = [];
document.addEventListener('securitypolicyviolation', e => window.violations.push(e.blockedURI));
"""


@dataclass
class Watched:
    """A tab that notes whatever a hostile text could bring about."""

    page: Page
    url: str
    seen: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.add_init_script(_WATCH)
        self.page.on("dialog", self._dialog)
        self.page.on("pageerror", lambda error: self.seen.append(f"error: {error}"))
        self.page.on("console", lambda said: self._console(said.type, said.text))
        self.page.on("request", lambda sent: self._request(sent.url))

    def open(self, path: str) -> None:
        self.page.goto(f"{self.url}{path}")

    def sign_in(self) -> None:
        self.open("/sign-in")
        self.page.fill("[name=username]", "desk")
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("main button")
        self.page.wait_for_url("**/desk/referrals")

    def look(self) -> None:
        """Add what the page at hand did."""
        self.seen += [f"violation: {uri}" for uri in self.page.evaluate("window.violations")]
        if self.page.evaluate("window.owned !== undefined || parent.owned !== undefined"):
            self.seen.append("a script ran")
        if not self.page.title().endswith(" · Mhealth"):
            self.seen.append(f"title: {self.page.title()}")

    def _dialog(self, dialog: object) -> None:
        self.seen.append("dialog")
        dialog.dismiss()  # type: ignore[attr-defined]

    def _console(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.seen.append(f"console: {text}")

    def _request(self, address: str) -> None:
        if not address.startswith(self.url):
            self.seen.append(f"request: {address}")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def served(desk: Desk) -> Iterator[str]:
    """The desk on a free port of this machine."""

    def control() -> str:
        return "<title>x · Mhealth</title><script>window.owned = 1</script>"

    desk.app.add_url_rule("/control", view_func=control)
    server = make_server("127.0.0.1", 0, desk.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def tab(chromium: Chromium, served: str) -> Iterator[Callable[..., Watched]]:
    contexts = []

    def open_tab(width: int = 1280, **more: object) -> Watched:
        context = chromium.new_context(viewport={"width": width, "height": 800}, **more)  # type: ignore[arg-type]
        contexts.append(context)
        return Watched(context.new_page(), served)

    yield open_tab
    for context in contexts:
        context.close()


def test_the_watch_sees_an_inline_script_that_the_policy_stops(tab: Callable[..., Watched]) -> None:
    watched = tab()
    watched.open("/control")
    watched.look()

    assert "violation: inline" in watched.seen
    assert "a script ran" not in watched.seen


def test_hostile_texts_do_nothing_on_any_page(tab: Callable[..., Watched], busy: Busy) -> None:
    watched = tab()
    watched.sign_in()
    shown = ""
    for start in ("/desk/inbox", "/desk/inbox/calls"):
        watched.open(start)
        while True:
            watched.look()
            shown += watched.page.inner_text("main")
            onward = watched.page.locator("a[rel=next]")
            if not onward.count():
                break
            onward.click()
    for referral in busy.referrals[:30:3]:
        watched.open(f"/desk/referrals/{referral.uid}")
        watched.look()

    assert watched.seen == []
    assert sum(payload in shown for payload in PAYLOADS) >= 50


@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_is_wider_than_the_screen(
    tab: Callable[..., Watched], desk: Desk, busy: Busy, width: int
) -> None:
    with desk.database.writing() as session:  # with the band of troubles on top
        line = Line("africastalking", Lane.EMERGENCY)
        note_trouble(session, line, SendProblem.NO_CREDIT, 15_000)
        a_message(
            session, lane=Lane.EMERGENCY, district_id=busy.district.id, queued_ms=0,
            referral_id=busy.referrals[0].id, failure="no_credit: InsufficientBalance",
        )  # fmt: skip
    worker = plant_phones(desk, busy)
    watched = tab(width)
    watched.open("/sign-in")
    assert wide(watched.page) == []
    watched.sign_in()
    for path in [
        "/desk/referrals",
        "/desk/referrals?class=nope&code=x",
        f"/desk/referrals/{busy.referrals[0].uid}",
        f"/desk/referrals/{busy.referrals[3].uid}",
        "/desk/inbox",
        "/desk/inbox/calls",
        "/desk/sending",
        "/desk/content",
        "/desk/content?kind=sms&state=unsigned",
        "/desk/content?kind=xxx",
        "/desk/content/file?path=ussd_flows/content/protocols/child.yaml",
        "/desk/content/file?path=ussd_flows/lang/en/advice.yaml",
        "/desk/content/file?path=ussd_flows/lang/en/protocols/child.yaml",
        "/desk/content/file?path=sms_templates/en/worker_emergency.txt",
        "/desk/content/sign?path=ussd_flows/main.yaml",
        "/desk/workers",
        f"/desk/workers/{worker}",
        "/desk/nowhere",
    ]:
        watched.open(path)
        assert wide(watched.page) == [], path


def plant_phones(desk: Desk, busy: Busy) -> UUID:
    """A worker with a long name, and requests of both kinds."""
    for kind in ("enrolment", "new_number"):
        plant_request(desk, busy, kind, named_code="ASC-AGBODJI-2026-0012-XY")
    return plant_worker(desk, busy, "Sènan Dossou-Gbété Ahouanvoédo Kpadonou", "ASC-1").uid


def wide(page: Page) -> list[str]:
    """What sticks out to the right, unless it scrolls within its own frame."""
    found: list[str] = page.evaluate(
        """() => {
            const limit = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= limit) return [];
            return [...document.querySelectorAll('body *')]
                .filter(e => e.getBoundingClientRect().right > limit + 1)
                .map(e => e.tagName + '.' + e.className);
        }"""
    )
    return found


def test_the_table_turns_into_cards_on_a_small_screen(
    tab: Callable[..., Watched], busy: Busy
) -> None:
    small, large = tab(360), tab(1280)
    small.sign_in()
    large.sign_in()

    assert small.page.evaluate("getComputedStyle(document.querySelector('.row')).display") == "flex"
    assert large.page.evaluate("getComputedStyle(document.querySelector('.row')).display") == (
        "table-row"
    )
    row = small.page.get_by_role("row").nth(1)
    assert row.get_by_role("cell").count() == 7  # still a table for a screen reader
    assert row.get_by_text("URGENCE").is_visible()


def test_a_keyboard_is_enough(tab: Callable[..., Watched], busy: Busy) -> None:
    watched = tab()
    page = watched.page
    watched.open("/sign-in")
    page.wait_for_selector("[name=username]:focus")
    page.keyboard.type("desk")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/referrals")

    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    assert skip.evaluate("e => e === document.activeElement && e.getBoundingClientRect().top >= 0")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/referrals/*")


def test_the_desk_works_without_scripts(tab: Callable[..., Watched], busy: Busy) -> None:
    watched = tab(java_script_enabled=False)
    page = watched.page
    watched.sign_in()
    page.select_option("[name=class]", "urgent")
    page.click("text=Filtrer")
    page.wait_for_url("**class=urgent**")
    assert page.locator(".row").count() == page.locator(".class--urgent").count() > 0
    page.locator(".row a").first.click()
    page.click("text=Montrer les numéros")

    assert page.locator("a[href^='tel:+229']").count() == 3


def test_a_clinician_reads_signs_and_withdraws_without_scripts(
    tab: Callable[..., Watched], desk: Desk, busy: Busy
) -> None:
    with desk.database.writing() as session:
        session.merge(busy.user).signs_as = "clinician"
    watched = tab(java_script_enabled=False)
    page = watched.page
    watched.sign_in()
    page.click("text=Contenus")
    page.select_option("select[name=kind]", "protocol")
    page.select_option("select[name=language]", "fr")
    page.click("text=Filtrer")
    page.click("text=Enfant de 2 à 59 mois")
    assert page.locator(".table-rules .class--emergency").count() > 3
    page.click("text=Signer…")
    page.fill("[name=password]", PASSWORD)
    page.click("text=Signer ce contenu")
    page.wait_for_url("**/desk/content/file?**")
    assert page.locator(".page-head .status--done").inner_text() == "Signé"
    page.click("text=Retirer la signature…")
    page.fill("[name=password]", "wrong")
    page.click("form >> text=Retirer la signature")
    assert "Ce n’est pas votre mot de passe" in page.locator("[role=alert]").inner_text()
    page.fill("[name=password]", PASSWORD)
    page.click("form >> text=Retirer la signature")
    page.wait_for_url("**/desk/content/file?**")
    assert page.locator(".page-head .status--lost").inner_text() == "Signature retirée"
    assert page.locator(".history li").count() == 2
