"""The README of the flow language names all that there is, and the how-to works as it is written."""

import re
from pathlib import Path

import pytest

from mhealth.content.library import shipped_root
from mhealth.ussd.book import build_book
from mhealth.ussd.checks import check_flows
from mhealth.ussd.condition import OPERATORS
from mhealth.ussd.deeds import DEEDS, FACTS
from mhealth.ussd.keys import DEFAULT_KEYS
from mhealth.ussd.kinds import KINDS
from tests.ussd.walking import SIGNS, Phone, french_and_english, library_of

README = (shipped_root() / "ussd_flows" / "README.md").read_text(encoding="utf-8")
HOW_TO = (shipped_root() / "docs" / "how-to" / "add-a-flow.md").read_text(encoding="utf-8")

MENU = """
review: draft
start: first
nodes:
  first:
    kind: menu
    text: Que voulez-vous faire ?
    options:
"""
"""A first flow like the shipped one, which may hold the how-to's flow already."""


@pytest.mark.parametrize("word", [*FACTS, *OPERATORS, *DEFAULT_KEYS, "is_set", "all", "any", "not"])
def test_a_word_of_the_language_is_explained(word: str) -> None:
    assert f"`{word}`" in README


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_explained_with_all_its_keys(kind: str) -> None:
    (row,) = re.findall(rf"^\| `{kind}` \|.*$", README, re.MULTILINE)
    named = re.findall(r"`(\w+)`", row.partition("| ")[2].split("|", 2)[2])
    assert named == [*KINDS[kind].shape.required, *KINDS[kind].shape.optional]


@pytest.mark.parametrize("name", DEEDS)
def test_a_deed_is_explained_with_all_it_takes_and_gives(name: str) -> None:
    deed = DEEDS[name]
    (row,) = re.findall(rf"^\| `{name}` \| {deed.kind} \|(.*)\|$", README, re.MULTILINE)
    takes, gives = row.split("|")
    assert re.findall(r"`(\w+)`", takes) == list(deed.args)
    if "the same" not in gives:
        assert re.findall(r"`(\w+)`", gives) == list(deed.variables)
    assert ("a list" in gives) is bool(deed.options)


def test_the_how_to_adds_a_flow_that_is_proven_and_can_be_dialled(tmp_path: Path) -> None:
    flow, option_and_call, english = re.findall(r"```yaml\n(.*?)```", HOW_TO, re.DOTALL)
    option, call = (
        re.sub("^   ", "", part, flags=re.M) for part in option_and_call.split("   …\n")
    )
    library = library_of(
        tmp_path,
        main=f"{MENU}{option}{call}",
        hours=re.sub("^   ", "", flow, flags=re.M),
        lang_en_hours=re.sub("^   ", "", english, flags=re.M),
    )
    faults = check_flows(library, french_and_english(), SIGNS)
    missing = "not translated: ussd_flows/lang/en/main.yaml is missing"
    assert [fault.problem for fault in faults] == [missing]
    phone = Phone(build_book(library, french_and_english(), SIGNS), language="en")
    phone.type("5")
    assert phone.type("2").text == "Closed, but for emergencies."
