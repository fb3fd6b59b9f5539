"""Mistakes in a protocol file stop the start, each with its file, line and column."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mhealth.content.library import Library
from mhealth.content.yaml_file import read_yaml
from mhealth.domain.errors import ContentError
from mhealth.domain.language import Language, Languages
from mhealth.triage.loader import FOLDER, load_protocols, read_protocol
from mhealth.triage.protocol import Protocol
from tests.triage import naive

BROKEN = sorted(Path(__file__).with_name("broken").glob("*.yaml"))
Country = Callable[..., Library]


@pytest.fixture
def country(tmp_path: Path, library: Library) -> Country:
    """A country's folder in front of the shipped one: each change is (file, old text, new text)."""

    def overlay(*changes: tuple[str, str, str]) -> Library:
        for relative, old, new in changes:
            target = tmp_path / relative
            text = (target if target.exists() else library.find(relative)).read_text("utf-8")
            assert text.count(old) == 1, (relative, old)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text.replace(old, new), encoding="utf-8")
        return Library((tmp_path, *library.roots))

    return overlay


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_broken_file_is_refused_at_its_line(
    library: Library, languages: Languages, path: Path
) -> None:
    _, expect, place, problem = path.read_text("utf-8").splitlines()[0].split(" ", 3)
    assert expect == "expect"
    with pytest.raises(ContentError) as caught:
        read_protocol(library, languages, read_yaml(path), path.name)
    assert caught.value.place == f"{path.name}:{place}"
    assert caught.value.problem == problem


@pytest.mark.parametrize(
    ("file", "old", "new", "place", "problem"),
    [
        ("infant", "to: 59}", "to: 58}", "child.yaml:6:1", "no protocol for self on day 59"),
        ("infant", "to: 59}", "to: 60}", "child.yaml:6:1", "a second protocol for self on day 60"),
        (
            "older_child",
            "from: 1826,",
            "from: 1827,",
            "older_child.yaml:6:1",
            "no protocol for self on day 1826",
        ),
        ("older_child", "to: 4382}", "to: 4381}", "adult.yaml:7:1", "for self on day 4382"),
        ("older_child", "to: 4382}", "to: 4383}", "adult.yaml:7:1", "for self on day 4383"),
        ("adult", "from: 4383}", "from: 4383, to: 9000}", "adult.yaml:7:1", "from day 9001 on"),
        ("infant", "from: 0,", "from: 1,", "infant.yaml:5:1", "no protocol for self on day 0"),
        ("adult", "age_of: [self, other]", "age_of: [other]", ":1:1", "for self of unknown age"),
        ("infant", "age_of: [child]", "age_of: [child, other]", "adult.yaml:8:1", "unknown age"),
        ("pregnancy", "[pregnant]", "[postpartum]", ":1:1", "no protocol serves pregnant"),
    ],
)
def test_a_gap_or_an_overlap_between_the_tables_is_refused(
    country: Country,
    languages: Languages,
    file: str,
    old: str,
    new: str,
    place: str,
    problem: str,
) -> None:
    changed = country((f"{FOLDER}/{file}.yaml", old, new))
    with pytest.raises(ContentError) as caught:
        load_protocols(changed, languages)
    assert caught.value.place.endswith(place)
    assert problem in caught.value.problem


@pytest.mark.parametrize(
    ("old", "new", "column", "problem"),
    [
        ("  cough: Cough\n", "  couch: Cough\n", 3, "the protocol has no signs.couch"),
        ("  cough: Cough\n", '  cough: ""\n', 3, "`cough:` must be a text that is not empty"),
        ("  cough: Cough\n", "  cough: Cough that lasts very long\n", 3, "at most 24 fit"),
        ("  cough: Cough\n", "  cough: Fits\n", 3, "reads like 'convulsions' on a phone"),
        ("  home:", "  hoem:", 3, "the protocol has no advice.hoem"),
        ("advice:\n", "advise:\n", 1, "unknown key 'advise'"),
    ],
)
def test_a_mistake_in_a_translation_is_refused_at_its_line(
    country: Country, languages: Languages, old: str, new: str, column: int, problem: str
) -> None:
    relative = "ussd_flows/lang/en/protocols/child.yaml"
    text = (naive.ROOT / relative).read_text("utf-8")
    line = text[: text.index(old)].count("\n") + 1
    with pytest.raises(ContentError) as caught:
        load_protocols(country((relative, old, new)), languages)
    assert caught.value.place == f"{relative}:{line}:{column}"
    assert problem in caught.value.problem


