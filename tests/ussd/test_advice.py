"""Advice walked to every leaf, in every language: what to do, when to go, and one key to report."""

import re
from collections.abc import Iterator

import pytest

from mhealth.domain.gsm7 import is_gsm7, septets
from mhealth.ussd.kinds.message import Message
from tests.ussd.walking import Phone, shipped_book

BOOK = shipped_book()
NODES = BOOK.plan_of("main").nodes
LANGUAGES = sorted(BOOK.languages.by_code)
GO = {
    "fr": re.compile("partez(?: au centre)? tout de suite", re.IGNORECASE),
    "en": re.compile("go(?: to the centre)? at once", re.IGNORECASE),
    "sw": re.compile("mara moja", re.IGNORECASE),
}
TOPICS = {
    *("fever", "diarrhoea", "cough", "newborn", "pregnancy", "postpartum", "feeding"),
    *("animal_bite", "snake_bite", "burn", "wound"),
    *("net", "hands", "clean_water", "vaccines", "spacing", "antenatal", "lungs"),
}
OPTION = re.compile(r"^([1-9]) ", re.MULTILINE)


def leaves(
    language: str, *, is_worker: bool, typed: tuple[str, ...] = ("4",)
) -> Iterator[tuple[Phone, int]]:
    """A phone on the last screen of each topic, typed there from the first screen, and its screens."""
    phone = Phone(BOOK, language=language, is_worker=is_worker, consent="refused")
    for answer in typed:
        phone.type(answer)
        assert septets(phone.show.text) <= 160
        assert is_gsm7(phone.show.text)
    if phone.show.node.endswith("_go"):
        yield phone, 1 + len(typed)
        return
    for key in OPTION.findall(phone.show.text):
        yield from leaves(language, is_worker=is_worker, typed=(*typed, key))


@pytest.mark.parametrize("is_worker", [False, True])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_topic_ends_with_when_to_go_and_a_key_that_reports(
    language: str, is_worker: bool
) -> None:
    seen = []
    for phone, _ in leaves(language, is_worker=is_worker):
        seen.append(phone.show.node.partition(".")[2].removesuffix("_go"))
        assert GO[language].search(phone.show.text), phone.show.text
        assert OPTION.findall(phone.show.text) == ["1"]
        assert phone.platform.effects == []
        assert phone.type("1").node.startswith("report.")
    assert sorted(seen) == sorted(TOPICS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_topic_takes_six_screens_at_most(language: str) -> None:
    for phone, screens in leaves(language, is_worker=False):
        assert screens <= 6, phone.show.node


def test_every_advice_names_its_source() -> None:
    advice = [n for n in NODES if n.split(".")[0] in ("advice", "prevention")]
    said = {name for name in advice if isinstance(NODES[name], Message) or name.endswith("_go")}
    assert set(BOOK.origins) == said
    assert all(origin.row and origin.year >= 2005 for origin in BOOK.origins.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_advice_names_a_dose_or_a_medicine_to_buy(language: str) -> None:
    words = ("mg", "ml", "comprim", "tablet", "vidonge", "amox", "artes", "paracet", "antibio")
    for name in BOOK.origins:
        text = NODES[name].text[language].fill({}).casefold()  # type: ignore[attr-defined]
        assert not [word for word in words if word in text.split()], name
