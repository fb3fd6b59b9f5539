"""A language that is only declared changes no version; one that is gone is spoken in its default."""

from pathlib import Path

from mhealth.content.library import open_library
from mhealth.domain.language import Language, Languages
from mhealth.services.content import flow_sources
from mhealth.triage.loader import load_protocols
from mhealth.ussd import engine
from mhealth.ussd.book import Book, build_book
from mhealth.ussd.engine import Outcome, Show
from tests.ussd.walking import Phone, shipped_languages

FULA = Language(code="ff", name="Fulfulde", fallback="en")
SHIPPED = shipped_languages()
WITH_FULA = Languages({**SHIPPED.by_code, "ff": FULA}, SHIPPED.silent)


def shipped(languages: Languages, overlay: Path | None = None) -> Book:
    library = open_library(overlay)
    return build_book(library, languages, flow_sources(load_protocols(library, languages)))


def write(folder: Path, relative: str, text: str) -> Path:
    file = folder / "ussd_flows" / "lang" / "ff" / relative
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return folder


def changed_by(overlay: Path) -> set[str]:
    before, after = shipped(WITH_FULA).current, shipped(WITH_FULA, overlay).current
    return {flow for flow in before if before[flow] != after[flow]}


def test_a_language_that_is_only_declared_changes_no_version() -> None:
    before, declared = shipped(shipped_languages()), shipped(WITH_FULA)
    assert declared.current == before.current
    assert declared.contents == before.contents


def test_a_translated_flow_changes_its_own_version_and_those_that_call_it(tmp_path: Path) -> None:
    text = "review: draft\nnodes: {worker: {text: Ko honɗum?}}\n"
    assert changed_by(write(tmp_path, "main.yaml", text)) == {"main"}


def test_a_translated_sign_changes_the_versions(tmp_path: Path) -> None:
    assert "report" in changed_by(
        write(tmp_path, "protocols/child.yaml", "review: draft\nsigns: {cough: Ndurru}\n")
    )


def test_a_call_in_a_language_that_is_gone_goes_on_in_the_default() -> None:
    phone = Phone(shipped(WITH_FULA), language="ff")
    assert phone.show.state.language == "ff"
    gone_on = engine.resume(shipped(shipped_languages()), phone.show.state, "nothing")
    assert isinstance(gone_on, Show)
    assert (gone_on.outcome, gone_on.state.language) == (Outcome.INVALID, "fr")


def test_the_first_question_is_asked_in_each_language_that_is_spoken() -> None:
    asked = Phone(shipped(shipped_languages()), language="").show.text
    assert asked == (
        "Choisissez votre langue\nChoose your language\nChagua lugha yako\n"
        "1 Francais\n2 English\n3 Kiswahili"
    )
    two = Phone(shipped(shipped_languages().only(["fr", "en"])), language="").show.text
    assert two == "Choisissez votre langue\nChoose your language\n1 Francais\n2 English"


def test_a_language_that_is_only_declared_is_offered_and_asks_nothing_twice() -> None:
    asked = Phone(shipped(WITH_FULA), language="").show.text
    assert asked.endswith("\n3 Kiswahili\n4 Fulfulde")
    assert asked.count("Choose your language") == 1


def test_whoever_has_a_language_is_asked_in_it_for_another() -> None:
    phone = Phone(shipped(shipped_languages()), language="sw")
    phone.type("3")
    assert phone.type("1").text.startswith("Lugha yako?\n1 Francais\n")
