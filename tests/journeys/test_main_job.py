"""The main job on the real process tree: a call from a village becomes a referral that somebody answers."""

import os
import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import requests
from click.testing import CliRunner
from playwright.sync_api import Browser, Page, sync_playwright

from mhealth.cli.replay import replay_command
from tests import databases
from tests.journeys.whole import Whole, wait_for

pytestmark = pytest.mark.journey

MOTHER, ADJOA = "+2290197000001", "+2290191000001"
KPELA, HOSPITAL, DISTRICT = "+2290190000011", "+2290190000010", "+2290190000001"
FROM_AGBODJI = ("1", "1", "1", "3", "1")  # French, report, agreed, area Kpéla, village Agbodji
DANGER = ("2", "3", "2", "1")  # my child, years, two of them, convulsions
URGENT = ("2", "3", "2", "0", "0", "0", "0", "6")  # none of the signs asked for, something else
Start = Callable[..., Whole]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield chromium
        chromium.close()


def report_danger(whole: Whole) -> str:
    """Dial as the mother of Agbodji and give a danger sign; the referral's code."""
    screen = whole.phone(MOTHER).dial(*FROM_AGBODJI, *DANGER)
    assert screen.startswith("URGENCE"), screen
    return re.search(r"Code (\d{3} \d{4})", screen)[1]  # type: ignore[index]


def saved_call_replays(whole: Whole) -> None:
    """The call, saved from the phone page, is a dialogue about nobody, and `mhealth replay` runs it."""
    address = f"{whole.simulator}/api/phones/{MOTHER}/recording"
    file = whole.home / "saved_call.txt"
    file.write_text(requests.get(address, timeout=10).text, encoding="utf-8")
    assert "\nEND " in file.read_text()
    assert not any(name in file.read_text() for name in (MOTHER, ADJOA, "Agbodji", "Kpéla"))
    result = CliRunner().invoke(replay_command, [str(file)])
    assert (result.exit_code, result.output) == (0, "Dialogues: 1 the same, 0 different.\n")


def sign_in(page: Page, whole: Whole) -> None:
    page.goto(f"{whole.web}/")
    page.get_by_label("Nom").fill("district")
    page.get_by_label("Mot de passe").fill(whole.password)
    page.get_by_role("button", name="Se connecter").click()


@pytest.mark.browser
def test_the_journey(start: Start, browser: Browser) -> None:
    whole = start()
    code = report_danger(whole)

    whole.phone(ADJOA).wait_for_sms(f"URGENCE {code}: enfant, 2 ans, Agbodji")
    whole.phone(KPELA).wait_for_sms(f"Répondez OUI {code}")
    whole.phone(MOTHER).wait_for_sms(f"Partez MAINTENANT: CS Kpéla. Code {code}")
    assert "Aide" in whole.phone(MOTHER).type("1")
    saved_call_replays(whole)

    whole.phone(KPELA).sms(f"oui {code.replace(' ', '')}")
    whole.phone(KPELA).wait_for_sms(f"Noté: OUI pour {code}, attendu maintenant")
    whole.phone(MOTHER).wait_for_sms("vous attend maintenant")
    whole.phone(ADJOA).wait_for_sms(f"attend maintenant le patient {code}")

    page = browser.new_page()
    sign_in(page, whole)
    row = page.get_by_text(code).first
    row.wait_for()
    row.click()
    page.get_by_role("heading", name=re.compile(code)).wait_for()
    text = page.locator("main").inner_text()
    for part in ("Convulsions", "Agbodji", "CS Kpéla", "sick child", "2011", "K5"):
        assert part.casefold() in text.casefold(), text
    wait_for(lambda: _delivered(page) == 6, "six SMS are not shown as delivered")
    page.close()

    sent = [row["body"] for row in whole.log()]
    assert len(sent) == len(set(sent)) == 6
    assert whole.stop() == 0
    assert whole.left() == []


def _delivered(page: Page) -> int:
    page.reload()
    return page.locator("main").inner_text().count("reçu sur le téléphone")


