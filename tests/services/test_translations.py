"""A language's texts go out as PO and come back: nothing changes unasked, nothing bad gets in."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from click.testing import CliRunner, Result

from mhealth.cli.main import mhealth
from mhealth.content.languages import declared_languages
from mhealth.content.library import content_hash, open_library
from mhealth.content.yaml_file import read_yaml
from mhealth.services.translations.catalogue import PoFile, read_catalogue, write_catalogue
from mhealth.services.translations.collecting import units_of
from mhealth.services.translations.importing import plan_import
from mhealth.services.translations.units import Unit
from mhealth.services.translations.writing import CannotWrite, write_all

LIBRARY = open_library()
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
OTHERS = list(declared_languages(LIBRARY).by_code)[1:]
MENU = "ussd_flows/main.yaml patient.options.advice"
SCREEN = "ussd_flows/referrals.yaml with_appointment.text"
SMS = "sms_templates/caller_accepted.txt"
BACK = "ussd_flows/screens.yaml back"
LOST = "ussd_flows/screens.yaml give_up"
AGE = "ussd_flows/content/phrases.yaml age.days"


def exported(code: str | None, before: PoFile | None = None) -> str:
    return write_catalogue(units(code), code, NOW, before)


@cache
def units(code: str | None) -> list[Unit]:
    return units_of(LIBRARY, code)


@pytest.fixture(scope="module")
def portuguese() -> str:
    return exported("pt")


def with_texts(po: str, **texts: str) -> str:
    """The file as a translator saves it: `screen="…"` sets the text of SCREEN."""
    for name, text in texts.items():
        start = po.index(f'msgctxt "{globals()[name.upper()]}"')
        at = po.index("msgstr ", start)
        po = f'{po[:at]}msgstr "{text}"{po[po.index(chr(10), at) :]}'
    return po


def run(folder: Path, *args: str, country: Path | None = None) -> Result:
    env = {"MHEALTH_COUNTRY_DIR": str(country) if country else ""}
    return CliRunner().invoke(mhealth, ["translations", *args], env=env, catch_exceptions=False)


def take(folder: Path, po: str) -> Result:
    """Import into a country's folder."""
    (folder / "pt.po").write_text(po, encoding="utf-8")
    return run(folder, "import", str(folder / "pt.po"), country=folder / "country")


def line_of(po: str, text: str) -> int:
    return po[: po.index(text)].count("\n") + 1


@pytest.mark.parametrize("code", OTHERS)
def test_what_was_exported_comes_back_and_changes_nothing(code: str) -> None:
    planned = plan_import(LIBRARY, units(code), read_catalogue(exported(code)), code)
    assert (planned.files, planned.refused, planned.judged.left) == ({}, (), ())


def test_all_texts_of_a_language_come_into_an_empty_one_as_they_were(tmp_path: Path) -> None:
    result = take(tmp_path, exported("sw").replace('"Language: sw', '"Language: pt'))
    assert result.exit_code == 0, result.output
    made = tmp_path / "country"
    originals = LIBRARY.files("ussd_flows/lang/sw", "**/*.yaml")
    assert len(originals) > 15
    for relative, original in originals.items():
        copy = made / "ussd_flows/lang/pt" / relative
        assert read_yaml(copy).data == read_yaml(original).data, relative
    for relative, original in LIBRARY.files("sms_templates/sw", "*.txt").items():
        assert (made / "sms_templates/pt" / relative).read_text() == original.read_text()


def test_a_translator_reads_what_a_screen_holds_and_what_must_stay(portuguese: str) -> None:
    catalog = read_po(iter(portuguese.encode().splitlines(keepends=True)))
    told = {message.context: " ".join(message.auto_comments) for message in catalog}
    assert "Characters left on the whole screen at its longest: " in told[MENU]
    assert "Keep as it is: {code}, {facility}, {status_text}, {when}." in told[SCREEN]
    assert "of 160 characters left with the longest values" in told[SMS]
    sign = "ussd_flows/content/protocols/child.yaml signs.drinks_poorly"
    assert "at most 24 characters" in told[sign]
    assert "Meaning: Trop faible pour bien boire" in told[sign]
    assert all(message.context for message in catalog if message.id)


