"""The phone page in a real browser: keypad, keyboard, SMS, clock, dropped calls, small screens."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from mhealth.domain.clock import read_offset
from mhealth.domain.gsm7 import measure
from mhealth.simulator.config import SimulatorConfig
from tests.simulator.conftest import MOTHER, NURSE, Client, running, until
from tests.simulator.product import Product

pytestmark = pytest.mark.browser

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


@dataclass
class Desk:
    """The open page, and what a browser would complain of."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def phone(self, index: int) -> Locator:
        return self.page.locator(f"[data-phone='{index}']")

    def screen(self, index: int) -> Locator:
        return self.phone(index).locator("[data-lcd]")

    def press(self, index: int, *keys: str) -> None:
        for key in keys:
            self.phone(index).locator(f"[data-key='{key}']").click()

    def tap(self, index: int, keys: str) -> None:
        """Write by multi-tap; a space waits as a thumb does between letters of one key."""
        for key in keys:
            if key == " ":
                self.page.wait_for_timeout(950)
            else:
                self.press(index, key)


def _open(browser: Browser, simulator: Client, width: int = 1280, language: str = "fr") -> Desk:
    context = browser.new_context(viewport={"width": width, "height": 800})
    desk = Desk(context.new_page())
    desk.page.set_default_timeout(10_000)
    desk.page.on("console", lambda said: desk.complaints.append(f"{said.type}: {said.text}"))
    desk.page.on("pageerror", lambda error: desk.complaints.append(str(error)))
    desk.page.on(
        "request",
        lambda request: (
            None if request.url.startswith(simulator.url) else desk.complaints.append(request.url)
        ),
    )
    desk.page.goto(f"{simulator.url}/?lang={language}")
    desk.page.wait_for_selector("html[data-ready]")
    return desk


@pytest.fixture
def desk(browser: Browser, simulator: Client) -> Iterator[Desk]:
    opened = _open(browser, simulator)
    yield opened
    opened.page.context.close()
    assert opened.complaints == []


def test_the_green_key_dials_and_the_keypad_answers(desk: Desk, product: Product) -> None:
    desk.press(0, "call")
    expect(desk.screen(0)).to_contain_text("1 Signaler une maladie")

    desk.press(0, "1", "left")
    expect(desk.screen(0)).to_contain_text("1 Convulsions")
    desk.press(0, "1", "3", "call")

    expect(desk.screen(0)).to_contain_text("Votre code : 482 1935")
    assert [form["text"] for form in product.told("ussd")] == ["", "1", "1*13"]
    desk.press(0, "left")
    expect(desk.screen(0)).to_contain_text("Touche verte")


def test_the_screen_says_how_much_room_is_left(desk: Desk, product: Product) -> None:
    product.answer_ussd = lambda form: ("CON " + "a" * 150, 200)
    desk.press(0, "call")
    expect(desk.screen(0)).to_contain_text("10 libres")

    product.answer_ussd = lambda form: ("CON " + "a" * 165, 200)
    desk.press(0, "1", "left")

    expect(desk.screen(0)).to_contain_text("5 de trop")


def test_the_keyboard_alone_serves_the_phone_in_focus(desk: Desk, product: Product) -> None:
    desk.screen(1).focus()
    desk.page.keyboard.type("*384*55*1#")
    desk.page.keyboard.press("Enter")
    expect(desk.screen(1)).to_contain_text("1 Convulsions")
    desk.page.keyboard.type("13")
    desk.page.keyboard.press("Backspace")
    expect(desk.screen(1).locator("[data-input]")).to_have_text("1")

    desk.page.keyboard.press("Escape")

    expect(desk.screen(1)).to_contain_text("Touche verte")
    assert {form["phoneNumber"] for form in product.told("ussd")} == {NURSE}
    (end,) = until(lambda: product.told("ussd-events"))
    assert end["status"] == "Incomplete"


