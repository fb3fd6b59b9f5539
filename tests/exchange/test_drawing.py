"""The drawing of every flow: sound XML, all of it on the paper, nothing over anything else."""

import re
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mhealth.content.languages import load_languages
from mhealth.content.library import open_library
from mhealth.exchange.drawing.cards import picture_of
from mhealth.exchange.drawing.mermaid import write_mermaid
from mhealth.exchange.drawing.metrics import width, wrap
from mhealth.exchange.drawing.page import Page, arrange
from mhealth.exchange.drawing.picture import Card, Leads, Look, Picture, Row, Sheet
from mhealth.exchange.drawing.shapes import CARD_WIDTH, measure
from mhealth.exchange.drawing.svg import write_svg
from mhealth.exchange.drawing.tongues import TABLES, words_for
from mhealth.services.content import load_book
from mhealth.triage.loader import load_protocols
from mhealth.ussd.book import Book
from mhealth.ussd.deeds import DEEDS
from mhealth.ussd.kinds import KINDS
from tests.exchange.small import book_of, library_with

SVG = "{http://www.w3.org/2000/svg}"
FRENCH = words_for(["fr"])


@pytest.fixture(scope="module")
def book() -> Book:
    library = open_library()
    languages = load_languages(library)
    return load_book(library, languages, load_protocols(library, languages))


def drawn(book: Book, flow: str, language: str, *, with_called: bool = False) -> Picture:
    return picture_of(book, flow, language, {flow: "Essai & <plus>"}, with_called=with_called)


def test_every_flow_is_sound_xml_without_script(book: Book) -> None:
    languages = cycle(book.languages.by_code)  # each flow in two of them
    for flow in book.current:
        for language in (next(languages), next(languages)):
            words = words_for(book.languages.chain(language))
            svg = ElementTree.fromstring(write_svg(drawn(book, flow, language), words))
            assert svg.find(f"{SVG}title") is not None
            assert svg.find(f"{SVG}desc") is not None
            tags = {element.tag.removeprefix(SVG) for element in svg.iter()}
            assert tags <= {"svg", "title", "desc", "g", "rect", "path", "text", "a", "circle"}
            links = [e.get("href", "") for e in svg.iter(f"{SVG}a")]
            ids = {e.get("id") for e in svg.iter()}
            assert all(link[1:] in ids or link.endswith(".svg") for link in links)


def test_every_text_that_the_phone_shows_stands_on_the_drawing(book: Book) -> None:
    svg = ElementTree.fromstring(write_svg(drawn(book, "report", "fr"), FRENCH))
    said = " ".join("".join(e.itertext()) for e in svg.iter(f"{SVG}text"))
    for words in ("Vos réponses vont à l'agent", "Autre, 12 ans et plus", "si âge < 12 ans",
                  "Enregistre l'accord", "PROJET : personne n'a signé", "Convulsions",
                  "un signe de danger arrête les questions", "DÉBUT", "l'appel finit"):  # fmt: skip
        assert words in said


def test_advice_names_its_sources(book: Book) -> None:
    svg = write_svg(drawn(book, "advice", "en"), words_for(["en"]))
    assert "Sources of the advice" in svg
    assert "[1] " in svg
    assert "WHO" in svg


ALL_KINDS = """
review: draft
start: a
nodes:
  a:
    kind: several
    text: Quels signes ?
    stopped: danger
    options:
      fits: {text: Convulse, into: fits, stops: true}
      cough: {text: Toux, into: cough}
    next: b
  b: {kind: date, text: Quand ?, earliest: -280, latest: 0, into: day, next: c,
      unknown: {key: 99, text: Passer}}
  c: {kind: phone, text: Numéro ?, into: phone, next: d}
  d:
    kind: text
    text: Votre nom, ou STOP
    into: said
    answers:
      stop: {is: [stop], next: g}
    otherwise: e
  e: {kind: code, text: Code ?, into: code_typed, check: damm, next: f}
  f: {kind: number, text: Poids ?, min: 0.5, max: 25, decimals: 1, unit: kg, into: weight, next: g}
  g: {kind: end, text: Merci}
"""


def test_every_kind_of_question_says_what_it_takes(tmp_path: Path) -> None:
    small = book_of(library_with(tmp_path, {"kinds.yaml": ALL_KINDS}))
    svg = ElementTree.fromstring(write_svg(drawn(small, "kinds", "fr"), FRENCH))
    said = [" ".join("".join(e.itertext()).split()) for e in svg.iter(f"{SVG}text")]
    for words in ("1 ⚠ Convulse", "2 Toux", "de 280 jours avant à aujourd'hui", "au plus 40 caractères",
                  "réponse : stop", "une autre réponse", "de 0.5 à 25 kg", "Numéro de téléphone",
                  "lettres et chiffres, avec chiffre de", "Passer",
                  "un signe de danger arrête les"):  # fmt: skip
        assert any(words in line for line in said), words
    assert said.count("une réponse") == 5  # once a question
    assert_is_mermaid(write_mermaid(drawn(small, "kinds", "fr"), FRENCH))


def test_a_picture_with_called_flows_holds_them_all_and_links_to_them(book: Book) -> None:
    picture = drawn(book, "main", "fr", with_called=True)
    assert {sheet.flow for sheet in picture.sheets} == set(book.current)
    assert ".svg" not in write_svg(picture, FRENCH)
    assert not picture.elsewhere


def test_every_deed_and_every_kind_has_words_in_every_table() -> None:
    for code, words in TABLES.items():
        assert set(DEEDS) <= set(words.deeds), code
        assert set(KINDS) <= set(words.kinds), code
        assert set(words.say) == set(FRENCH.say), code


