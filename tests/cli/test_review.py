"""`mhealth review`: what is listed, shown, signed, compared and withdrawn, as a person types it."""

import json
from functools import cache
from pathlib import Path

import pytest

from mhealth.cli import review_desk
from mhealth.content.library import Library
from mhealth.services.content import Content, load_content
from mhealth.settings import Settings
from tests.cli.commands import run
from tests.databases import copied_sqlite, open_test_database
from tests.factories import a_district, a_staff_user
from tests.product import LIBRARY
from tests.web.doors import some_settings

CHILD = "ussd_flows/content/protocols/child.yaml"
SMS = "sms_templates/fr/caller_urgent.txt"


@pytest.fixture(autouse=True)
def _shipped_content_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each command reads everything anew; here only what a country's folder changes."""

    def load(library: Library, settings: Settings) -> Content:
        return (
            load_content(library, settings)
            if settings.country_dir
            else _shipped(settings.languages)
        )

    monkeypatch.setattr(review_desk, "load_content", load)


@cache
def _shipped(languages: str) -> Content:
    return load_content(LIBRARY, some_settings(languages=languages))


@pytest.fixture
def url(sqlite_template: Path, tmp_path: Path) -> str:
    made = copied_sqlite(sqlite_template, tmp_path)
    database = open_test_database(made)
    with database.writing() as session:
        district = a_district(session)
        for name, signs_as in (("sanni", "clinician"), ("tossou", "translator"), ("desk", "")):
            a_staff_user(session, district, username=name, signs_as=signs_as,
                         display_name=f"Dr {name.title()}")  # fmt: skip
    database.close()
    return made


def test_every_file_of_the_spoken_languages_is_listed_with_counts(url: str) -> None:
    everything = json.loads(run(url, "review", "--json").output)
    assert {row["language"] for row in everything} == {"fr", "en"}
    assert {row["kind"] for row in everything} == {"protocol", "flow", "phrases", "sms"}
    assert {row["state"] for row in everything} == {"draft"}
    child = next(
        row for row in everything if row["path"] == "ussd_flows/lang/en/protocols/child.yaml"
    )
    assert child["translates"] == CHILD

    french = run(url, "review", "--language", "fr", "--kind", "protocol").output.splitlines()
    assert any(line.split() == ["draft", "protocol", CHILD] for line in french)
    protocols = len(french) - 1
    assert french[-1].startswith(
        f"{protocols} of {len(everything)} files: 0 signed, {protocols} draft"
    )


def test_a_clinician_signs_a_folder_after_being_asked_and_it_is_listed_as_signed(url: str) -> None:
    folder = "ussd_flows/content/protocols"
    refused = run(url, "review", "sign", folder, "--as", "sanni", typed="n\n")
    assert refused.exit_code == 1
    assert "Sign 6 files as Dr Sanni? [y/N]" in refused.output

    done = run(url, "review", "sign", folder, "--as", "SANNI", typed="y\n")
    assert done.exit_code == 0, done.output
    assert "6 files signed by Dr Sanni (clinician)." in done.output
    again = run(url, "review", "sign", CHILD, "--as", "sanni", "--yes")
    assert again.output == f"{CHILD}: signed already, by Dr Sanni\nNothing to sign.\n"
    signed = json.loads(run(url, "review", "--state", "signed", "--json").output)
    assert len(signed) == 6
    assert {(row["by"], row["as"]) for row in signed} == {("Dr Sanni", "clinician")}
    shown = run(url, "review", "show", CHILD).output
    assert "State: signed" in shown
    assert "signed by Dr Sanni (clinician), this version" in shown


def test_who_may_not_sign_one_of_them_signs_none(url: str) -> None:
    words = ("review", "sign", "sms_templates/*/caller_urgent.txt", "--yes", "--as")
    for user, signs_as in (("tossou", "translator"), ("desk", "nothing")):
        refused = run(url, *words, user)
        assert refused.exit_code == 1
        assert f"{SMS} is for a clinician to sign; {user} signs as {signs_as}. Nothing was" in (
            refused.output
        )
    assert json.loads(run(url, "review", "--state", "signed", "--json").output) == []
    english = run(url, "review", "sign", "sms_templates/en", "--yes", "--as", "tossou")
    assert english.exit_code == 0
    assert "(translator)." in english.output


