"""The key that shows a screen once more: no answer and no miss; off unless a flow gives it one."""

from pathlib import Path

from mhealth.ussd.engine import Outcome
from tests.ussd.asking import book_with, errors, example_book
from tests.ussd.walking import Phone, shipped_book


def phone_in_the_example(folder: Path) -> Phone:
    return Phone(example_book(folder), today="2026-11-24", region="BJ")


def test_the_screen_comes_once_more_and_nothing_is_counted(tmp_path: Path) -> None:
    phone = phone_in_the_example(tmp_path)
    for _ in range(5):
        first = phone.show
        again = phone.type("000")
        assert (again.text, again.outcome) == (first.text, Outcome.REPEATED)
        assert again.state.history == first.state.history
        assert (again.state.misses, again.state.vars) == (0, first.state.vars)
    phone.type("Awa Dossou")
    asked = phone.show.text
    phone.type("x")
    assert phone.type("000").text == asked
    assert phone.type("x").outcome is Outcome.INVALID


def test_its_line_stands_on_every_screen_also_on_the_first(tmp_path: Path) -> None:
    phone = phone_in_the_example(tmp_path)
    assert phone.show.text.endswith("\n000 Répéter")
    for typed in ("Awa Dossou", "99", "99", "12,5", "4821935", "0", "0"):
        assert phone.type(typed).text.endswith("\n000 Répéter")


def test_a_page_is_repeated_as_it_is(tmp_path: Path) -> None:
    phone = phone_in_the_example(tmp_path)
    for typed in ("Awa Dossou", "99", "99", "12,5", "4821935", "0", "0", "9"):
        phone.type(typed)
    page = phone.show.text
    assert phone.type("000").text == page
    assert phone.show.state.page == 1


def test_it_is_off_unless_a_flow_says_so() -> None:
    phone = Phone(shipped_book())
    assert "000" not in phone.show.text
    assert phone.type("000").outcome is Outcome.INVALID


def test_where_several_numbers_are_one_answer_only_a_key_of_zeros_is_understood(
    tmp_path: Path,
) -> None:
    options = {name: {"text": name} for name in "abcdefgh"}
    node = {"kind": "several", "options": options, "stopped": "over"}
    phone = Phone(book_with(tmp_path, node, keys={"repeat": "78"}))
    assert "78" not in phone.show.text
    assert phone.type("78").ends
    assert [name for name, is_picked in phone.vars["said"].items() if is_picked] == ["g", "h"]


def test_it_clashes_with_a_number_of_the_range(tmp_path: Path) -> None:
    flow = (
        "review: draft\nstart: a\nkeys: {repeat: '98'}\nnodes:\n"
        "  a: {kind: number, text: Age, min: 1, max: 120, into: age, next: z}\n"
        "  z: {kind: end, text: Bye}\n"
    )
    assert errors(tmp_path, flow) == ["key 98 is a number within 1-120"]