def test_a_text_never_leaves_its_line() -> None:
    for text in ("x" * 200, "Où ? " * 40, "W" * 90, "كيف حالك " * 20, "漢字" * 40):
        assert all(width(line, 12) <= 180 for line in wrap(text, 12, 180))
    assert wrap("Que voulez-vous faire ?", 12, 130)[-1] != "?"


def test_unsafe_words_are_only_words() -> None:
    nasty = "</text><script>alert(1)</script> & \" ' ]]> \x00\x08"
    card = Card(name="f.a", look=Look.SCREEN, label=nasty, text=(nasty,),
                rows=(Row(key="1", words=nasty, leads=Leads.HOME),), source=nasty)  # fmt: skip
    sheet = Sheet(flow="f", title=nasty, is_draft=True, version="v", start="f.a", cards=(card,))
    picture = Picture(language="fr", direction="ltr", sheets=(sheet,), sources=(nasty,))
    svg = ElementTree.fromstring(write_svg(picture, FRENCH))
    assert not list(svg.iter(f"{SVG}script"))
    assert_is_mermaid(write_mermaid(picture, FRENCH))


def cards_of(ways: list[list[int]]) -> list[Card]:
    return [
        Card(
            name=f"f.n{number}",
            look=Look.SCREEN,
            label="Menu",
            text=("Une question assez longue pour deux lignes ?",) * (1 + number % 3),
            rows=tuple(
                Row(key=str(place), words=f"vers {to}", leads=Leads.CARD, target=f"f.n{to % len(ways)}")
                for place, to in enumerate(targets, 1)
            ),
        )
        for number, targets in enumerate(ways)
    ]  # fmt: skip


def boxes_of(page: Page) -> Iterator[tuple[str, float, float, float]]:
    for name, spot in page.spots.items():
        yield name, spot.x, spot.y, spot.y + page.shapes[name].height


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.integers(0, 59), max_size=6), min_size=1, max_size=60))
def test_any_graph_is_laid_out_without_overlaps_and_nothing_is_lost(ways: list[list[int]]) -> None:
    """Loops back, loops to itself, cards that nothing leads to, sixty of them."""
    cards = cards_of(ways)
    page = arrange([measure(card, FRENCH) for card in cards], "f.n0", 1)
    assert set(page.spots) == {card.name for card in cards}
    assert sorted(page.numbers.values()) == list(range(1, len(cards) + 1))
    boxes = list(boxes_of(page))
    for index, (name, x, top, bottom) in enumerate(boxes):
        assert 0 <= x <= page.width - CARD_WIDTH + 0.01
        assert bottom <= page.height + 0.01
        for other, other_x, other_top, other_bottom in boxes[index + 1 :]:
            assert x != other_x or bottom <= other_top or other_bottom <= top, (name, other)
    shown = {(arrow.source, arrow.row) for arrow, _ in page.arrows} | page.jumps
    assert shown == {(card.name, row) for card in cards for row in range(len(card.rows))}


def test_what_nothing_leads_to_is_drawn_and_marked() -> None:
    cards = tuple(cards_of([[1], [0], [2]]))
    sheet = Sheet(flow="f", title="", is_draft=True, version="v", start="f.n0", cards=cards)
    svg = write_svg(Picture(language="fr", direction="ltr", sheets=(sheet,)), FRENCH)
    assert FRENCH.say["unreachable"] in svg


_ID = r"(?:n\d+|f\d+(?:home|return))"
_TEXT = r'"(?:[^"`#<>&;\\]|#\d+;|<br/>)*"'
_NODE = rf"(?:\({_TEXT}\)|\(\[{_TEXT}\]\)|\{{\{{{_TEXT}\}}\}}|\[/{_TEXT}/\]|\[\[{_TEXT}\]\])"
_LINES = re.compile(
    rf"  (?:{_ID}{_NODE}|{_ID} -->\|{_TEXT}\| {_ID}(?:\(\[{_TEXT}\]\))?|{_ID} -\.-> {_ID}"
    rf"|subgraph f\d+ \[{_TEXT}\]|end|classDef is_\w+ [\w:#,-]+|class {_ID}(?:,{_ID})* is_\w+|%% [^{{}}]*)"
)


def assert_is_mermaid(text: str) -> None:
    """Each line is one of the few forms that Mermaid's flow charts have for us."""
    head, title, rule, kind, *lines = text.rstrip("\n").split("\n")
    assert (head, rule, kind) == ("---", "---", "flowchart LR")
    assert re.fullmatch(r'title: "(?:[^"\\]|\\.)*"', title)
    for line in lines:
        assert _LINES.fullmatch(line), line
    defined = {m.group(1) for line in lines if (m := re.match(rf"  ({_ID})[(\[{{]", line))}
    defined |= {m.group(1) for line in lines if (m := re.search(rf"\| ({_ID})\(", line))}
    arrows = [re.sub(_TEXT, "", line) for line in lines if "-->" in line or "-.->" in line]
    named = {name for arrow in arrows for name in re.findall(_ID, arrow)}
    assert named <= defined


def test_every_flow_is_mermaid(book: Book) -> None:
    for flow in book.current:
        for language in book.languages.by_code:
            words = words_for(book.languages.chain(language))
            assert_is_mermaid(write_mermaid(drawn(book, flow, language), words))
    assert_is_mermaid(write_mermaid(drawn(book, "main", "fr", with_called=True), FRENCH))