def test_the_header_is_what_weblate_and_poedit_ask_for(portuguese: str) -> None:
    head = portuguese.split("\n\n")[0]
    for line in ("Language: pt", "Plural-Forms: nplurals=2", "charset=utf-8", "8bit"):
        assert line in head
    assert "nplurals=6" in exported("ar")
    assert portuguese.count("x-draft") > 100


def test_a_template_says_nothing_in_any_language(tmp_path: Path) -> None:
    assert run(tmp_path, "export", "--template", "--output", str(tmp_path)).exit_code == 0
    template = read_catalogue((tmp_path / "mhealth.pot").read_text())
    assert len(template.entries) == len(units(None))
    assert not any(entry.translation for entry in template.entries)


def test_only_the_changed_line_of_a_file_changes(tmp_path: Path, portuguese: str) -> None:
    result = take(tmp_path, with_texts(portuguese, menu="Os conselhos"))
    assert result.exit_code == 0, result.output
    old = LIBRARY.find("ussd_flows/lang/pt/main.yaml").read_text().splitlines()
    new = (tmp_path / "country/ussd_flows/lang/pt/main.yaml").read_text().splitlines()
    assert [line for line in new if line not in old] == ["      advice: Os conselhos"]
    assert len(new) == len(old)


def refused(po: str) -> dict[str, list[str]]:
    """What is said against each entry, by its context; the line must be the entry's own."""
    planned = plan_import(LIBRARY, units("pt"), read_catalogue(po), "pt")
    assert planned.refused
    said: dict[str, list[str]] = {}
    for remark in planned.refused:
        at = line_of(po, f'msgctxt "{remark.context}"')
        assert remark.line in (at, at + 1)
        said.setdefault(remark.context, []).append(remark.said)
    return said


def test_variables_that_are_lost_or_strange_and_stray_braces_are_refused(portuguese: str) -> None:
    said = refused(
        with_texts(
            portuguese,
            menu="Os conselhos",
            screen="Código {code. {facility}",
            sms="{facility} {when_text} {kode}",
            age="{n} dias ",
        )
    )
    assert said == {
        SCREEN: ["braces do not match: unexpected '{' in field name"],
        SMS: ["it lacks {code}", "the French has no {kode}"],
        AGE: ["it begins or ends with a space"],
    }


def test_what_the_checks_would_find_is_told_by_the_entry_that_makes_it_so(portuguese: str) -> None:
    said = refused(
        with_texts(
            portuguese,
            menu="Conselhos " * 12 + "x",
            screen="Ж {code} {facility} {status_text} {when}",
            sms="{facility} {when_text} {code} malária " + "muito " * 20 + "x",
        )
    )
    assert "characters in pt (shorten by" in said[MENU][0]
    assert "CYRILLIC CAPITAL LETTER ZHE" in said[SCREEN][0]
    assert "an SMS never says 'malária'" in said[SMS][0]
    assert "2 segments" in said[SMS][1]


def test_a_word_of_the_engine_that_makes_screens_too_long_is_told_once(portuguese: str) -> None:
    said = refused(
        with_texts(
            portuguese, back="Voltar atrás ao ecrã anterior", lost="Resposta longa " * 15 + "x"
        )
    )
    assert list(said) == [BACK, LOST]
    assert "characters in pt" in said[BACK][0]
    assert said[BACK][3].endswith("faults more")
    assert "226 of 160 characters in pt (shorten by 66)" in said[LOST][0]


def test_with_one_bad_entry_nothing_is_written(tmp_path: Path, portuguese: str) -> None:
    result = take(tmp_path, with_texts(portuguese, menu="Os conselhos", sms="{code}"))
    assert result.exit_code == 1
    assert f"{SMS}: it lacks {{facility}}" in result.output
    assert "nothing is changed: 1 text refused" in result.output
    assert not (tmp_path / "country").exists()