def test_what_changed_since_a_signature_is_shown_line_by_line(url: str, tmp_path: Path) -> None:
    run(url, "review", "sign", SMS, "--as", "sanni", "--yes")
    assert "nothing changed since Dr Sanni" in run(url, "review", "diff", SMS).output
    own = tmp_path / SMS
    own.parent.mkdir(parents=True)
    own.write_text(LIBRARY.find(SMS).read_text("utf-8").replace("Allez", "Venez"), "utf-8")
    here = {"MHEALTH_COUNTRY_DIR": str(tmp_path)}

    listed = json.loads(run(url, "review", "--state", "changed", "--json", **here).output)
    assert [(row["path"], row["by"]) for row in listed] == [(SMS, "Dr Sanni")]
    told = run(url, "review", "diff", SMS, **here).output.splitlines()
    assert any(line.startswith("-  | Allez au centre") for line in told)
    assert any(line.startswith("+  | Venez au centre") for line in told)
    assert "so there is nothing to compare" in run(url, "review", "diff", CHILD).output


def test_a_signature_is_withdrawn(url: str) -> None:
    run(url, "review", "sign", SMS, CHILD, "--as", "sanni", "--yes")
    done = run(url, "review", "withdraw", SMS, "--as", "sanni", typed="y\n")
    assert "1 file withdrawn by Dr Sanni." in done.output
    again = run(url, "review", "withdraw", SMS, "--as", "sanni", "--yes")
    assert "nothing to withdraw" in again.output
    listed = run(url, "review", "--state", "withdrawn").output
    assert f"{SMS}  taken back by Dr Sanni" in listed


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("sign", "ussd_flows/chld.yaml", "--as", "sanni"), "no rule or text of the spoken"),
        (("sign", "sms_templates/sw", "--as", "sanni"), "no rule or text of the spoken languages"),
        (("sign", SMS, "--as", "nobody"), "No such user. Users of the desk: desk, sanni, tossou."),
        (("show", "sms_templates"), "sms_templates means"),
        (("--language", "sw"), "'sw' is not spoken here; spoken: fr, en"),
    ],
)
def test_what_is_not_known_is_told_in_one_line(url: str, words: tuple[str, ...], said: str) -> None:
    result = run(url, "review", *words)
    assert result.exit_code == 1
    assert result.output.startswith(f"Error: {said}")
    assert result.output.count("\n") == 1


def test_a_clinician_reads_rules_with_sources_screens_with_keys_and_texts_with_length(
    url: str,
) -> None:
    child = run(url, "review", "show", CHILD).output
    assert "EMERGENCY  if Convulsions" in child
    assert "ISBN 978 92 4 154804 5" in child
    assert "read in another document that restates it" in child
    flow = run(url, "review", "show", "ussd_flows/details.yaml").output
    assert "| 3 Arreter ou reprendre SMS  -> messages" in flow
    assert "of 160 at the longest" in flow
    sms = run(url, "review", "show", "sms_templates/en/caller_urgent.txt").output
    assert "translates: Allez au centre" in sms
    assert "1 of 1 segments" in sms
    advice = run(url, "review", "show", "ussd_flows/advice.yaml").output
    assert "Every suspected case is tested before it is treated" in advice


@pytest.mark.parametrize(
    ("languages", "said"),
    [("fr,xx", "no language 'xx'; declared: fr,"), ("en", "must name the default language 'fr'")],
)
def test_a_language_that_is_not_declared_is_one_line(url: str, languages: str, said: str) -> None:
    result = run(url, "review", MHEALTH_LANGUAGES=languages)
    assert result.exit_code == 2
    assert result.output.startswith(f"mhealth: MHEALTH_LANGUAGES: {said}")
    assert result.output.count("\n") == 1


def test_a_database_that_is_not_migrated_has_a_line_of_its_own(tmp_path: Path) -> None:
    result = run(f"sqlite:///{tmp_path}/empty.sqlite3", "review")
    assert result.exit_code == 2
    assert result.output.endswith("run `mhealth migrate`\n")