@pytest.mark.pg
def test_the_journey_on_postgresql(start: Start, postgres_url: str) -> None:
    server, _, query = postgres_url.partition("/mhealth_")
    url = databases.created_postgres(
        f"{server}/postgres?{query.partition('?')[2]}", f"journey_{uuid4().hex[:8]}"
    )
    whole = start(MHEALTH_DATABASE_URL=url)
    assert "password" in whole.command("seed")
    code = report_danger(whole)
    for phone in (ADJOA, KPELA, MOTHER):
        whole.phone(phone).wait_for_sms(code)
    whole.phone(KPELA).sms(f"OUI {code}")

    whole.phone(MOTHER).wait_for_sms("vous attend maintenant")
    told = whole.command("doctor")
    assert "ok   migrations: at " in told
    assert "BAD " not in told
    assert "?   " not in told


def test_without_redis_the_clock_sends(start: Start) -> None:
    whole = start(MHEALTH_REDIS_URL="redis://127.0.0.1:1/0")
    code = report_danger(whole)

    for phone in (ADJOA, KPELA, MOTHER):
        whole.phone(phone).wait_for_sms(code)
    assert len(whole.log()) == 3


def test_redis_that_dies_stops_no_call_and_no_sms(start: Start) -> None:
    whole = start()
    redis = next(pid for name, pid in whole.children().items() if name.endswith("-server"))
    os.kill(redis, signal.SIGSTOP)
    code = report_danger(whole)

    for phone in (ADJOA, KPELA, MOTHER):
        whole.phone(phone).wait_for_sms(code)
    os.kill(redis, signal.SIGCONT)


def test_a_worker_killed_in_mid_send_loses_nothing_and_doubles_only_emergencies(
    start: Start,
) -> None:
    whole = start()
    whole.script(send=["hang:3"])
    code = report_danger(whole)
    wait_for(lambda: whole.log(), "the carrier got nothing")
    os.kill(whole.children()["worker"], signal.SIGKILL)

    for phone in (ADJOA, KPELA, MOTHER):
        whole.phone(phone).wait_for_sms(code)
    times = [row["body"] for row in whole.log()]
    assert max(times.count(body) for body in times) <= 2


def test_an_emergency_that_nobody_answers_climbs_to_the_district_and_stands_red(
    start: Start,
) -> None:
    whole = start()
    code = report_danger(whole)
    whole.phone(KPELA).wait_for_sms(code)
    whole.move_clock(16 * 60)

    whole.phone(DISTRICT).wait_for_sms(
        f"URGENCE {code}, Agbodji: CS Kpéla ne répond pas depuis 16 min"
    )


def test_a_dropped_call_after_a_danger_sign_is_called_back(start: Start) -> None:
    whole = start()
    code = report_danger(whole)
    whole.phone(MOTHER).drop()

    whole.phone(ADJOA).wait_for_sms(f"URGENCE {code}, Agbodji: l'appel a été coupé")


def test_a_patient_who_can_wait_gets_the_centres_day_and_hour(start: Start) -> None:
    whole = start()
    whole.phone(MOTHER).dial(*FROM_AGBODJI, *URGENT)
    asked = whole.phone(KPELA).wait_for_sms("attendu aujourd'hui")
    code = re.search(r"OUI (\d{3} \d{4})", asked)[1]  # type: ignore[index]
    whole.phone(KPELA).sms(f"oui {code} demain 14h")

    whole.phone(KPELA).wait_for_sms(f"Noté: OUI pour {code}, attendu demain à 14h00")
    whole.phone(MOTHER).wait_for_sms("vous attend demain à 14h00")
    whole.phone(ADJOA).wait_for_sms(f"attend demain à 14h00 le patient {code}")


def test_a_no_goes_to_the_next_centre(start: Start) -> None:
    whole = start()
    code = report_danger(whole)
    whole.phone(KPELA).wait_for_sms(code)
    whole.phone(KPELA).sms(f"NON {code}")

    whole.phone(HOSPITAL).wait_for_sms(f"URGENCE {code}")
    whole.phone(MOTHER).wait_for_sms("HD Soukoumé")


def test_a_second_start_keeps_data_and_sign_in(start: Start, tmp_path: Path) -> None:
    whole = start()
    report_danger(whole)
    password = whole.password
    assert whole.stop() == 0

    again = start()
    assert (
        "password"
        not in again.output.split("Desk")[1].split("Phones")[0].replace("desk-password", "")
        or password not in again.output
    )
    answer = requests.get(f"{again.web}/readyz", timeout=10)
    assert answer.json()["status"] == "ok"
    phone = again.phone(MOTHER)
    assert "Continuer ?" in phone.dial()  # the call that the stop cut off
    assert phone.type("1").startswith("URGENCE")
