"""Makes the README's pictures from the running product: `.venv/bin/python docs/images/make.py`."""

import re
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))

from tests.journeys.whole import Whole  # noqa: E402  # the checkout is no package

MOTHER, ADJOA, KPELA = "+2290197000001", "+2290191000001", "+2290190000011"


def main() -> None:
    """Start, dial, answer, look."""
    whole = Whole(Path(tempfile.mkdtemp()), CHROMIUM="").until_up()
    try:
        code = _story(whole)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path="/usr/bin/chromium",
                args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
            )
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            _phones(page, whole)
            _desk(page, whole, code)
    finally:
        whole.stop()


def _story(whole: Whole) -> str:
    screen = whole.phone(MOTHER).dial("1", "1", "1", "3", "1", "2", "3", "2", "1")
    found = re.search(r"Code (\d{3} \d{4})", screen)
    assert found, screen
    code = found[1]
    whole.phone(KPELA).wait_for_sms(code)
    whole.phone("+2290197000002").dial(
        "2", "1", "1", "4", "1", "2", "2", "8", "0", "0", "2", "0", "0"
    )
    whole.phone("+2290191000004").dial("1", "1", "1", "2", "1", "24", "1")
    whole.phone(KPELA).sms(f"OUI {code}")
    whole.phone(MOTHER).wait_for_sms("vous attend")
    return code


def _phones(page: Page, whole: Whole) -> None:
    page.goto(whole.simulator)
    page.get_by_text("nouveaux messages").first.wait_for()
    page.screenshot(path=HERE / "phones.png")


def _desk(page: Page, whole: Whole, code: str) -> None:
    page.goto(f"{whole.web}/")
    page.get_by_label("Nom").fill("district")
    page.get_by_label("Mot de passe").fill(whole.password)
    page.get_by_role("button", name="Se connecter").click()
    page.get_by_text(code).first.wait_for()
    page.set_viewport_size({"width": 1280, "height": 520})
    page.screenshot(path=HERE / "desk.png")
    page.get_by_text(code).first.click()
    page.wait_for_load_state()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.screenshot(path=HERE / "referral.png")


if __name__ == "__main__":
    main()
