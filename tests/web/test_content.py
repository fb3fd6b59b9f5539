"""The desk's pages on content: the list, one file as it is spoken, and who may sign what."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from mhealth.store.reviews import ContentReview
from mhealth.store.staff import AccessRecord, staff_by_username
from mhealth.web.content_words import FILE_TITLES
from tests.accounts import LIVE_ACCOUNT
from tests.signatures import sign_all
from tests.web.conftest import Browser, Desk
from tests.web.desk_seed import PASSWORD
from tests.web.reading import faults, live_parts, visible

LIST = "/desk/content"
CHILD = "ussd_flows/content/protocols/child.yaml"
ENGLISH_CHILD = "ussd_flows/lang/en/protocols/child.yaml"
SMS = ("sms_templates/fr/caller_urgent.txt", "sms_templates/fr/caller_routine.txt")


def file_page(path: str) -> str:
    return f"{LIST}/file?path={path}"


def signing_as(desk: Desk, signs_as: str) -> Browser:
    """The desk's user, who may sign as this from now on."""
    with desk.database.writing() as session:
        user = staff_by_username(session, "desk")
        assert user is not None
        user.signs_as = signs_as
    browser = desk.browser()
    assert browser.sign_in().status_code == 302
    return browser


def version_of(desk: Desk, path: str) -> str:
    files = desk.app.extensions["mhealth"].content_files
    return next(str(file.version) for file in files if file.path == path)


def send(browser: Browser, desk: Desk, deed: str, path: str, **fields: str) -> tuple[int, str]:
    """The form of the page that asks once more."""
    form = {"path": path, "version": version_of(desk, path), "password": PASSWORD, **fields}
    answer = post(browser, deed, form)
    return answer.status_code, visible(answer.text)


def post(browser: Browser, deed: str, form: dict[str, object]) -> TestResponse:
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/desk/referrals").text)
    assert token is not None
    return browser.client.post(f"{LIST}/{deed}", data={"csrf_token": token[1], **form})


def reviews(desk: Desk) -> list[ContentReview]:
    with desk.database.reading() as session:
        return list(session.scalars(select(ContentReview).order_by(ContentReview.id)))


def test_the_list_goes_over_pages_and_is_narrowed(desk: Desk, signed_in: Browser) -> None:
    files = desk.app.extensions["mhealth"].content_files
    first = signed_in.get(LIST).text
    assert f"1 à 25 sur {len(files)}" in visible(first)
    assert "Enfant de 2 à 59 mois" in visible(first)
    assert f"26 à 50 sur {len(files)}" in visible(signed_in.get(f"{LIST}?page=2").text)
    for odd in ("0", "-1", "999", "x", "²"):
        assert signed_in.get(f"{LIST}?page={odd}").status_code == 200

    french = [file for file in files if file.language == "fr" and file.kind == "sms"]
    narrowed = visible(signed_in.get(f"{LIST}?kind=sms&language=fr").text)
    assert f"1 à 25 sur {len(french)}" in narrowed
    assert "Allez au centre: {facility}" in visible(
        signed_in.get(f"{LIST}?kind=sms&language=fr&page=2").text + narrowed
    )
    empty = signed_in.get(f"{LIST}?state=signed")
    assert (empty.status_code, "Aucun contenu ne correspond" in empty.text) == (200, True)
    sms = signed_in.get(f"{LIST}?kind=sms").text
    assert 'type="checkbox"' not in sms
    assert "SMS à la personne qui a appelé · FR" in visible(sms)


def test_screens_go_by_what_they_are_about(desk: Desk, signed_in: Browser) -> None:
    shown = visible(signed_in.get(f"{LIST}?kind=flow&language=fr").text)
    assert "Premier écran" in shown
    assert "Conseils : soins à la maison" in shown
    files = desk.app.extensions["mhealth"].content_files
    stems = {file.path.rsplit("/", 1)[-1] for file in files if file.kind in ("flow", "phrases")}
    assert stems == {f"{stem}.yaml" for stem in FILE_TITLES}


