"""Going on after a drop, in the engine alone: the question, what may go on, and a screen as an SMS."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from mhealth.domain.alphabet import room_for
from mhealth.ussd import engine, offering
from mhealth.ussd.book import Book
from mhealth.ussd.by_sms import question
from mhealth.ussd.checks import Severity, check_flows
from mhealth.ussd.engine import Outcome, Show, State
from mhealth.ussd.screen import LIMITS, NARROW, WIDE
from tests.ussd.walking import SIGNS, Phone, book_of, french_and_english, library_of, shipped_book

NOW = datetime(2026, 3, 4, 12, 0)
FLOW = """review: draft
start: who
resume: {minutes: 10, sms: true}
nodes:
  who: {kind: menu, text: Who?, options: {me: {key: 1, text: Me, next: name}}}
  name: {kind: text, text: Your name?, into: name, next: hello}
  hello: {kind: menu, text: "Hello {name}", options: {on: {key: 1, text: On, next: count}}}
  count: {kind: number, text: How many?, min: 1, max: 9, into: count, next: told}
  told: {kind: message, text: "TEXT", next: never}
  never: {kind: menu, text: Here not, resume: never, options: {on: {key: 1, text: On, next: bye}}}
  bye: {kind: end, text: Bye}
"""


def book(tmp_path: Path, text: str = "Well") -> Book:
    return book_of(tmp_path, main=FLOW.replace("TEXT", text))


def phone_at(made: Book, *typed: str, limit: int = NARROW) -> Phone:
    phone = Phone(made, limit=limit)
    for answer in typed:
        phone.type(answer)
    return phone


def at(made: Book, *typed: str) -> State:
    return phone_at(made, *typed).show.state


def may(made: Book, state: State, minutes: float = 1) -> bool:
    return offering.may_go_on(made, state, NOW - timedelta(minutes=minutes), NOW)


def test_a_state_may_go_on_within_its_flows_minutes(tmp_path: Path) -> None:
    made = book(tmp_path)
    state = at(made, "1")

    assert may(made, state, 10)
    assert not may(made, state, 10.1)


def test_a_state_may_not_go_on_before_an_answer_or_where_its_node_forbids_it(
    tmp_path: Path,
) -> None:
    made = book(tmp_path)

    assert not may(made, at(made))
    assert may(made, at(made, "1", "Ama", "1", "3"))
    assert not may(made, at(made, "1", "Ama", "1", "3", "1"))


def test_a_flow_that_says_nothing_never_goes_on(tmp_path: Path) -> None:
    made = book_of(
        tmp_path,
        main=FLOW.replace("resume: {minutes: 10, sms: true}\n", "").replace("resume: never, ", ""),
    )

    assert not may(made, at(made, "1"))
    assert not offering.may_turn_to_sms(made, at(made, "1"))


def test_a_state_of_another_version_or_a_language_that_is_gone_may_not_go_on(
    tmp_path: Path,
) -> None:
    made = book(tmp_path)
    state = at(made, "1")
    state.language = "xx"
    assert not may(made, state)

    state = at(made, "1")
    newer = book_of(tmp_path, main=FLOW.replace("TEXT", "Other")).with_older(made.plan)
    assert not may(newer, state)


def test_the_question_lies_over_the_screen_and_leaves_it_as_it_was(tmp_path: Path) -> None:
    made = book(tmp_path)
    phone = phone_at(made, "1", "Ama", "1")
    before, state = phone.show.text, phone.show.state
    offered = offering.offer(made, state)
    assert (offered.outcome, offered.node, offered.ends) == (Outcome.OFFERED, "main.count", False)

    again = engine.resume(made, offered.state, "1#")
    assert isinstance(again, Show)
    assert (again.text, again.outcome) == (before, Outcome.CONTINUED)
    assert again.state.history == state.history


def test_a_screen_that_said_what_was_wrong_goes_on_without_it(tmp_path: Path) -> None:
    made = book(tmp_path)
    phone = phone_at(made, "1", "Ama", "1")
    before = phone.show.text
    missed = phone.type("x").state
    again = engine.resume(made, offering.offer(made, missed).state, "1")

    assert isinstance(again, Show)
    assert (again.text, again.state.misses) == (before, 0)


def test_a_fresh_start_knows_the_facts_alone(tmp_path: Path) -> None:
    made = book(tmp_path)
    offered = offering.offer(made, at(made, "1", "Ama"))
    fresh = engine.resume(made, offered.state, "2")

    assert isinstance(fresh, Show)
    assert (fresh.node, fresh.outcome) == ("main.who", Outcome.RESTARTED)
    assert "name" not in fresh.state.vars
    assert not fresh.state.offered


def test_the_question_fits_every_screen_in_every_language() -> None:
    made = shipped_book()
    for limit in LIMITS:
        for code, language in made.languages.by_code.items():
            state = phone_at(made, "1", "1", limit=limit).show.state
            state.language = code
            show = offering.offer(made, state)
            for typed in ("7", "8"):
                asked = engine.resume(made, show.state, typed)
                assert isinstance(asked, Show)
                assert not asked.ends
                assert language.alphabet.size(asked.text) <= room_for(limit, language.alphabet)
                show = asked


@pytest.mark.parametrize("typed", [(), ("1",), ("1", "Ama"), ("1", "Ama", "1", "3", "1")])
def test_what_is_sensitive_or_forbidden_or_the_first_screen_is_not_asked_by_sms(
    tmp_path: Path, typed: tuple[str, ...]
) -> None:
    made = book(tmp_path)

    assert not offering.may_turn_to_sms(made, at(made, *typed))


def test_a_screen_as_an_sms_says_how_to_answer_and_has_no_way_back_in_it(tmp_path: Path) -> None:
    made = book(tmp_path)
    state = at(made, "1", "Ama", "1")
    assert offering.may_turn_to_sms(made, state)
    sms = question(made, state, "*384*55#")

    assert sms is not None
    assert sms.text == "How many?\nRépondez par SMS ou *384*55#"
    assert engine.resume(made, sms.state, "0").text.startswith("Hello Ama")  # type: ignore[union-attr]


def test_a_page_of_a_wide_screen_is_no_sms_and_its_first_page_is(tmp_path: Path) -> None:
    made = book(tmp_path, "Well done, go on. " * 20)
    phone = phone_at(made, "1", "Ama", "1", "3", limit=WIDE)
    first = question(made, phone.show.state, "*384*55#")
    assert first is not None
    assert len(first.text) <= 160
    assert first.state.limit == NARROW

    assert question(made, phone.type("1").state, "*384*55#") is None


def test_a_screen_that_cannot_be_an_sms_is_named_at_its_line(tmp_path: Path) -> None:
    full = FLOW.replace("start: who\n", 'start: who\nkeys: {back: "", home: ""}\n')
    full = full.replace(
        "How many?", "How many" + " things" * 19 + "..."
    )  # 144 of 160, with the hint 157
    faults = check_flows(library_of(tmp_path, main=full), french_and_english(), SIGNS)

    told = [f for f in faults if f.rule == "resume"]
    lines = {f.place.split(":")[1] for f in told}
    assert lines == {"9", "10", "12"}  # and texts of full pages, where no key's line makes room
    assert {f.severity for f in told} == {Severity.WARNING}
