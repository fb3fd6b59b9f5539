"""A list of many pages: a caller types the beginning of a name instead of turning pages."""

import pytest

from mhealth.domain.gsm7 import septets
from mhealth.ussd.finding import found, longest_beginning, read_letters
from mhealth.ussd.screen import NARROW
from mhealth.ussd.state import Outcome
from tests.ussd.platform import Platform, options
from tests.ussd.walking import Phone, shipped_book

BEGINNINGS = ("Ad", "Bo", "Ké", "Lo", "Ou", "Sè", "Zo")
NAMES = [f"{begin}{middle}" for begin in BEGINNINGS for middle in ("komè", "gbé", "vi", "la-Kpéto")]


class ManyVillages(Platform):
    def list_villages(self, args: object) -> dict[str, object]:
        return {"options": options(*NAMES)}


def at_villages(language: str = "fr") -> Phone:
    phone = Phone(shipped_book(), ManyVillages(), village="", language=language)
    phone.type("1")
    phone.type("1")
    assert phone.show.node == "report.village"
    return phone


@pytest.mark.parametrize(
    ("language", "line"),
    [("fr", "Ou tapez le début du nom"), ("en", "Or type the name's start"),
     ("sw", "Au andika mwanzo wa jina")],
)  # fmt: skip
def test_a_list_of_many_pages_says_that_a_beginning_may_be_typed(language: str, line: str) -> None:
    screen = at_villages(language).show.text
    assert f"\n{line}\n9 " in screen
    assert septets(screen) <= NARROW


def test_a_short_list_says_nothing_of_it() -> None:
    phone = Phone(shipped_book(), village="")
    phone.type("1")
    assert "début du nom" not in phone.type("1").text


@pytest.mark.parametrize("typed", ["se", "SE", "Sè", " sè ", "sé#", "sE."])
def test_the_beginning_of_a_name_narrows_the_list(typed: str) -> None:
    phone = at_villages()
    screen = phone.type(typed).text
    assert [line[2:] for line in screen.splitlines()[1:5]] == [
        "Sèkomè", "Sègbé", "Sèvi", "Sèla-Kpéto",
    ]  # fmt: skip
    assert "début du nom" not in screen
    phone.type("3")
    assert phone.show.state.vars["chosen_village"] == str(NAMES.index("Sèvi") + 1)


def test_a_later_word_is_found_as_well_and_the_middle_of_one_when_no_word_begins_so() -> None:
    rows = [("1", "Boko Zoumé"), ("2", "Zogbo"), ("3", "Agbo"), ("4", "L'Aurore")]
    assert [key for key, _ in found(rows, "zo")] == ["1", "2"]
    assert [key for key, _ in found(rows, "boko z")] == ["1"]
    assert [key for key, _ in found(rows, "gbo")] == ["2", "3"]
    assert [key for key, _ in found(rows, "auro")] == ["4"]
    assert found(rows, "x") == []


@pytest.mark.parametrize("typed", ["ndali", "N'Dali", "n dali", "dali", "NDA"])
def test_spaces_hyphens_and_apostrophes_count_for_nothing(typed: str) -> None:
    rows = [("1", "Danli"), ("2", "N'Dali"), ("3", "Boko-Zoumé"), ("4", "Lot 12")]
    assert [key for key, _ in found(rows, read_letters(typed) or "")] == ["2"]
    assert [key for key, _ in found(rows, "bokozou")] == ["3"]
    assert [key for key, _ in found(rows, "lot12")] == ["4"]


def test_a_name_misspelt_at_its_end_is_found_by_its_beginning() -> None:
    rows = [("1", "Agbodji"), ("2", "Agbo"), ("3", "Zogbo")]
    assert longest_beginning(rows, "agbodgi") == "agbod"
    assert longest_beginning(rows, "zogbozoume") == "zogbo"
    assert longest_beginning(rows, "agx") is None
    assert longest_beginning(rows, "xyzabc") is None


@pytest.mark.parametrize(("typed", "first"), [("o", "Oukomè"), ("O", "Oukomè"), ("l", "Lokomè")])
def test_a_letter_that_looks_like_a_digit_begins_a_name(typed: str, first: str) -> None:
    """It neither goes back (O as 0) nor picks the first village (l as 1)."""
    phone = at_villages()
    assert phone.type(typed).text.splitlines()[1] == f"1 {first}"
    assert phone.show.node == "report.village"
    assert "chosen_village" not in phone.vars


def test_the_digits_of_other_scripts_pick_a_line() -> None:
    phone = at_villages()
    phone.type("\u0662")  # two, in Arabic-Indic digits
    assert phone.vars["chosen_village"] == "2"


@pytest.mark.parametrize("typed", ["", "  ", "12", "#", "9 9"])
def test_what_has_no_letter_is_no_beginning(typed: str) -> None:
    assert read_letters(typed) is None


def test_back_shows_the_list_as_it_was_before_and_home_forgets_what_was_sought() -> None:
    phone = at_villages()
    whole = phone.show.text
    second = phone.type("9").text
    phone.type("ké")
    assert phone.type("0").text == second
    assert phone.type("0").text == whole
    phone.type("ké")
    phone.type("00")
    assert phone.show.state.sought == ""


def test_back_from_what_was_picked_shows_the_list_as_it_was_narrowed() -> None:
    platform = ManyVillages()
    platform.list_health_areas = platform.list_villages  # type: ignore[assignment,method-assign]
    phone = Phone(shipped_book(), platform, village="")
    phone.type("1")
    narrowed = phone.type("ké").text
    phone.type("1")
    assert phone.show.node == "report.village"
    assert phone.type("0").text == narrowed


def test_another_beginning_seeks_in_the_whole_list_and_one_that_fits_nothing_is_told() -> None:
    phone = at_villages()
    phone.type("ad")
    assert "Zokomè" in phone.type("zo").text
    missed = phone.type("xyzzy")
    assert missed.outcome is Outcome.INVALID
    assert "Zokomè" in missed.text