@pytest.mark.parametrize(
    ("field", "said"),
    [("state", "Cet état n’existe pas"), ("language", "Cette langue n’est pas parlée ici"),
     ("kind", "Ce genre n’existe pas")],
)  # fmt: skip
def test_a_filter_that_is_not_known_is_said_beside_its_field(
    signed_in: Browser, field: str, said: str
) -> None:
    answer = signed_in.get(f"{LIST}?{field}=nope")
    assert answer.status_code == 400
    assert said in visible(answer.text)


def test_each_kind_of_file_is_readable(desk: Desk, signed_in: Browser) -> None:
    told = {
        CHILD: ("Convulsions", "URGENCE", "règle lue dans un document secondaire", "ISBN"),
        ENGLISH_CHILD: ("Fits", "Convulsions", "sur 24"),
        "ussd_flows/details.yaml": ("Vos infos", "3 Arreter ou reprendre SMS", "sur 160"),
        "ussd_flows/advice.yaml": ("Every suspected case is tested before it is treated",),
        "ussd_flows/lang/en/details.yaml": ("Your details", "Vos infos"),
        "ussd_flows/screens.yaml": ("Retour",),
        "ussd_flows/content/phrases.yaml": ("maintenant",),
        "sms_templates/en/caller_urgent.txt": ("Il traduit", "{facility}", "1 segment sur 1"),
    }
    for path, words in told.items():
        html = signed_in.get(file_page(path)).text
        assert [word for word in words if word not in visible(html)] == [], path
        assert (faults(html), live_parts(html)) == ([], [])
    for file in desk.app.extensions["mhealth"].content_files:
        if file.kind != "sms":
            assert signed_in.get(file_page(file.path)).status_code == 200, file.path
    assert signed_in.get(file_page("ussd_flows/nothing.yaml")).status_code == 404
    assert signed_in.get(f"{LIST}/file").status_code == 404


def test_a_clinician_signs_with_the_password_and_withdraws_again(desk: Desk) -> None:
    browser = signing_as(desk, "clinician")
    assert "Signer…" in browser.get(file_page(CHILD)).text
    asked = visible(browser.get(f"{LIST}/sign?path={CHILD}").text)
    assert "Votre mot de passe" in asked
    assert "Vous dites que vous l’avez lu en entier" in asked

    assert send(browser, desk, "sign", CHILD)[0] == 302
    page = visible(browser.get(file_page(CHILD)).text)
    assert "Signé" in page
    assert "Retirer la signature…" in page
    assert send(browser, desk, "withdraw", CHILD)[0] == 302
    page = visible(browser.get(file_page(CHILD)).text)
    assert page.index("Signature retirée") < page.index("Signé ")
    assert [row.verdict for row in reviews(desk)] == ["signed", "withdrawn"]
    assert "EMERGENCY  if Convulsions" in reviews(desk)[0].shown
    with desk.database.reading() as session:
        deeds = list(session.scalars(select(AccessRecord.deed).order_by(AccessRecord.id)))
    assert deeds[-2:] == ["sign_content", "withdraw_content"]
    again = send(browser, desk, "withdraw", CHILD)
    assert (again[0], "Rien n’a été changé" in again[1]) == (403, True)


def test_several_sms_are_signed_from_the_list_at_once(desk: Desk) -> None:
    browser = signing_as(desk, "clinician")
    assert 'type="checkbox"' in browser.get(f"{LIST}?kind=sms&language=fr").text
    asked = browser.get(f"{LIST}/sign?path={SMS[0]}&path={SMS[1]}").text
    assert "Signer ces 2 contenus" in visible(asked)
    versions = [version_of(desk, path) for path in SMS]
    form = {"password": PASSWORD, "path": list(SMS), "version": versions}
    assert post(browser, "sign", form).status_code == 302
    assert {row.path for row in reviews(desk)} == set(SMS)
    unticked = browser.get(f"{LIST}/sign?kind=sms&language=fr&page=2")
    assert unticked.headers["Location"] == f"{LIST}?language=fr&kind=sms&page=2&unticked=yes"
    assert "cochez d’abord" in visible(browser.get(unticked.headers["Location"]).text)