def test_an_sms_rings_is_read_and_answered_by_keypad_alone(
    desk: Desk, simulator: Client, product: Product
) -> None:
    simulator.send(to=NURSE, text="URGENCE 482 1935. Répondez OUI 4821935 ou NON 4821935")
    expect(desk.screen(1)).to_contain_text("1 nouveau message")
    expect(desk.phone(1).locator("[data-live]")).to_contain_text("URGENCE 482 1935")

    desk.press(1, "left")
    expect(desk.screen(1)).to_contain_text("Répondez OUI 4821935")
    expect(desk.screen(1)).to_contain_text("1 segment")
    desk.press(1, "left")
    desk.tap(1, "66688444")
    desk.tap(1, "0##")
    desk.tap(1, "4821935")
    expect(desk.screen(1).locator("[data-input]")).to_have_text("oui 4821935")
    desk.press(1, "call")

    expect(desk.screen(1)).to_contain_text("Message envoyé")
    (form,) = until(lambda: product.told("sms"))
    assert (form["from"], form["to"], form["text"]) == (NURSE, "38455", "oui 4821935")
    expect(desk.phone(1).locator(".message.outgoing")).to_contain_text("envoyé")


def test_the_inbox_on_the_screen_is_newest_first_and_walked_by_the_arrows(
    desk: Desk, simulator: Client
) -> None:
    for body in ("premier", "deuxième", "troisième"):
        simulator.send(text=body)
    expect(desk.screen(0)).to_contain_text("3 nouveaux messages")

    desk.press(0, "down", "down", "down", "left")

    expect(desk.screen(0)).to_contain_text("premier")
    expect(desk.phone(0).locator("[data-unread]")).to_have_text("2 non lus")
    bodies = desk.phone(0).locator(".message-body")
    expect(bodies).to_have_text(["troisième", "deuxième", "premier"])


def test_the_field_below_the_phone_sends_an_sms_too(desk: Desk, product: Product) -> None:
    writing = desk.phone(0).locator("[data-write]")
    writing.locator("textarea").fill("RDV [demain]")
    expect(writing).to_contain_text("14/160 · 1 SMS")

    writing.get_by_role("button", name="Envoyer").click()

    (form,) = until(lambda: product.told("sms"))
    assert form["text"] == "RDV [demain]"
    expect(writing.locator("textarea")).to_have_value("")


def test_what_the_page_refuses_is_said_in_words(browser: Browser, simulator: Client) -> None:
    desk = _open(browser, simulator)
    desk.phone(0).locator("[data-write]").get_by_role("button", name="Envoyer").click()
    expect(desk.phone(0).locator("[data-write-error]")).to_have_text("Écrivez d’abord un texte.")

    desk.phone(0).locator("[data-number]").select_option(label="Autre numéro…")
    desk.phone(0).locator("[data-other-number]").fill("12")
    desk.phone(0).get_by_role("button", name="Prendre").click()

    expect(desk.phone(0).locator("[data-other-error]")).to_have_text(
        "Ce n’est pas un numéro de téléphone."
    )
    desk.page.context.close()


def test_the_drop_button_loses_the_call(desk: Desk, product: Product) -> None:
    button = desk.phone(0).locator("[data-drop]")
    expect(button).to_be_disabled()
    desk.press(0, "call")
    expect(desk.screen(0)).to_contain_text("1 Signaler")

    button.click()

    expect(desk.screen(0)).to_contain_text("Touche verte")
    (end,) = until(lambda: product.told("ussd-events"))
    assert end["status"] == "Incomplete"


def test_the_clock_moves_for_everyone_and_comes_back(desk: Desk, config: SimulatorConfig) -> None:
    assert config.clock_file is not None
    clock = desk.page.locator("[data-clock]")
    expect(clock).to_contain_text("à l’heure réelle")

    clock.get_by_role("button", name="+1 jour").click()
    clock.get_by_role("button", name="+15 min").click()

    expect(clock).to_contain_text("en avance de 1 j 15 min")
    assert read_offset(config.clock_file) == 87_300
    clock.get_by_role("button", name="Heure réelle").click()
    expect(clock).to_contain_text("à l’heure réelle")