def test_a_fuzzy_entry_and_one_of_another_original_are_left_as_they_are(portuguese: str) -> None:
    po = with_texts(portuguese, menu="Dicas", screen="{code} {facility} {status_text} {when}")
    po = po.replace('msgid "Conseils"\nmsgstr "Dicas"', 'msgid "Avis"\nmsgstr "Dicas"')
    at = po.index(f'msgctxt "{SCREEN}"')
    po = f"{po[:at]}#, fuzzy\n{po[at:]}"
    planned = plan_import(LIBRARY, units("pt"), read_catalogue(po), "pt")
    assert {remark.context: remark.said for remark in planned.judged.left} == {
        MENU: "the French was changed since: export again",
        SCREEN: "still fuzzy",
    }
    assert (planned.files, planned.refused) == ({}, ())


def test_a_dry_run_shows_the_lines_and_changes_nothing(tmp_path: Path, portuguese: str) -> None:
    (tmp_path / "pt.po").write_text(with_texts(portuguese, menu="Os conselhos"), encoding="utf-8")
    country = tmp_path / "country"
    result = run(tmp_path, "import", str(tmp_path / "pt.po"), "--dry-run", country=country)
    assert "-      advice: Conselhos\n+      advice: Os conselhos" in result.output
    assert not country.exists()


def test_what_was_translated_from_an_older_french_is_fuzzy_in_the_next_export() -> None:
    old = exported("pt")
    at = old.index(f'msgctxt "{MENU}"')
    old = old[:at] + old[at:].replace('msgid "Conseils"', 'msgid "Avis"', 1)
    old = old.replace("Last-Translator: FULL NAME <EMAIL@ADDRESS>", "Last-Translator: Ana <a@b.c>")
    new = exported("pt", read_catalogue(old))
    entry = next(each for each in read_catalogue(new).entries if each.context == MENU)
    assert (entry.is_fuzzy, entry.previous, entry.source) == (True, "Avis", "Conseils")
    assert "Last-Translator: Ana <a@b.c>" in new
    again = read_catalogue(exported("pt", read_catalogue(new))).entries
    assert [each.context for each in again if each.is_fuzzy] == [MENU]


def test_a_text_whose_signature_names_an_earlier_version_is_fuzzy(tmp_path: Path) -> None:
    folder = tmp_path / "sms_templates/pt"
    folder.mkdir(parents=True)
    version = content_hash("old")
    text = LIBRARY.find("sms_templates/pt/caller_accepted.txt").read_text()
    signed = f"# review: by A. Silva, on 2026-11-20, version {version}"
    (folder / "caller_accepted.txt").write_text(text.replace("# review: draft", signed))
    own = units_of(open_library(tmp_path), "pt")
    entries = read_catalogue(write_catalogue(own, "pt", NOW)).entries
    assert [entry.context for entry in entries if entry.is_fuzzy] == [SMS]


@pytest.mark.parametrize(
    ("args", "said"),
    [(["export", "fr"], "'fr' is what the other languages are translated from"),
     (["export", "xx"], "no language 'xx' in ussd_flows/languages.yaml"),
     (["export"], "name a LANGUAGE"), (["export", "pt", "--template"], "name a LANGUAGE")],
)  # fmt: skip
def test_what_cannot_be_exported_is_one_line(tmp_path: Path, args: list[str], said: str) -> None:
    result = run(tmp_path, *args)
    assert result.exit_code == 2
    assert said in result.output


TWINS = 'msgctxt "x"\nmsgid "a"\nmsgstr "b"\n\nmsgctxt "x"\nmsgid "a"\nmsgstr "c"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TWINS, "line 5: a second entry for x"),
        ("garbage\n", "line 1: Unknown"),
        ('msgid "a\nmsgstr', "no Language"),
        ("", "no Language"),
    ],
)
def test_a_file_that_is_no_po_is_one_line(tmp_path: Path, text: str, said: str) -> None:
    result = take(tmp_path, text)
    assert result.exit_code == 2
    assert said in result.output
    assert "Traceback" not in result.output


def test_when_one_file_cannot_be_written_all_stay_as_they_were(tmp_path: Path) -> None:
    (tmp_path / "first.yaml").write_text("before\n")
    (tmp_path / "second.yaml/in_the_way").mkdir(parents=True)
    with pytest.raises(CannotWrite, match="nothing is changed"):
        write_all(tmp_path, {"first.yaml": "after\n", "new.txt": "new\n", "second.yaml": "x\n"})
    assert (tmp_path / "first.yaml").read_text() == "before\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first.yaml", "second.yaml"]
