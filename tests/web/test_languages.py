"""French and English: nothing untranslated, nothing left over, and the switch is remembered."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask_babel import force_locale, ngettext
from sqlalchemy import select

from mhealth.domain.errors import ContentError
from mhealth.store.staff import StaffUser
from mhealth.web import i18n, words
from mhealth.web.i18n import CATALOGUES
from tests.web.conftest import Browser, Desk
from tests.web.desk_seed import Busy
from tests.web.reading import visible

WEB = CATALOGUES.parent
LIST = "/desk/referrals"
_NAMES = re.compile(r"%\(\w+\)[ds]")
Key = str | tuple[str, ...]


def texts_of_the_source() -> set[Key]:
    found = extract_from_dir(
        WEB,
        [("**.py", "python"), ("**/templates/**.html", "jinja2")],
        keywords={"_": None, "gettext": None, "ngettext": (1, 2), "said": None},
    )
    return {message for _file, _line, message, _comments, _context in found}


def catalogue(path: Path) -> dict[Key, Key]:
    with path.open("rb") as file:
        return {message.id: message.string for message in read_po(file) if message.id}


@pytest.mark.parametrize("path", sorted(CATALOGUES.glob("*/LC_MESSAGES/*.po")), ids=str)
def test_every_text_is_translated_and_no_translation_is_left_over(path: Path) -> None:
    source, known = texts_of_the_source(), catalogue(path)

    assert len(source) > 150
    assert sorted(map(str, source - set(known))) == [], "not translated"
    assert sorted(map(str, set(known) - source)) == [], "no longer used"
    for french, other in known.items():
        for one, two in zip(forms(french), forms(other), strict=True):
            assert two, french
            assert sorted(_NAMES.findall(one)) == sorted(_NAMES.findall(two)), french
            assert (one[0] == " ", one[-1] == " ") == (two[0] == " ", two[-1] == " "), french


def forms(text: Key) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def test_french_is_written_with_its_accents_and_apostrophes() -> None:
    french = [form for key in texts_of_the_source() for form in forms(key)]

    assert [text for text in french if "'" in text] == []
    assert [text for text in french if re.search(r"(?<! )[?!;:](?!\w)", text)] == []


def test_one_and_none_are_singular_in_french_only(desk: Desk) -> None:
    one, many = "%(num)d attend une réponse", "%(num)d attendent une réponse"
    with desk.app.test_request_context():
        assert ngettext(one, many, 0) == "0 attend une réponse"
        assert ngettext(one, many, 1) == "1 attend une réponse"
        assert ngettext(one, many, 2) == "2 attendent une réponse"
        with force_locale("en"):
            assert ngettext(one, many, 0) == "0 wait for an answer"
            assert ngettext(one, many, 1) == "1 waits for an answer"


def test_every_page_speaks_the_language_chosen(signed_in: Browser, busy: Busy) -> None:
    pages = [LIST, f"/desk/referrals/{busy.referrals[0].uid}", "/desk/inbox", "/desk/inbox/calls"]
    french = [signed_in.get(path).text for path in pages]
    signed_in.post("/desk/language", seen=LIST, language="en", next=LIST)
    english = [signed_in.get(path).text for path in pages]

    assert all('<html lang="fr" dir="ltr">' in page for page in french)
    assert all('<html lang="en" dir="ltr">' in page for page in english)
    assert "EMERGENCY" in visible(english[0])
    assert "1 minute ago" in visible(english[0])
    assert "Wed 4 Mar, 12:59" in visible(english[0])
    assert "Answers given" in visible(english[1])
    assert "received on the phone" in visible(english[1])
    assert "Nothing is lost" in visible(english[3])
    for word in ("Références", "Sans réponse", "Centre de santé", "il y a"):
        assert word not in visible(" ".join(english))
    assert "There is no such page" in signed_in.get("/desk/nowhere").text


def test_labels_of_signs_come_in_the_readers_language(signed_in: Browser, busy: Busy) -> None:
    address = f"/desk/referrals/{busy.referrals[0].uid}"
    french = visible(signed_in.get(address).text)
    signed_in.post("/desk/language", seen=LIST, language="en")
    english = visible(signed_in.get(address).text)

    assert "Convulsions" in french
    assert "Convulsions" in english or "Fits" in english
    assert re.search(r"Protocol: \w+", english)


def test_the_choice_is_kept_for_the_user_in_the_next_browser(
    desk: Desk, signed_in: Browser
) -> None:
    signed_in.post("/desk/language", seen=LIST, language="en", next="/desk/inbox")

    other = desk.browser()
    other.sign_in()

    assert "Referrals" in other.get(LIST).text
    with desk.database.reading() as session:
        user = session.scalars(select(StaffUser)).one()
        assert user.language == "en"


def test_the_language_can_be_chosen_before_signing_in_and_stays(desk: Desk) -> None:
    browser = desk.browser()
    assert "Se connecter" in browser.get("/sign-in").text

    page = browser.get("/sign-in?lang=en&next=/desk/inbox").text
    assert "Sign in" in page
    assert 'value="/desk/inbox"' in page
    browser.sign_in()

    assert "Referrals" in browser.get(LIST).text


@pytest.mark.parametrize("code", ["de", "", "../fr", "fr\x00", "<b>"])
def test_a_language_that_the_desk_does_not_speak_changes_nothing(
    signed_in: Browser, code: str
) -> None:
    assert "Se connecter" in signed_in.client.get("/sign-in", query_string={"lang": code}).text or (
        signed_in.get(LIST).status_code == 200
    )

    assert signed_in.post("/desk/language", seen=LIST, language=code).status_code == 400
    assert "Références" in signed_in.get(LIST).text


def test_every_word_of_the_domain_has_a_word_on_the_desk() -> None:
    for table in (words.CLASSES, words.STATUSES, words.STATUS_LOOKS, words.MESSAGE_STATES,
                  words.RECIPIENTS, words.READINGS):  # fmt: skip
        enum = type(next(iter(table)))
        assert set(table) == set(enum)


def test_a_catalogue_whose_days_nobody_can_write_is_one_line_at_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogues = tmp_path / "mhealth/web/translations"
    (catalogues / "fon/LC_MESSAGES").mkdir(parents=True)
    (catalogues / "fon/LC_MESSAGES/messages.po").write_text('msgid ""\nmsgstr ""\n')
    monkeypatch.setattr(i18n, "CATALOGUES", catalogues)

    with pytest.raises(ContentError, match="translations/fon/.* knows no days and hours of fon"):
        i18n.load_catalogues()