def test_another_number_can_be_put_into_a_phone_and_is_remembered(
    desk: Desk, product: Product
) -> None:
    desk.phone(2).locator("[data-number]").select_option(label="Autre numéro…")
    desk.phone(2).locator("[data-other-number]").fill("01 97 00 00 99")
    desk.phone(2).get_by_role("button", name="Prendre").click()
    expect(desk.phone(2).locator("[data-owner-number]")).to_have_text("+229 01 97 00 00 99")
    desk.press(2, "call")
    until(lambda: product.told("ussd"))

    desk.page.reload()

    expect(desk.phone(2).locator("[data-owner-number]")).to_have_text("+229 01 97 00 00 99")
    expect(desk.screen(2)).to_contain_text("1 Signaler")
    assert product.told("ussd")[0]["phoneNumber"] == "+2290197000099"


def test_the_network_log_shows_what_went_out_and_the_raw_answer(desk: Desk) -> None:
    desk.press(0, "call")
    expect(desk.screen(0)).to_contain_text("1 Signaler")

    desk.phone(0).locator(".log summary").click()

    log = desk.phone(0).locator("[data-log]")
    expect(log).to_contain_text("serviceCode=*384*55#")
    expect(log).to_contain_text("CON Santé Djidja")


def test_text_from_the_network_is_inert(desk: Desk, simulator: Client, product: Product) -> None:
    evil = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>"
    product.answer_ussd = lambda form: (f"CON {evil}", 200)
    simulator.send(text=evil)
    desk.press(0, "call")

    expect(desk.screen(0)).to_contain_text(evil)
    expect(desk.phone(0).locator(".message-body")).to_have_text(evil)
    assert desk.page.title() == "Mhealth · les téléphones"


def test_a_network_error_is_said_on_the_screen_and_aloud(desk: Desk, product: Product) -> None:
    product.answer_ussd = lambda form: (" CON Menu", 200)

    desk.press(0, "call")

    said = "Erreur réseau : la réponse ne commence ni par CON ni par END."
    expect(desk.screen(0)).to_contain_text(said)
    expect(desk.phone(0).locator("[data-live]")).to_have_text(said)


def test_english_is_one_click_away(browser: Browser, simulator: Client) -> None:
    desk = _open(browser, simulator)
    desk.page.get_by_role("link", name="Lire cette page en anglais").click()
    desk.page.wait_for_selector("html[data-ready]")

    expect(desk.phone(0).locator("[data-number]")).to_contain_text("Mother in Agonlin")
    expect(desk.screen(0)).to_contain_text("Green key: *384*55#")
    desk.page.context.close()
    assert desk.complaints == []


def test_on_a_small_screen_one_phone_fits_and_the_tabs_change_it(
    browser: Browser, simulator: Client
) -> None:
    desk = _open(browser, simulator, width=360)
    assert desk.page.evaluate("document.documentElement.scrollWidth") == 360
    simulator.send(to=NURSE)
    tab = desk.page.locator("[data-tab='1']")
    expect(tab).to_contain_text("1")

    tab.click()

    expect(tab).to_have_attribute("aria-current", "true")
    desk.press(1, "left")
    expect(desk.screen(1)).to_contain_text("Bonjour")
    desk.page.context.close()
    assert desk.complaints == []


def test_every_control_has_a_name(desk: Desk) -> None:
    nameless = desk.page.evaluate(
        """() => [...document.querySelectorAll("button, input, select, textarea, a, [tabindex]")]
            .filter((one) => !(one.getAttribute("aria-label") || one.labels?.length
                || one.textContent.trim()))
            .map((one) => one.outerHTML)"""
    )

    assert nameless == []
    assert re.match("Téléphone : Mère", str(desk.phone(0).get_attribute("aria-label")))


def test_the_page_says_when_the_simulator_is_gone(browser: Browser, simulator: Client) -> None:
    desk = _open(browser, simulator)
    desk.page.route("**/api/state*", lambda route: route.abort())

    notice = desk.page.locator("[data-notice]")
    expect(notice).to_have_text("Le simulateur ne répond plus. Nouvel essai…")
    desk.page.unroute("**/api/state*")
    expect(notice).to_be_hidden()
    desk.page.context.close()


