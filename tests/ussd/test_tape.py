"""What people write freely is replaced as it is heard, by something that the same screen takes likewise."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from mhealth.ussd import engine
from mhealth.ussd.book import Book
from mhealth.ussd.engine import Show
from mhealth.ussd.rehearsal.invention import Inventor
from mhealth.ussd.rehearsal.tape import Tape
from tests.ussd.platform import FACTS_OF_A_CALLER
from tests.ussd.walking import book_of

FLOW = """
review: draft
start: menu
nodes:
  menu:
    kind: menu
    text: Que faire ?
    options:
      register: {key: 1, text: Inscrire, next: name}
      quit: {key: 2, text: Quitter, next: done}
  name:
    kind: text
    text: "Son nom ?"
    into: name
    max: 20
    answers:
      nobody: {is: [personne, aucun], next: done}
    otherwise: phone
  phone:
    kind: phone
    text: "Son numéro ?"
    into: number
    unknown: {key: 99, text: Inconnu, next: card}
    next: card
  card: {kind: code, text: "Sa carte ?", into: card, check: luhn, next: register}
  register: {kind: code, text: "Son code ?", into: code, length: 6, next: born}
  born: {kind: date, text: "Né le ?", earliest: 2000-01-01, latest: 0, into: born, next: weight}
  weight: {kind: number, text: "Son poids ?", into: weight, min: 1, max: 150, next: done}
  done: {kind: end, text: "Merci."}
"""
TODAY = "2026-11-24"


@dataclass
class Call:
    """A call in which everything heard goes through a tape."""

    book: Book
    inventor: Inventor
    show: Show

    def type(self, typed: str) -> str:
        """What the tape keeps of it."""
        tape = Tape(inventor=self.inventor, number=2, limit=160)
        tape.hear(self.book, self.show.state, typed)
        step = engine.resume(self.book, self.show.state, typed)
        assert isinstance(step, Show)
        invented = engine.resume(self.book, self.show.state, tape.typed or "")
        assert isinstance(invented, Show)
        assert (invented.node, invented.outcome) == (step.node, step.outcome)
        self.show = step
        assert tape.typed is not None
        return tape.typed


@pytest.fixture
def call(tmp_path: Path) -> Call:
    book = book_of(tmp_path, main=FLOW)
    facts = {**FACTS_OF_A_CALLER, "today": TODAY, "region": "BJ"}
    step = engine.begin(book, "main", facts, "fr")
    assert isinstance(step, Show)
    return Call(book, Inventor(frozenset()), step)


def test_a_name_a_number_a_card_a_code_and_a_day_are_others_that_are_taken(call: Call) -> None:
    assert call.type("1") == "1"
    name = call.type("Kossi Ahouansou")
    assert len(name) == len("Kossi Ahouansou")
    assert not {*["kossiahouansou"]} & {*name.casefold().split()}
    number = call.type("01 97 12 34 56")
    assert number != "01 97 12 34 56"
    assert len(number) == 14
    card = call.type("4539 1488 0343 6467")
    assert "4539" not in card
    code = call.type("AB12CD")
    assert len(code) == 6
    assert not {*"AB12CD"} <= {*code}
    born = call.type("14/05/2012")
    assert born != "14/05/2012"
    assert born.endswith("/05/2012")
    assert call.type("31") == "31"
    assert call.show.ends


def test_what_is_not_understood_is_still_not_understood_and_another(call: Call) -> None:
    made = call.type("Kossi Ahouansou 97123456")
    assert "ossi" not in made.casefold()
    assert "97123456" not in made
    assert call.type("9") == "9"


def test_a_name_of_three_letters_is_a_name(call: Call) -> None:
    assert call.type("Awa") not in ("Awa", "")
    assert call.type("ok") == "ok"


def test_nothing_stays_that_hides_behind_a_key(call: Call) -> None:
    assert call.type("1" + " " * 25 + "Kossi 97123456").strip() == "1"
    assert call.show.node == "main.name"


def test_the_keys_that_lead_about_stay(call: Call) -> None:
    call.type("1")
    assert call.type("0") == "0"
    assert call.show.node == "main.menu"


def test_the_flows_own_words_for_an_answer_stay(call: Call) -> None:
    call.type("1")
    first = call.show
    assert call.type("Personne.") == "Personne."
    assert call.show.ends
    call.show = first
    call.type("Kossi")
    assert call.type("99") == "99"
    assert call.show.node == "main.card"
