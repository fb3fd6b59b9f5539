"""Every page is drawn at every limit and in every language; what is offered twice or never is told."""

from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from mhealth.ussd.compiling import compile_flows
from mhealth.ussd.faults import Fault
from mhealth.ussd.kinds.choose import Choose
from mhealth.ussd.kinds.menu import Menu
from mhealth.ussd.plan import Plan
from mhealth.ussd.proofs.names import NO_NAMES, Named, Names
from mhealth.ussd.proofs.pages import prove_pages
from mhealth.ussd.proofs.proving import Proving
from mhealth.ussd.proofs.running import run_proofs
from mhealth.ussd.proofs.screens import Screens
from mhealth.ussd.screen import LIMITS
from mhealth.ussd.source import Sources
from mhealth.ussd.state import Show, State
from tests.ussd.walking import SIGNS, french_and_english, library_of

FLOW = """review: draft
start: area
nodes:
  area:
    kind: choose
    from: list_health_areas
    text: Your area?
    into: area
    label_into: village_name
    next: which
    empty: which
  which:
    kind: menu
    text: Which one?
    options:
      one: {key: 1, text: One, next: some}
      two: {key: 2, text: Two, next: some}
  some: {kind: deed, deed: choose_protocol, args: {subject: child, age_days: 90}, next: signs}
  signs: {kind: signs, text: Signs, source: protocol, into: signs, stopped: danger, next: told}
  told:
    kind: branch
    cases:
      - {when: {var: village_name, is_set: true}, next: named}
    otherwise: z
  named: {kind: end, text: "Your village: {village_name}."}
  z: {kind: end, text: Bye}
"""


def proving(folder: Path, names: Names = NO_NAMES, **nodes: Any) -> Proving:
    """All proofs' material of the flow; `nodes` puts others in their place."""
    languages = french_and_english()
    sources = Sources(SIGNS, languages)
    compiled = compile_flows(library_of(folder, main=FLOW), languages, sources)
    assert not compiled.faults.errors
    made = Proving(compiled, languages, sources, names)
    for name, change in nodes.items():
        made.nodes[f"main.{name}"] = change(made.nodes[f"main.{name}"])
    return made


def accused(made: Proving) -> list[Fault]:
    prove_pages(made, Screens(made))
    return made.faults.all


def test_each_option_line_and_sign_stands_on_exactly_one_page(tmp_path: Path) -> None:
    made = proving(tmp_path)
    assert accused(made) == []
    screens = Screens(made)
    for limit in LIMITS:
        (listed,) = screens.sheets(made.nodes["main.area"], "fr", limit)  # type: ignore[arg-type]
        assert len(listed.items) == 30
        assert len(listed.pages) > 3
        signs = screens.sheets(made.nodes["main.signs"], "en", limit)  # type: ignore[arg-type]
        assert [len(sheet.items) for sheet in signs] == [sum(map(len, g)) for g in SIGNS.values()]
        assert all(page.size <= page.room for page in listed.pages)


class Forgetful(Menu):
    """Forgets its first option where the screen is narrow."""

    def draw(self, plan: Plan, state: State) -> Show:
        show = Menu.draw(self, plan, state)
        if state.limit == 160:
            del show.state.shown["1"]
        return show


class Repeating(Choose):
    """Goes on by one line less than it has shown."""

    def take(self, plan: Plan, state: State, typed: str) -> Any:
        move = Choose.take(self, plan, state, typed)
        state.page = max(state.page - 1, 0)
        return move


def _as(kind: type) -> Any:
    return lambda node: kind(**{field.name: getattr(node, field.name) for field in fields(node)})


def test_an_option_on_no_page_is_named_with_language_and_limit(tmp_path: Path) -> None:
    faults = accused(proving(tmp_path, which=_as(Forgetful)))
    assert {(f.rule, f.place) for f in faults} == {
        ("option-on-one-page", "ussd_flows/main.yaml:16:7")
    }
    assert [f.problem for f in faults] == [
        f"`one` is offered on no page in {code} at 160" for code in ("fr", "en")
    ]


def test_a_line_on_two_pages_is_named(tmp_path: Path) -> None:
    faults = accused(proving(tmp_path, area=_as(Repeating)))
    assert faults
    assert "is offered on 2 pages in fr at 160" in faults[0].problem


def test_a_key_of_two_meanings_is_named(tmp_path: Path) -> None:
    taken: Mapping[str, str] = {"back": "2"}
    faults = accused(
        proving(tmp_path, which=lambda node: replace(node, keys=replace(node.keys, **taken)))
    )
    assert {f.rule for f in faults} == {"key-clash"}
    assert "key 2 is a line of a page and back" in faults[0].problem


VILLAGES = [
    Named("Sainte-Marie-du-Bon-Secours-les-Deux-Rives", "village Sainte-Marie… of Kpéla"),
    Named("Ɣɔli", "village Ɣɔli of Agnavo"),
    Named("Agbodji", "village Agbodji of Kpéla"),
]


def test_real_names_are_measured_and_those_that_are_cut_are_named(tmp_path: Path) -> None:
    names = Names({"village_name": VILLAGES}, {"list_health_areas": VILLAGES[2:]})
    proven = run_proofs(proving(tmp_path, names))
    found = [(f.rule, f.place, f.problem) for f in proven.faults if f.rule.startswith("name")]
    place = "ussd_flows/main.yaml:25:22"
    assert found == [
        ("name-unshowable", place,
         "village Ɣɔli of Agnavo: phones show `?` for Ɣ (LATIN CAPITAL LETTER GAMMA)"),
        ("name-cut", place, "village Sainte-Marie… of Kpéla has 42 characters; screens keep 24, so it is"
         " cut"),
    ]  # fmt: skip


def test_with_real_names_a_list_is_as_long_as_it_is(tmp_path: Path) -> None:
    made = proving(tmp_path, Names({}, {"list_health_areas": VILLAGES[2:]}))
    (sheet,) = Screens(made).sheets(made.nodes["main.area"], "fr")  # type: ignore[arg-type]
    assert [page.text.count("Agbodji") for page in sheet.pages] == [1]


@pytest.mark.parametrize("code", ["fr", "en"])
def test_without_names_the_declared_room_is_filled(tmp_path: Path, code: str) -> None:
    made = proving(tmp_path)
    assert Screens(made).longest(made.nodes["main.named"], code) == {"village_name": "M" * 24}
