"""Invented platforms as data: what their files may say, and what a mistake in one is told."""

from pathlib import Path

import pytest

from mhealth.content.library import Library, open_library
from mhealth.domain.errors import ContentError
from mhealth.ussd.deeds import DEEDS
from mhealth.ussd.rehearsal.dialogue_file import read_dialogue, write_screen, write_typed
from mhealth.ussd.rehearsal.platform import Platform
from mhealth.ussd.rehearsal.platform_file import load_platforms
from tests.ussd.platform import InventedRules, phrases, platform_files


def written(folder: Path, **files: str) -> Library:
    rehearsal = folder / "ussd_flows" / "rehearsal"
    rehearsal.mkdir(parents=True)
    for name, text in files.items():
        (rehearsal / f"{name}.yaml").write_text(text, encoding="utf-8")
    return Library((folder,))


def of(library: Library, name: str, language: str = "fr") -> Platform:
    platform = Platform(load_platforms(library)[name], InventedRules(), phrases())
    platform.language = language
    return platform


def test_the_tidy_platform_does_every_deed_that_gives_something() -> None:
    told = platform_files()["tidy"].deeds
    ruled = {"choose_protocol", "propose_pin", "confirm_pin"}
    silent = [name for name, deed in DEEDS.items() if deed.gives or deed.options]
    assert {*silent} - {*told} - ruled == set(), "add them to ussd_flows/rehearsal/tidy.yaml"


def test_cases_are_laid_one_over_the_other_and_like_takes_over_the_rest(tmp_path: Path) -> None:
    library = written(
        tmp_path,
        base="""
facts: {village: "1"}
deeds:
  save_consent:
    - consent: refused
    - {if: {given: true}, consent: given}
  save_village: {village: $village, village_name: Cana}
  show_referral: {code: 111 1111, facility: "{facility.nearest}", when: {fr: lundi, en: Monday}}
""",
        other="like: base\nfacts: {consent: given}\ndeeds:\n  save_village: {village_name: Dan}\n",
    )
    base, other = of(library, "base", "en"), of(library, "other")
    assert base.do("save_consent", {"given": True}) == {"consent": "given"}
    assert base.do("save_consent", {"given": False}) == {"consent": "refused"}
    assert other.file.facts == {"village": "1", "consent": "given"}
    assert other.do("save_village", {"village": "9"}) == {"village": "9", "village_name": "Dan"}
    shown = {"code": "111 1111", "facility": "the nearest health centre", "when": "Monday"}
    assert base.do("show_referral", {"referral": "1"}) == shown
    assert other.do("show_referral", {"referral": "1"})["when"] == "lundi"


def test_a_list_counts_itself_and_its_lines_have_numbers_or_keys(tmp_path: Path) -> None:
    rows = "deeds: {my_villages: {options: [Cana, {key: k9, label: Dan}]}}"
    given = of(written(tmp_path, one=rows), "one").do("my_villages", {})
    labels = [{"key": "1", "label": "Cana"}, {"key": "k9", "label": "Dan"}]
    assert given == {"options": labels, "count": 2}


@pytest.mark.parametrize(
    ("text", "place", "problem"),
    [
        ("likes: tidy", "1:1", "unknown key 'likes'"),
        ("like: moon", "1:1", "no platform 'moon'"),
        ("like: one", "1:1", "a circle of `like`"),
        ("facts: {vilage: x}", "1:9", "no fact 'vilage'"),
        ("facts: {is_worker: yes}", "1:9", "is_worker is true or false"),
        ("facts: {several_languages: true}", "1:9", "no fact 'several_languages'"),
        ("pin: 482915", "1:1", "the PIN needs quotes"),
        ("deeds:\n  fly: {}", "2:3", "no deed 'fly'"),
        ("deeds:\n  save_language: {tongue: fr}", "2:19", "unknown key 'tongue'"),
        ("deeds:\n  save_language: {if: {tongue: fr}}", "2:24", "unknown key 'tongue'"),
        ("deeds:\n  save_language: {language: $tongue}", "2:19", "is given no 'tongue'"),
        ("deeds:\n  show_referral: {when: '{now}'}", "2:19", "no phrase 'now'"),
        ("deeds:\n  show_referral: {when: [1]}", "2:19", "`when` is no text"),
        ("deeds:\n  my_villages: {options: Cana}", "2:17", "`options` is a list"),
        ("deeds:\n  my_villages: 7", "2:3", "is a mapping"),
        ("deeds: 7", "1:1", "`deeds` is a mapping"),
    ],
)
def test_a_mistake_is_told_with_its_place(
    tmp_path: Path, text: str, place: str, problem: str
) -> None:
    with pytest.raises(ContentError) as found:
        load_platforms(written(tmp_path, one=text))
    assert problem in found.value.problem
    assert found.value.place == f"ussd_flows/rehearsal/one.yaml:{place}"


def test_nothing_may_be_called_recorded(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="means no platform"):
        load_platforms(written(tmp_path, recorded="about: x"))


def test_every_shipped_platform_says_what_it_is_about() -> None:
    assert all(file.about for file in load_platforms(open_library()).values())


def test_a_line_of_a_screen_that_looks_like_one_of_ours_is_not_taken_for_one() -> None:
    lines = write_screen("Menu\n> 1\n! x\n~\n* y\n\\z", ends=False)
    assert lines == ["CON Menu", "\\> 1", "\\! x", "\\~", "\\* y", "\\\\z"]
    body = "\n".join(lines)
    assert len(read_dialogue("x", f"---\n{body}\n> 1\n").turns) == 2


@pytest.mark.parametrize("typed", ["1", " 1 ", "", "a b", "~", "> 1", "#"])
def test_what_is_typed_comes_back_as_it_was(typed: str) -> None:
    turns = read_dialogue("x", f"---\nCON Menu\n{write_typed(typed)}\n").turns
    assert turns[1].typed == typed