def test_the_page_counts_an_sms_as_the_product_does(desk: Desk) -> None:
    texts = ["", "Bonjour", "à é è ù É Ç", "a" * 160, "a" * 161, "[" * 80, "€" * 77]
    texts += ["ê" * 70, "ê" * 71, "😀" * 35, "a" * 66 + "😀" * 3, "a" * 152 + "[" + "a" * 20]
    counted = desk.page.evaluate(
        """async (texts) => {
            const { measure } = await import('/static/gsm.js');
            return texts.map((text) => [measure(text).length, measure(text).segments]);
        }""",
        texts,
    )

    assert counted == [[measure(text).length, measure(text).segments] for text in texts]


def test_two_pages_show_the_same_phone(browser: Browser, simulator: Client) -> None:
    first, second = _open(browser, simulator), _open(browser, simulator)

    first.press(0, "call")

    expect(second.screen(0)).to_contain_text("1 Signaler une maladie")
    second.press(0, "1", "left")
    expect(first.screen(0)).to_contain_text("1 Convulsions")
    assert simulator.phone(MOTHER)["call"]["state"] == "open"
    first.page.context.close()
    second.page.context.close()


def test_an_sms_for_a_phone_that_is_not_shown_is_told_and_opened(
    desk: Desk, simulator: Client
) -> None:
    hint = desk.page.locator("[data-hint]")
    expect(hint).to_be_hidden()
    desk.phone(1).locator("[data-number]").select_option(MOTHER)

    simulator.send(to=NURSE, text="URGENCE 482 1935")
    desk.phone(2).locator("[data-number]").select_option(MOTHER)
    expect(hint).to_contain_text("SMS pour Infirmière, centre de Djidja")
    hint.get_by_role("button", name="ouvrir").click()

    expect(desk.phone(2).locator("[data-number]")).to_have_value(NURSE)
    expect(desk.phone(2).locator(".message-body")).to_have_text("URGENCE 482 1935")
    expect(hint).to_be_hidden()


def test_the_hint_of_an_sms_elsewhere_can_be_hidden_until_the_next(
    desk: Desk, simulator: Client
) -> None:
    hint = desk.page.locator("[data-hint]")
    simulator.send(to="+2290197000088")
    expect(hint).to_contain_text("SMS pour +229 01 97 00 00 88")

    hint.get_by_role("button", name="Masquer").click()
    expect(hint).to_be_hidden()

    simulator.send(to="+2290197000088")
    expect(hint).to_be_visible()


def test_times_on_the_page_are_the_districts(browser: Browser, config: SimulatorConfig) -> None:
    far = replace(config.handsets[0], timezone="Pacific/Kiritimati")
    with running(config, handsets=(far,)) as simulator:
        desk = _open(browser, simulator)
        shown = desk.page.locator("[data-clock-now]").inner_text()
        there = datetime.now(ZoneInfo("Pacific/Kiritimati"))

        near = {(there + timedelta(minutes=n)).strftime("%H:%M") for n in (-1, 0, 1)}
        assert shown[-5:] in near
        expect(desk.page.locator("[data-clock-zone]")).to_have_text("heure de Kiritimati")
        desk.page.context.close()
    assert desk.complaints == []


def _bench(desk: Desk, index: int = 0) -> Locator:
    bench = desk.phone(index).locator("[data-bench]")
    bench.locator("summary").click()
    return bench


def test_the_test_bench_puts_a_phone_into_another_network(desk: Desk, product: Product) -> None:
    product.answer_ussd = lambda form: ("CON " + "a" * 170, 200)
    bench = _bench(desk)
    desk.press(0, "call")
    expect(desk.screen(0)).to_contain_text("coupé : 10 de trop")
    expect(desk.screen(0).locator(".lcd-text")).to_have_text("a" * 160)

    bench.locator("[data-network]").select_option("99902")
    desk.press(0, "end", "call")
    expect(desk.screen(0)).to_contain_text("12 libres")
    expect(bench.locator("[data-bench-state]")).to_have_text("écran 182")

    product.answer_ussd = lambda form: ("CON " + "a" * 190, 200)
    desk.press(0, "1", "left")
    expect(desk.screen(0)).to_contain_text("écran trop long pour ce réseau")