@pytest.mark.parametrize(
    ("signs_as", "path", "said"),
    [
        ("", CHILD, "Ce contenu est signé par un clinicien."),
        ("", ENGLISH_CHILD, "Une traduction est signée par un traducteur ou un clinicien."),
        ("translator", CHILD, "Ce contenu est signé par un clinicien."),
    ],
)
def test_who_may_not_sign_it_is_told_and_refused(
    desk: Desk, signs_as: str, path: str, said: str
) -> None:
    browser = signing_as(desk, signs_as)
    page = browser.get(file_page(path)).text
    assert said in visible(page)
    assert "Signer…" not in page
    asked = browser.get(f"{LIST}/sign?path={path}")
    assert asked.status_code == 403
    assert "Votre compte ne peut pas signer ce contenu." in visible(asked.text)
    assert 'type="password"' not in asked.text
    for deed in ("sign", "withdraw"):
        status, told = send(browser, desk, deed, path)
        assert (status, "Votre compte ne peut pas signer ce contenu." in told) == (403, True)
    assert reviews(desk) == []


def test_a_translator_signs_a_translation(desk: Desk) -> None:
    assert send(signing_as(desk, "translator"), desk, "sign", ENGLISH_CHILD)[0] == 302
    assert [(row.path, row.capacity) for row in reviews(desk)] == [(ENGLISH_CHILD, "translator")]


def test_a_wrong_password_an_older_page_and_an_unknown_file_change_nothing(desk: Desk) -> None:
    browser = signing_as(desk, "clinician")
    status, told = send(browser, desk, "sign", CHILD, version="0" * 16)
    assert (status, "a changé depuis que vous l’avez ouvert" in told) == (403, True)
    for _ in range(6):  # the fifth failure locks, as at the sign-in
        status, told = send(browser, desk, "sign", CHILD, password="wrong")
        assert (status, "Ce n’est pas votre mot de passe" in told) == (403, True)
    assert send(browser, desk, "sign", CHILD)[0] == 403
    assert post(browser, "sign", {"path": "nothing", "version": "x"}).status_code == 404
    assert reviews(desk) == []


def test_pilot_counts_the_unsigned_on_every_page_until_all_are_signed(
    make_desk: Callable[..., Desk],
) -> None:
    desk = make_desk(mode="pilot", **LIVE_ACCOUNT)
    files = desk.app.extensions["mhealth"].content_files
    browser = desk.browser()
    browser.sign_in()
    page = browser.get("/desk/inbox").text
    assert f"{len(files)} règles et textes sur {len(files)} ne sont pas signés." in visible(page)
    assert 'href="/desk/content?state=unsigned"' in page

    sign_all(desk.database, files[:-1])
    assert f"1 règle ou texte sur {len(files)} n’est pas signé." in visible(
        browser.get("/desk/inbox").text
    )
    sign_all(desk.database, files[-1:])
    assert "Essai pilote Toutes les règles et tous les textes sont signés." in visible(
        browser.get("/desk/inbox").text
    )


def test_the_report_of_a_referral_tells_of_a_draft_until_its_rules_are_signed(
    desk: Desk, signed_in: Browser
) -> None:
    sign_all(desk.database, desk.app.extensions["mhealth"].content_files)
    listed = signed_in.get("/desk/referrals").text
    paths = re.findall(r'href="(/desk/referrals/[0-9a-f-]{36})"', listed)
    assert paths
    assert not [path for path in paths[:5] if "brouillon non signé" in signed_in.get(path).text]


def test_it_reads_in_english(desk: Desk) -> None:
    browser = signing_as(desk, "clinician")
    browser.post("/desk/language", seen="/desk/referrals", language="en", next="/desk")
    page = visible(browser.get(file_page(CHILD)).text)
    assert "danger sign" in page
    assert " or " in page
    assert "Nobody has signed it yet." in page
    assert visible(browser.get(LIST).text).startswith(" Content · Mhealth")
