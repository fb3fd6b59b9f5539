"""`MHEALTH_LANGUAGES`: only these are loaded, offered and signed; the others' files are let be."""

import pytest

from mhealth.content.languages import load_languages
from mhealth.domain.errors import SettingsError
from mhealth.domain.language import Language, Languages
from mhealth.services.content import Content, load_content
from tests.product import LIBRARY
from tests.ussd.walking import Phone
from tests.web.doors import some_settings


@pytest.fixture(scope="module")
def french() -> Content:
    return load_content(LIBRARY, some_settings(languages=" fr ,"))


def test_only_the_languages_named_are_loaded_and_to_be_signed(french: Content) -> None:
    everything = load_content(LIBRARY, some_settings()).files
    assert {file.language for file in french.files} == {"fr"}
    assert french.files == tuple(file for file in everything if file.language == "fr")
    assert list(french.languages.by_code) == ["fr"]
    assert {"en"} <= french.languages.silent
    assert french.templates.render("help_anyone", "en", {"service_code": "*1#"}).language == "fr"


def test_with_one_language_nobody_is_asked_for_it(french: Content) -> None:
    phone = Phone(french.book)
    assert "langue" not in phone.show.text.splitlines()[0].casefold()
    assert phone.show.text.startswith("Santé.")
    menu = french.book.plan_of("details").nodes["details.menu"]
    assert "several_languages" in repr(getattr(menu, "options")["language"].when)  # noqa: B009


def test_a_fallback_leads_past_a_language_that_is_not_spoken() -> None:
    known = {
        code: Language(code=code, name=code, fallback=fallback)
        for code, fallback in (("fr", None), ("en", "fr"), ("sw", "en"))
    }
    some = Languages(known).only(["sw", "fr"])
    assert list(some.by_code) == ["fr", "sw"]
    assert some.chain("sw") == ["sw", "fr"]
    assert some.chain("en") == ["fr"]
    assert some.is_declared("en")
    assert not some.is_declared("ff")


@pytest.mark.parametrize(
    ("codes", "said"),
    [(["fr", "xx"], "MHEALTH_LANGUAGES: no language 'xx'; declared: fr, en"),
     (["en"], "MHEALTH_LANGUAGES: must name the default language 'fr'")],
)  # fmt: skip
def test_what_cannot_be_spoken_is_one_line(codes: list[str], said: str) -> None:
    with pytest.raises(SettingsError) as told:
        load_languages(LIBRARY, codes)
    assert str(told.value).startswith(said)
