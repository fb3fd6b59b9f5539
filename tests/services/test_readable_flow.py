"""Whoever signs a flow reads all of it: every kind of question, its own hint, and where answers lead."""

from pathlib import Path

from mhealth.services.readable_flow import Screen, screens_of
from mhealth.services.readable_words import Joiners
from mhealth.ussd.kinds import KINDS
from mhealth.web.content_words import NODE_KINDS
from tests.ussd.asking import example_book


def screens(folder: Path, code: str) -> dict[str, Screen]:
    return {s.name: s for s in screens_of(example_book(folder), "main", code, Joiners())}


def test_words_lead_where_they_say(tmp_path: Path) -> None:
    name = screens(tmp_path, "fr")["name"]
    assert name.hint == "Tapez votre nom."
    assert [(way.when, way.leads) for way in name.ways] == [
        ("arret · stop", "bye"), ("[A-Za-z]{2}[0-9]{4}", "born"), ("", "born")
    ]  # fmt: skip


def test_what_can_be_picked_is_there_with_its_condition(tmp_path: Path) -> None:
    wishes = screens(tmp_path, "en")["wishes"]
    assert len(wishes.lines) == 6
    badge = wishes.lines[3]
    assert (badge.key, badge.text, badge.original) == ("•", "A new badge", "Un nouveau badge")
    assert (badge.leads, badge.when) == ("where", "has_badge = yes")


def test_a_question_without_a_hint_of_its_own_has_none(tmp_path: Path) -> None:
    assert screens(tmp_path, "fr")["phone"].hint == ""
    assert screens(tmp_path, "fr")["phone"].lines[0].text == "Aucun"


def test_every_kind_has_a_name_at_the_desk() -> None:
    assert set(NODE_KINDS) == set(KINDS)
