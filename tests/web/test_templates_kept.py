"""A running product does not take up a template that changed after its start."""

from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest

from mhealth.web import frame
from tests.web.conftest import Desk


def test_a_template_changed_while_the_product_runs_changes_no_page(
    make_desk: Callable[..., Desk], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "templates"
    copytree(frame.TEMPLATES, copy)
    monkeypatch.setattr(frame, "TEMPLATES", copy)
    desk = make_desk()

    for file in copy.rglob("*.html"):
        file.write_text("{{ a_name_that_is_not_there }}", "utf-8")

    browser = desk.browser()
    assert browser.sign_in().status_code == 302
    assert browser.get("/desk/referrals").status_code == 200
