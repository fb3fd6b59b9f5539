"""Error pages: clear, in the reader's language, and silent about the inside."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from tests.accounts import LIVE_ACCOUNT
from tests.web.conftest import Browser, Desk
from tests.web.desk_seed import PASSWORD
from tests.web.reading import faults, live_parts, visible

INSIDE = ("Traceback", "sqlalchemy", "werkzeug", "/mhealth/", "Error:", "secret-cause")


def break_page(app: Flask, path: str, error: Exception) -> None:
    def fail() -> str:
        raise error

    app.add_url_rule(path, path, fail)


@pytest.mark.parametrize(
    ("path", "method", "code", "title"),
    [
        ("/desk/nowhere", "get", 404, "Cette page n’existe pas"),
        ("/nowhere", "get", 404, "Cette page n’existe pas"),
        ("/desk/referrals/not-a-uid", "get", 404, "Cette page n’existe pas"),
        ("/desk/referrals", "delete", 405, "Cette action n’est pas possible ici"),
        ("/sign-out", "get", 405, "Cette action n’est pas possible ici"),
        ("/desk/language", "post", 400, "Ce formulaire est périmé"),
    ],
)
def test_each_error_has_a_page_that_leads_back(
    signed_in: Browser, path: str, method: str, code: int, title: str
) -> None:
    answer = getattr(signed_in.client, method)(path)

    assert answer.status_code == code
    assert title in visible(answer.text)
    assert 'href="/desk/referrals"' in answer.text
    assert faults(answer.text) == live_parts(answer.text) == []


@pytest.mark.parametrize(
    ("error", "code", "title"),
    [
        (ValueError("secret-cause"), 500, "Une panne est survenue chez nous"),
        (
            OperationalError("SELECT secret", {}, Exception("secret-cause")),
            503,
            "Le registre ne répond pas",
        ),
    ],
)
def test_a_failure_of_ours_shows_nothing_of_the_inside(
    desk: Desk, error: Exception, code: int, title: str
) -> None:
    break_page(desk.app, "/broken", error)

    answer = desk.browser().get("/broken")

    assert answer.status_code == code
    assert title in visible(answer.text)
    assert [word for word in INSIDE if word in answer.text] == []


def test_the_page_of_a_failure_needs_no_database(desk: Desk, signed_in: Browser) -> None:
    with desk.database.full.begin() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("DROP TABLE staff_sessions")

    answer = signed_in.get("/desk/referrals")

    assert answer.status_code == 503
    assert "Le registre ne répond pas" in visible(answer.text)
    assert "staff_sessions" not in answer.text


def test_a_form_that_is_too_long_is_refused(desk: Desk) -> None:
    answer = desk.browser().client.post(
        "/sign-in", data={"username": "desk", "password": PASSWORD, "x": "y" * 20_000}
    )

    assert answer.status_code == 413
    assert "C’est trop long" in visible(answer.text)


def test_carriers_get_no_page(desk: Desk) -> None:
    answer = desk.browser().client.post("/hooks/africastalking/wrong/sms", data={"text": "x"})

    assert (answer.status_code, answer.data) == (404, b"")


@pytest.mark.parametrize(
    ("mode", "said"), [("demo", "Démonstration"), ("pilot", "Essai pilote"), ("live", "")]
)
def test_unsigned_texts_are_announced_on_every_page(
    make_desk: Callable[..., Desk], mode: str, said: str
) -> None:
    browser = make_desk(mode=mode, **LIVE_ACCOUNT if mode != "demo" else {}).browser()
    outside = [visible(browser.get(path).text) for path in ("/sign-in", "/nowhere")]
    browser.sign_in()
    inside = [visible(browser.get(path).text) for path in ("/desk/referrals", "/desk/inbox")]

    for page in outside:
        assert ("peuvent n’être que des brouillons" in page) is (mode != "live")
        assert said in page
    for page in inside:  # in live mode too: somebody may have withdrawn a signature since the start
        assert re.search(r"(\d+) règles et textes sur \1 ne sont pas signés", page)
        assert said in page
        assert ("ne redémarrera pas ainsi" in page) is (mode == "live")
