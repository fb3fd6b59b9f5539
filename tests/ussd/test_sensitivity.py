"""What is sensitive is known of every screen and every variable; what is secret stands nowhere."""

from pathlib import Path

import pytest

from mhealth.ussd.deeds import DEEDS
from mhealth.ussd.kinds import KINDS
from mhealth.ussd.plan import Screen
from mhealth.ussd.sensitivity import Sensitivity, highest
from tests.ussd.asking import book_with, errors, example_book
from tests.ussd.walking import shipped_book

PUBLIC, SENSITIVE, SECRET = Sensitivity


@pytest.mark.parametrize(
    ("kind", "level"),
    [("menu", PUBLIC), ("choose", PUBLIC), ("signs", PUBLIC), ("several", PUBLIC), ("number", PUBLIC),
     ("date", SENSITIVE), ("phone", SENSITIVE), ("text", SENSITIVE), ("code", SENSITIVE), ("pin", SECRET)],
)  # fmt: skip
def test_each_kind_of_question_has_its_usual_level(kind: str, level: Sensitivity) -> None:
    assert KINDS[kind].sensitivity is level


def test_every_screen_says_how_sensitive_its_answer_is() -> None:
    nodes = [n for n in shipped_book().plan_of("main").nodes.values() if isinstance(n, Screen)]
    for node in nodes:
        assert node.sensitivity is KINDS[node.kind].sensitivity, node.name
        assert node.sensitivity.is_recordable is (node.sensitivity is PUBLIC)


def test_a_flow_may_say_otherwise(tmp_path: Path) -> None:
    number = {"kind": "number", "min": 1, "max": 8, "sensitive": True}
    plan = book_with(tmp_path, number).plan_of("main")
    assert plan.sensitivity == {"said": SENSITIVE}
    node = plan.nodes["main.ask"]
    assert isinstance(node, Screen)
    assert node.sensitivity is SENSITIVE
    open_text = book_with(tmp_path, {"kind": "text", "sensitive": False}).plan_of("main")
    assert open_text.sensitivity == {}


def test_a_copy_is_as_sensitive_as_what_it_copies(tmp_path: Path) -> None:
    kept = {"is": "a", "set": {"kept": "{said}"}, "next": "done"}
    node = {
        "kind": "text", "next": None, "answers": {"a": kept},
        "otherwise": {"next": "done", "set": {"also": "{kept}", "other": "x"}},
    }  # fmt: skip
    assert book_with(tmp_path, node).plan_of("main").sensitivity == {
        "said": SENSITIVE, "kept": SENSITIVE, "also": SENSITIVE
    }  # fmt: skip


def test_the_words_for_an_answer_are_as_sensitive_as_it_is(tmp_path: Path) -> None:
    assert example_book(tmp_path).plan_of("main").sensitivity == dict.fromkeys(
        ["said", "born", "born_text", "relative", "card"], SENSITIVE
    )


def test_what_a_deed_behind_the_pin_gives_is_sensitive() -> None:
    levels = shipped_book().plan_of("main").sensitivity
    for deed in DEEDS.values():
        for name in deed.variables if deed.needs_pin else ():
            assert levels[name] is SENSITIVE
        assert (set(deed.sensitivity.values()) == {SENSITIVE}) is deed.needs_pin


def test_nobody_but_a_pin_keeps_a_secret(tmp_path: Path) -> None:
    flow = (
        "review: draft\nstart: a\nnodes:\n"
        "  a: {kind: text, text: Mot, into: word, next: z, sensitive: secret}\n"
        "  z: {kind: end, text: Bye}\n"
    )
    assert errors(tmp_path, flow) == ["`sensitive` must be true or false, not `secret`"]


def test_the_highest_counts() -> None:
    assert highest([PUBLIC, SECRET, SENSITIVE]) is SECRET
    assert highest([]) is PUBLIC
