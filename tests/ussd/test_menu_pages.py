"""A menu that does not fit is broken between its options; one that fits never is."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mhealth.domain.gsm7 import septets
from mhealth.ussd.book import Book, build_book
from mhealth.ussd.engine import Outcome
from mhealth.ussd.kinds.menu import Menu
from mhealth.ussd.screen import LIMITS, NARROW, WIDE
from tests.ussd.asking import errors, example_book
from tests.ussd.walking import Phone, french_and_english, library_of, shipped_book


def flow_of(labels: list[str], text: str = "Que voulez-vous ?", **option: Any) -> str:
    options = {
        f"o{n}": {"key": str(n + 10), "text": label, "set": {"picked": n}, "next": "done", **option}
        for n, label in enumerate(labels)
    }
    nodes = {
        "first": {"kind": "message", "text": "Bonjour", "next": "ask"},
        "ask": {"kind": "menu", "text": text, "options": options},
        "done": {"kind": "end", "text": "Merci {picked}"},
    }
    flow = {"review": "draft", "start": "first", "nodes": nodes}
    return yaml.safe_dump(flow, allow_unicode=True, sort_keys=False)


def book_of_menu(folder: Path, labels: list[str], text: str = "Que voulez-vous ?") -> Book:
    return build_book(library_of(folder, main=flow_of(labels, text)), french_and_english(), {})


LONG = [f"Une option assez longue {letter}" for letter in "ABCDEFGH"]


def test_the_pages_of_a_menu(tmp_path: Path) -> None:
    phone = Phone(book_of_menu(tmp_path, LONG))
    assert phone.type("1").text == (
        "Que voulez-vous ?\n10 Une option assez longue A\n11 Une option assez longue B\n"
        "12 Une option assez longue C\n9 Suite\n0 Retour\n00 Accueil"
    )
    assert "13 Une option assez longue D" in phone.type("9").text
    last = phone.type("9").text
    assert "17 Une option assez longue H" in last
    assert "9 Suite" not in last
    assert phone.type("9").outcome is Outcome.INVALID


def test_an_option_is_taken_on_its_own_page_alone(tmp_path: Path) -> None:
    phone = Phone(book_of_menu(tmp_path, LONG))
    phone.type("1")
    assert phone.type("13").outcome is Outcome.INVALID
    phone.type("9")
    assert phone.type("10").outcome is Outcome.INVALID
    assert phone.type("13").text == "Merci 3"


def test_a_miss_does_not_move_the_pages(tmp_path: Path) -> None:
    phone = Phone(book_of_menu(tmp_path, LONG))
    page = phone.type("1").text
    assert phone.type("99").text == f"Non valable.\n{page}"


def test_back_leads_from_page_to_page(tmp_path: Path) -> None:
    phone = Phone(book_of_menu(tmp_path, LONG))
    first = phone.type("1").text
    phone.type("9")
    assert phone.type("0").text == first


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    labels=st.lists(
        st.text(st.sampled_from("abc é€"), min_size=1, max_size=40).filter(str.strip),
        min_size=1,
        max_size=14,
    ),
    limit=st.sampled_from(sorted(LIMITS)),
)
def test_every_option_is_on_exactly_one_page(tmp_path: Path, labels: list[str], limit: int) -> None:
    book = book_of_menu(tmp_path, labels)
    phone = Phone(book, limit=limit)
    phone.type("1")
    menu = book.plan_of("main").nodes["main.ask"]
    assert isinstance(menu, Menu)
    seen: list[str] = []
    for _ in range(len(labels)):
        assert septets(phone.show.text) <= limit
        assert phone.show.text.startswith("Que voulez-vous ?\n")
        seen += phone.show.state.shown.values()
        if "\n9 Suite" not in phone.show.text:
            break
        phone.type("9")
    assert seen == list(menu.options)
    fits = menu.longest("fr") <= limit
    assert fits is (phone.show.state.page == 0)


def test_no_shipped_menu_is_in_pages() -> None:
    for plan in shipped_book().plans.values():
        assert [n.name for n in plan.nodes.values() if isinstance(n, Menu) and n.paged] == []


def test_a_menu_may_fit_a_wide_screen_alone(tmp_path: Path) -> None:
    labels = [
        "Une option longue de 33 lettres A",
        "Une option longue de 33 lettres B",
        "Une option de 37 lettres tout compte C",
    ]
    book = book_of_menu(tmp_path, labels)
    menu = book.plan_of("main").nodes["main.ask"]
    assert isinstance(menu, Menu)
    assert NARROW < menu.longest("fr") <= WIDE
    assert "9 Suite" in Phone(book).type("1").text
    assert "9 Suite" not in Phone(book, limit=WIDE).type("1").text


def test_the_key_for_more_is_free_in_a_menu_that_fits_and_taken_in_one_that_does_not(
    tmp_path: Path,
) -> None:
    fits = flow_of(["A", "B"]).replace("'10'", "'9'")
    assert errors(tmp_path, fits) == []
    long = flow_of(LONG).replace("'10'", "'9'")
    assert errors(tmp_path, long) == ["key 9 leads to the next page of this menu"]


@pytest.mark.parametrize("label", ["x" * 160, "€" * 60])
def test_an_option_too_long_for_a_page_is_a_fault(tmp_path: Path, label: str) -> None:
    (problem,) = {p.partition(" can take")[0] for p in errors(tmp_path, flow_of(["A", label]))}
    assert problem in ("this screen", "a page takes")


def test_the_example_asks_where_in_pages(tmp_path: Path) -> None:
    phone = Phone(example_book(tmp_path), today="2026-11-24", region="BJ")
    for typed in ("Awa Dossou", "99", "99", "12,5", "4821935", "0", "0"):
        phone.type(typed)
    assert phone.show.node == "main.where"
    assert "4 A l'ouest" not in phone.show.text
    phone.type("9")
    assert phone.type("6").ends
    assert phone.vars["side"] == "away"