def test_a_missing_translation_is_spoken_by_the_fallback_and_listed(
    country: Country, languages: Languages
) -> None:
    relative = "ussd_flows/lang/en/protocols/child.yaml"
    child = load_protocols(country((relative, "  cough: Cough\n", "")), languages)["child"]
    assert child.signs["cough"].labels["en"] == "Toux"
    assert child.signs["fever"].labels["en"] == "Fever, hot body"
    assert child.untranslated["fr"] == ()
    assert child.untranslated["en"] == ("signs.cough",)


def test_a_new_language_takes_no_python(library: Library, languages: Languages) -> None:
    fula = Language(code="ff", name="Fulfulde", fallback="fr")
    more = Languages({**languages.by_code, "ff": fula})
    child = load_protocols(library, more)["child"]
    assert child.signs["cough"].labels["ff"] == "Toux"
    assert len(child.untranslated["ff"]) == 1 + len(child.signs) + len(child.advice)


def test_a_language_that_is_only_declared_takes_no_signature_away(
    tmp_path: Path, library: Library, languages: Languages, protocols: dict[str, Protocol]
) -> None:
    fula = Language(code="ff", name="Fulfulde", fallback="en")
    more = Languages({"fr": languages.default, "ff": fula, **languages.by_code})
    declared = load_protocols(library, more)
    assert {n: p.version for n, p in declared.items()} == {
        n: p.version for n, p in protocols.items()
    }
    translation = tmp_path / "ussd_flows/lang/ff/protocols/child.yaml"
    translation.parent.mkdir(parents=True)
    translation.write_text("review: draft\nsigns: {cough: Ndurru}\n", encoding="utf-8")
    translated = load_protocols(Library((tmp_path, *library.roots)), more)
    changed = {n for n, p in translated.items() if p.version != protocols[n].version}
    assert changed == {"child"}


def test_a_label_in_another_script_is_counted_in_its_own_characters(
    country: Country, languages: Languages
) -> None:
    relative = "ussd_flows/lang/en/protocols/child.yaml"
    child = load_protocols(country((relative, "cough: Cough", "cough: سعال")), languages)["child"]
    assert child.signs["cough"].labels["en"] == "سعال"


def test_the_version_follows_what_is_clinical_or_spoken_and_nothing_else(
    country: Country, languages: Languages, protocols: dict[str, Protocol]
) -> None:
    before = protocols["child"].version
    structure = f"{FOLDER}/child.yaml"

    def version(*change: str) -> str:
        return load_protocols(country((change[0], change[1], change[2])), languages)[
            "child"
        ].version

    assert version(structure, "# Child of 2 to 59 months.", "# Another comment.") == before
    own = protocols["child"].contents[0].version
    signed = f'review: {{by: Dr A. Diallo, on: 2026-11-24, version: "{own}"}}'
    assert version(structure, "review: draft", signed) == before
    again = load_protocols(country((structure, signed, signed)), languages)["child"]
    assert [file.is_signed for file in again.contents] == [
        True,
        *[False] * (len(languages.by_code) - 1),
    ]
    words = version("ussd_flows/lang/en/protocols/child.yaml", "Stiff neck", "Stiff neck!")
    assert words != before
    assert version(structure, "all: [fever, stiff_neck]", "all: [stiff_neck, fever]") != words


def test_a_country_replaces_one_table_and_keeps_the_others(
    country: Country, languages: Languages, protocols: dict[str, Protocol]
) -> None:
    changed = load_protocols(
        country((f"{FOLDER}/adult.yaml", "if_missing: urgent", "if_missing: emergency")), languages
    )
    assert changed["adult"].if_missing == "emergency"
    assert changed["child"].version == protocols["child"].version


def test_every_rule_keeps_the_note_and_the_meaning_that_a_reviewer_reads(
    protocols: dict[str, Protocol],
) -> None:
    child = protocols["child"]
    assert child.signs["chest_indrawing"].meaning.endswith("(tirage sous-costal)")
    assert next(rule for rule in child.rules if rule.id == "K8").note.startswith("IMCI 2014")
    assert "K10" in child.left_out
    assert child.sources["iccm"].version == "ISBN 978 92 4 154804 5"


def test_a_rule_changed_unsigns_the_table_alone_and_a_label_its_translations_too(
    country: Country, protocols: dict[str, Protocol], languages: Languages
) -> None:
    def changed(old: str, new: str) -> set[str]:
        library = country((f"{FOLDER}/child.yaml", old, new))
        before = {file.path: file.version for file in protocols["child"].contents}
        after = load_protocols(library, languages)["child"].contents
        return {file.path for file in after if file.version != before[file.path]}

    table = f"{FOLDER}/child.yaml"
    assert changed("all: [fever, stiff_neck]", "all: [stiff_neck, fever]") == {table}
    assert changed("label: Toux\n", "label: Tousse\n") == {
        table, *(f"ussd_flows/lang/{code}/protocols/child.yaml" for code in languages.by_code if code != "fr")
    }  # fmt: skip
