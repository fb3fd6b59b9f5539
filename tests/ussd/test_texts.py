"""Texts, conditions and pages by themselves."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhealth.domain.gsm7 import is_gsm7, septets
from mhealth.ussd.condition import All, AnyOf, Compare, Condition, IsSet, Not
from mhealth.ussd.deeds import DEEDS, FACTS, DeedKind
from mhealth.ussd.screen import pages_of
from mhealth.ussd.text import BadText, cut, make_template, say


@given(st.text(), st.integers(0, 60))
def test_a_value_is_one_line_of_gsm7_within_its_room(value: str, longest: int) -> None:
    said = say(value, longest)
    assert is_gsm7(said)
    assert septets(said) <= longest
    assert not any(c in said for c in "\n\r\f")


@pytest.mark.parametrize(
    ("value", "said"),
    [("Ouèssè-Kpéla", "Ouèssè-Kpéla"), ("Savè\n1 Faux", "Savè 1 Faux"), ("Hôpital", "Hopital"), (None, ""),
     (12, "12"), ("a\u200bb", "ab"), ("قرية", "????"),
     ("Abomey-Calavi-les-deux-Palmiers", "Abomey-Calavi-les-deu...")],
)  # fmt: skip
def test_values_as_they_are_said(value: Any, said: str) -> None:
    assert say(value, 24) == said


def test_a_cut_never_splits_a_character_of_double_length() -> None:
    assert cut("€€€€", 6) == "€..."
    assert cut("€€€", 6) == "€€€"


@pytest.mark.parametrize(
    "text", ["{", "}", "{}", "{a.b}", "{a[0]}", "{a!r}", "{a:>9}", "{A}", "{b}", "日本"]
)
def test_texts_that_cannot_be_used(text: str) -> None:
    with pytest.raises(BadText):
        make_template(text, {"a": 3})


def test_a_template_knows_its_longest() -> None:
    template = make_template("À {name} : 5 €", {"name": 10})
    assert template.longest == len("A ") + 10 + len(" : 5 ") + 2
    assert template.fill({"name": "x" * 50}) == "A xxxxxxx... : 5 €"


@given(st.text(st.sampled_from("ab. é€\n"), max_size=600), st.integers(20, 150), st.integers(0, 20))
def test_pages_hold_every_word_within_their_room(text: str, room: int, more: int) -> None:
    pages = pages_of(text, room, room + more)
    assert pages
    assert all(septets(page) <= room for page in pages[:-1])
    assert septets(pages[-1]) <= room + more
    assert "".join("".join(pages).split()) == "".join(text.split())


def test_a_page_ends_with_a_sentence_where_that_costs_no_page() -> None:
    text = "Lavez la plaie. Ne la fermez pas. Allez au centre."
    assert pages_of(text, 40, 40) == ["Lavez la plaie. Ne la fermez pas.", "Allez au centre."]
    assert pages_of(text, 45, 45) == ["Lavez la plaie. Ne la fermez pas.", "Allez au centre."]
    assert pages_of(text, 33, 33) == ["Lavez la plaie. Ne la fermez pas.", "Allez au centre."]
    assert pages_of("Un. Deux mots et encore plusieurs autres mots", 24, 24) == [
        "Un. Deux mots et encore",
        "plusieurs autres mots",
    ]


AGE = Compare("age", "lt", 60)


@pytest.mark.parametrize(
    ("condition", "values", "holds"),
    [
        (AGE, {"age": 59}, True),
        (AGE, {"age": 60}, False),
        (AGE, {}, False),
        (AGE, {"age": "9"}, False),
        (AGE, {"age": True}, False),
        (Not(AGE), {}, True),
        (Compare("x", "ne", "a"), {"x": "b"}, True),
        (Compare("x", "ne", "a"), {}, False),
        (Compare("x", "ne", "a"), {"x": ""}, False),
        (Compare("x", "eq", False), {"x": False}, True),
        (Compare("x", "in", ("a", "b")), {"x": "b"}, True),
        (Compare("x", "ge", 2.5), {"x": 2.5}, True),
        (IsSet("x", True), {"x": 0}, True),
        (IsSet("x", True), {"x": ""}, False),
        (IsSet("x", False), {}, True),
        (All((AGE, IsSet("x", True))), {"age": 1, "x": "y"}, True),
        (All((AGE, IsSet("x", True))), {"age": 1}, False),
        (AnyOf((AGE, IsSet("x", True))), {"x": "y"}, True),
        (AnyOf(()), {}, False),
    ],
)
def test_conditions(condition: Condition, values: dict[str, Any], holds: bool) -> None:
    assert condition.holds(values) is holds


def test_no_lookup_gives_a_fact_and_every_effect_is_declared_as_one() -> None:
    for name, deed in DEEDS.items():
        if deed.kind is DeedKind.LOOKUP:
            assert not set(deed.variables) & set(FACTS), name
        assert deed.is_effect is name.startswith(
            ("save_", "set_", "send_", "finish_", "check_", "propose_", "confirm_", "ask_")
        )
