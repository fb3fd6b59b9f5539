"""The import page in Chromium, without scripts: a file handed in, progress, agreement, small screens."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page

from mhealth.services.imports.background import ImportWorker
from tests.product import a_workbench
from tests.web import test_in_a_browser as browsing
from tests.web.conftest import Desk
from tests.web.desk_seed import Busy
from tests.web.test_in_a_browser import Watched, wide

pytestmark = pytest.mark.browser

chromium, served, tab = browsing.chromium, browsing.served, browsing.tab


@pytest.fixture
def work(desk: Desk) -> Callable[[], None]:
    worker = ImportWorker(a_workbench(desk.clock), desk.database, desk.database.writing)  # type: ignore[arg-type]

    def work_off() -> None:
        while worker.work():
            pass

    return work_off


def test_from_the_sheet_to_the_directory_without_a_script(
    tab: Callable[..., Watched], work: Callable[[], None], busy: Busy, tmp_path: Path
) -> None:
    bad = tmp_path / "villages.csv"
    bad.write_text("code;nom;aire\n" + "".join(f"Z{n};Village {n};X{n}\n" for n in range(60)))
    good = tmp_path / "agents.csv"
    good.write_text("code;nom;fermé\n#1;Adjoa de Boko-Zoumé-les-Palmiers;\n")
    watched = tab(1280, java_script_enabled=False)
    page = watched.page
    watched.sign_in()
    page.click("text=Import")
    page.wait_for_url("**/desk/imports")
    assert too_wide(page) == {}
    hand_in(watched, bad)
    assert page.locator("progress").is_visible()
    assert too_wide(page) == {}

    work()
    page.get_by_text("60 fautes").first.wait_for()  # the page came again by itself
    assert page.locator("tbody tr").count() == 50
    assert too_wide(page) == {}
    page.click("text=Page suivante")
    page.wait_for_url("**findings=2**")
    assert page.locator("tbody tr").count() == 10

    page.click("text=Déposer le fichier corrigé")
    hand_in(watched, good)
    work()
    page.get_by_text("Aucune faute").first.wait_for()
    assert too_wide(page) == {}
    page.click("text=Écrire dans le répertoire")
    page.get_by_text("Écriture en cours").first.wait_for()
    work()
    page.get_by_text("Écrit : 1 ligne.").first.wait_for()
    assert too_wide(page) == {}
    page.click("text=Tous les imports")
    assert page.get_by_text("écrit dans le répertoire").is_visible()
    assert too_wide(page) == {}


def too_wide(page: Page) -> dict[int, list[str]]:
    """What sticks out, by the width of the screen; the page is not fetched anew for each."""
    found = {}
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        try:
            found[width] = wide(page)
        except Error:  # the page came again by itself in the middle of it
            page.wait_for_load_state()
            found[width] = wide(page)
    return {width: parts for width, parts in found.items() if parts}


def hand_in(watched: Watched, path: Path) -> None:
    watched.page.set_input_files("[name=files]", str(path))
    watched.page.click("text=Vérifier")
    watched.page.wait_for_url("**/desk/imports/*")
