"""Arabic in 70 and 80 characters, at its worst: every screen of the patient's referrals, with Latin names."""

import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from mhealth.content.languages import declared_languages
from mhealth.content.library import open_library
from mhealth.domain.alphabet import LIMITS, Alphabet, room_for
from mhealth.domain.bidi import LRM, NO_BREAK, RLM, ordered, right_to_left
from mhealth.services.content import load_book
from mhealth.triage.loader import load_protocols
from mhealth.ussd import engine
from mhealth.ussd.book import Book
from mhealth.ussd.deeds import DEEDS
from mhealth.ussd.engine import Ask, Show, Step
from mhealth.ussd.screen import pages_of
from mhealth.ussd.text import make_template

PATIENT = {"is_worker": False, "language": "ar", "village": "1", "village_name": "Bèmbèrèkè-Gnanro-Centre",
           "consent": "given", "messages_on": True}  # fmt: skip
WORKER = {**PATIENT, "is_worker": True}


@cache
def book() -> Book:
    library = open_library()
    languages = declared_languages(library)
    return load_book(library, languages, load_protocols(library, languages))


def worst(ask: Ask, has_appointment: bool) -> dict[str, Any]:
    """What the platform answers at its longest: names in Latin letters, words in Arabic."""
    deed = DEEDS[ask.deed]
    told: dict[str, Any] = {name: "Wx" * longest for name, longest in deed.gives.items()}
    told |= {
        "code": "482 1935",
        "status_text": "نبحث عن مركز آخر",
        "when": "الأربعاء 25/11، 14:30",
        "has_appointment": has_appointment,
        "pin_state": "proven",
        "age_text": "11 شهر",
        "class_text": "رعاية منزلية",
        "count": 12,
    }
    if deed.options:
        rows = [f"{n}82 1935 نبحث عن مركز آخر" for n in range(1, 10)]
        rows += ["Centre de santé communal de Bembèrèkè-Nord"] * 3
        told["options"] = [{"key": str(n), "label": label} for n, label in enumerate(rows)]
    return told


def screens(facts: dict[str, Any], limit: int, *, has_appointment: bool) -> Iterator[Show]:
    """Every screen within reach that the flow speaks in Arabic, by every key that is shown."""

    def settled(step: Step) -> Show:
        while isinstance(step, Ask):
            step = engine.answer(book(), step.state, worst(step, has_appointment))
        return step

    waiting = [settled(engine.begin(book(), "main", facts, "ar", limit))]
    seen: set[tuple[str, str]] = set()
    while waiting:
        show = waiting.pop()
        if (show.node, show.text) in seen or show.node.partition(".")[0] not in (
            "main",
            "referrals",
        ):
            continue
        seen.add((show.node, show.text))
        yield show
        if not show.ends:
            keys = [*show.state.shown, "9", "0", "00", "?!"]
            waiting += [settled(engine.resume(book(), show.state, key)) for key in keys]


@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("facts", [PATIENT, WORKER, {**PATIENT, "help_number": "+229019700000123"}])
@pytest.mark.parametrize("has_appointment", [True, False])
def test_every_screen_fits_and_is_read_from_the_right(
    facts: dict[str, Any], limit: int, has_appointment: bool
) -> None:
    seen = list(screens(facts, limit, has_appointment=has_appointment))
    assert {show.node for show in seen} >= {"main.worker" if facts["is_worker"] else "main.patient"}
    assert len(seen) > 8
    for show in seen:
        assert Alphabet.UCS2.size(show.text) <= room_for(limit, Alphabet.UCS2), show.text
        for line in show.text.splitlines():
            first = next((unicodedata.bidirectional(c) for c in line if is_strong(c)), "R")
            assert first in ("R", "AL"), f"{show.node}: {line!r}"


def is_strong(char: str) -> bool:
    return unicodedata.bidirectional(char) in ("L", "R", "AL")


def test_a_code_and_a_number_stay_whole_over_pages() -> None:
    facts = {**PATIENT, "help_number": "+229019700000123"}
    for limit in LIMITS:
        for show in screens(facts, limit, has_appointment=False):
            assert "482 " not in show.text
            if "482" in show.text and show.node.startswith("referrals.without"):
                assert f"482{NO_BREAK}1935" in show.text
            if "+229" in show.text:
                assert f"{LRM}+229019700000123" in show.text


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("482 1935", f"482{NO_BREAK}1935"),
        ("+229 01 97", f"{LRM}+229{NO_BREAK}01{NO_BREAK}97"),
        ("*384*55#", f"{LRM}*384*55#"),
        ("CS Kpéla", "CS Kpéla"),
        ("CS Kpéla 2 - Nord", "CS Kpéla 2 - Nord"),
        ("25/11، 14:30", "25/11، 14:30"),
        ("12-59", f"{LRM}12-59"),
        ("غدا", "غدا"),
        ("", ""),
    ],
)
def test_numbers_keep_their_order_between_arabic_words(value: str, shown: str) -> None:
    assert ordered(value) == shown
    assert len(shown) <= len(value) + 1


@pytest.mark.parametrize(
    ("line", "is_marked"),
    [
        ("1 CS Kpéla", True),
        ("CS Kpéla", True),
        ("1 إحالتي", False),
        ("482 1935", False),
        ("", False),
    ],
)
def test_a_line_that_begins_with_a_latin_name_says_that_it_is_read_from_the_right(
    line: str, is_marked: bool
) -> None:
    assert right_to_left(line) == (RLM + line if is_marked else line)


def test_a_value_and_its_mark_stay_within_the_room_that_is_kept() -> None:
    template = make_template("هاتف {n}", {"n": 8}, Alphabet.UCS2, rtl=True)
    assert template.fill({"n": "+2290197"}) == f"هاتف {LRM}+229..."
    assert Alphabet.UCS2.size(template.fill({"n": "+2290197"})) <= template.longest
    assert template.fill({"n": "482 1935"}) == f"هاتف 482{NO_BREAK}1935"


def test_a_text_that_begins_with_a_name_is_marked_on_each_page() -> None:
    template = make_template("{facility} ينتظرك", {"facility": 30}, Alphabet.UCS2, rtl=True)
    assert template.fill({"facility": "CS Kpéla"}).startswith(RLM)
    pages = pages_of("كلمة " * 6 + "CS Kpéla " * 6, 30, 30, Alphabet.UCS2, rtl=True)
    assert any(page.startswith((RLM + "CS", RLM + "Kp")) for page in pages)
    assert max(map(len, pages)) <= 30
