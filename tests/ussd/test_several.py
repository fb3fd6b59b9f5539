"""Several of a flow's own options at once: by number, over pages, each with its own name."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from mhealth.ussd.book import build_book
from mhealth.ussd.engine import Outcome, Show
from tests.ussd.asking import example_book, phone_at
from tests.ussd.walking import Phone, french_and_english, library_of

OPTIONS: dict[str, Any] = {
    "drink": {"text": "Donné à boire"},
    "wash": {"text": "Lavé", "into": "washed"},
    "coma": {"text": "Ne se réveille plus", "stops": True},
}
NODE: dict[str, Any] = {"kind": "several", "stopped": "is_over", "options": OPTIONS}


def at_the_wishes(folder: Path, name: str = "Awa Dossou") -> Phone:
    phone = Phone(example_book(folder), today="2026-11-24", region="BJ")
    for typed in (name, "99", "99", "12,5", "4821935"):
        phone.type(typed)
    return phone


def test_each_option_has_a_number_and_0_is_none(tmp_path: Path) -> None:
    show = phone_at(tmp_path, NODE).show
    assert show.text == "?\n1 Donné à boire\n2 Lavé\n3 Ne se réveille plus\n0 Aucun"


@pytest.mark.parametrize("typed", ["12", "1 2", "1,2", "1*2", "1 et 2", "21#", "١٢", "l2"])
def test_two_of_them(tmp_path: Path, typed: str) -> None:
    phone = phone_at(tmp_path, NODE)
    phone.type(typed)
    assert phone.vars["said"] == {"drink": True, "wash": True, "coma": False}
    assert phone.vars["washed"] is True
    assert phone.vars["is_over"] is False


def test_none_of_them_is_an_answer(tmp_path: Path) -> None:
    phone = phone_at(tmp_path, NODE)
    phone.type("0")
    assert phone.vars["said"] == {"drink": False, "wash": False, "coma": False}
    assert phone.vars["washed"] is False


@pytest.mark.parametrize("typed", ["", "4", "14", "oui", "1 ou 2", "10"])
def test_what_is_not_on_the_page_takes_nothing(tmp_path: Path, typed: str) -> None:
    phone = phone_at(tmp_path, NODE)
    assert phone.type(typed).outcome is Outcome.INVALID
    assert phone.vars["said"] == {}
    assert "washed" not in phone.vars


def test_options_may_go_into_their_own_variables_alone(tmp_path: Path) -> None:
    options = {"a": {"text": "A", "into": "a"}, "b": {"text": "B", "into": "b"}}
    phone = _phone_of(tmp_path, _flow_of({"kind": "several", "options": options}))
    phone.type("2")
    assert (phone.vars["a"], phone.vars["b"]) == (False, True)
    assert "said" not in phone.vars


def test_pages_are_broken_between_options_and_each_is_on_one(tmp_path: Path) -> None:
    phone = at_the_wishes(tmp_path, "AB1234")
    seen: list[str] = []
    while phone.show.node == "main.wishes":
        assert len(phone.show.text) <= 160
        assert phone.show.text.startswith("Que voulez-vous ?\n1 ")
        seen += phone.show.state.shown.values()
        phone.type("0")
    assert seen == ["reminders", "visit", "call", "badge", "talk", "papers"]
    assert phone.vars["wishes"] == dict.fromkeys(seen, False)


def test_an_option_whose_condition_does_not_hold_is_not_asked_for(tmp_path: Path) -> None:
    phone = at_the_wishes(tmp_path)
    phone.type("0")
    phone.type("0")
    assert "badge" not in phone.vars["wishes"]


def test_an_option_that_stops_ends_the_questions_with_all_picks_of_its_page(tmp_path: Path) -> None:
    phone = at_the_wishes(tmp_path)
    assert phone.type("13").node == "main.where"
    assert phone.vars["wants_help"] is True
    wishes = phone.vars["wishes"]
    assert {name for name, is_picked in wishes.items() if is_picked} == {"reminders", "call"}
    assert "papers" not in wishes


def test_going_back_a_page_forgets_its_answers(tmp_path: Path) -> None:
    phone = at_the_wishes(tmp_path)
    phone.type("2")
    assert phone.vars["wants_visit"] is True
    assert phone.type("00").state.page == 0
    assert phone.vars["wishes"] == {}
    assert "wants_visit" not in phone.vars


def test_where_nothing_is_left_nothing_is_asked(tmp_path: Path) -> None:
    options = {"one": {"text": "Un", "when": {"var": "is_worker", "eq": True}}}
    flow = _flow_of({"kind": "several", "into": "said", "options": options}).replace(
        "start: ask", "start: first"
    )
    flow += "  first: {kind: message, text: Bonjour, next: ask}\n"
    phone = _phone_of(tmp_path, flow)
    assert phone.type("1").text == "Merci."
    assert phone.vars["said"] == {}
    show = _phone_of(tmp_path, flow, is_worker=True).type("1")
    assert isinstance(show, Show)
    assert "\n1 Un" in show.text


def _flow_of(node: dict[str, Any]) -> str:
    nodes = {
        "ask": {"text": "?", "next": "done", **node},
        "done": {"kind": "end", "text": "Merci."},
    }
    flow = {"review": "draft", "start": "ask", "nodes": nodes}
    return yaml.safe_dump(flow, allow_unicode=True, sort_keys=False)


def _phone_of(folder: Path, flow: str, **facts: Any) -> Phone:
    return Phone(build_book(library_of(folder, main=flow), french_and_english(), {}), **facts)