def test_the_test_bench_decides_over_the_next_request(desk: Desk, product: Product) -> None:
    bench = _bench(desk)
    desk.press(0, "call")
    expect(desk.screen(0)).to_contain_text("1 Signaler une maladie")
    bench.locator("[data-next]").select_option("twice")
    expect(bench.locator("[data-bench-state]")).to_have_text("envoyée deux fois")
    desk.press(0, "1", "left")
    expect(desk.screen(0)).to_contain_text("1 Convulsions")
    assert [form["text"] for form in product.told("ussd")] == ["", "1", "1"]
    expect(bench.locator("[data-bench-state]")).to_have_text("")

    expect(bench.locator("[data-next-seconds]")).to_be_hidden()
    bench.locator("[data-next]").select_option("delay")
    bench.locator("[data-next-seconds]").fill("1")
    bench.locator("[data-next-seconds]").blur()
    expect(bench.locator("[data-bench-state]")).to_have_text("en retard (s)")
    desk.press(0, "0", "left")
    expect(desk.screen(0)).to_contain_text("Connexion en cours")
    expect(desk.screen(0)).to_contain_text("Votre code : 482 1935")

    bench.locator("[data-next]").select_option("lost")
    desk.press(0, "left", "call")
    expect(desk.screen(0)).to_contain_text("la requête s’est perdue")


def test_the_test_bench_changes_the_callers_language(desk: Desk, product: Product) -> None:
    bench = _bench(desk)
    choice = bench.locator("[data-language]")
    expect(choice).to_have_value("fr")
    expect(choice.locator("option")).to_have_text(["pas encore choisie", "Français", "English"])
    choice.select_option("en")
    until(lambda: product.language == "en")
    assert product.told("caller")[-1] == {"phoneNumber": MOTHER, "language": "en"}


def test_a_call_is_saved_as_a_file(desk: Desk, product: Product) -> None:
    bench = _bench(desk)
    save = bench.locator("[data-save]")
    expect(save).to_be_disabled()
    desk.press(0, "call")
    expect(save).to_be_enabled()
    product.recordings[product.told("ussd")[0]["sessionId"]] = "platform = recorded\n---\n"
    with desk.page.expect_download() as waiting:
        save.click()
    assert waiting.value.path().read_text() == "platform = recorded\n---\n"
    assert re.fullmatch(r"call_\d{12}\.txt", waiting.value.suggested_filename)

    product.recordings.clear()
    save.click()
    expect(bench.locator("[data-bench-error]")).to_contain_text("n’est plus gardé")
    assert desk.complaints
    desk.complaints.clear()  # the browser logs the 502


def test_each_line_runs_in_its_own_direction_and_ucs2_is_counted(
    desk: Desk, product: Product
) -> None:
    product.answer_ussd = lambda form: ("CON ماذا تريد؟\n1 إحالتي\n2 Retour", 200)
    desk.press(0, "call")
    lines = desk.screen(0).locator(".lcd-text p")
    expect(lines).to_have_count(3)
    found = [line.evaluate("line => getComputedStyle(line).direction") for line in lines.all()]
    assert found == ["rtl", "rtl", "ltr"]
    expect(desk.screen(0)).to_contain_text("/70 UCS-2")
    desk.phone(0).locator("[data-bench] summary").click()
    desk.phone(0).locator("[data-network]").select_option("99902")
    desk.press(0, "end", "call")
    expect(desk.screen(0)).to_contain_text("/80 UCS-2")


@pytest.mark.parametrize("width", [1280, 360])
def test_the_test_bench_stays_within_a_screen(
    browser: Browser, simulator: Client, width: int
) -> None:
    desk = _open(browser, simulator, width)
    bench = _bench(desk)
    expect(bench.locator("[data-language]")).to_be_enabled()
    bench.locator("[data-next]").select_option("delay")
    box, page = bench.bounding_box(), desk.page.viewport_size
    assert box is not None
    assert page is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= page["width"]
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= width
    desk.page.context.close()
    assert desk.complaints == []
