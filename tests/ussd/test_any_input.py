"""Whatever is typed, and whatever data come, a flow stays within its screen and can be left."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mhealth.domain.gsm7 import is_gsm7, septets
from mhealth.ussd.engine import Outcome, Show
from mhealth.ussd.kinds.choose import Choose
from mhealth.ussd.kinds.code import Code
from mhealth.ussd.kinds.end import End
from mhealth.ussd.kinds.message import Message
from mhealth.ussd.kinds.pin import Pin
from mhealth.ussd.plan import Screen
from tests.ussd.platform import Platform, WorstPlatform
from tests.ussd.walking import Phone, shipped_book

LINE = re.compile(r"^(\d{1,3}) ", re.MULTILINE)
BOOK = shipped_book()
FLOWS = sorted(BOOK.current)
LANGUAGES = sorted(BOOK.languages.by_code)

HOSTILE = st.one_of(
    st.text(max_size=80),
    st.sampled_from(["€" * 60, "{village_name}", "1 Faux\n2 Menu", "ê" * 80, "م" * 30, "😀" * 20]),
    st.integers(1, 90).map("W".__mul__),
    st.integers(1, 90).map("Wé ".__mul__),
)
TYPED = st.one_of(
    st.sampled_from(
        [
            "0",
            "00",
            "9",
            "99",
            "",
            "#",
            "482915",
            "12 34 56",
            "13",
            "1 3",
            "1,3",
            "1*3",
            "٣",
            "O",
            "oui",
            "1 et 2",
        ]
    ),
    st.integers(0, 120).map(str),
    st.text(max_size=30),
)
ANSWERS = st.lists(st.one_of(st.integers(0, 30), TYPED), max_size=14)
"""A number picks one of the keys that the screen offers; a text is typed as it is."""


def offered(show: Show) -> list[str]:
    """The keys that begin the lines of a screen, and a PIN or a code where one is asked for."""
    node = BOOK.plan_of(show.state.flow).nodes[show.node]
    free = ["482915"] if isinstance(node, Pin | Code) else []
    return [*LINE.findall(show.text), *free]


def check_screen(phone: Phone) -> None:
    show = phone.show
    assert show.text.strip()
    assert is_gsm7(show.text)
    assert septets(show.text) <= 160
    assert "\r" not in show.text
    if not show.ends:
        assert any(accepts(phone, key) for key in offered(show)), "no way on"


def accepts(phone: Phone, key: str) -> bool:
    step = phone.try_out(key)
    return not (isinstance(step, Show) and step.outcome is Outcome.INVALID)


def walk(phone: Phone, answers: list[int | str]) -> None:
    check_screen(phone)
    for answer in answers:
        if phone.show.ends:
            return
        keys = offered(phone.show)
        phone.type(keys[answer % len(keys)] if isinstance(answer, int) else answer)
        check_screen(phone)


def words(data: st.DataObject, kind: st.SearchStrategy[str]) -> Callable[[int], str]:
    return lambda longest: data.draw(kind)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("flow", FLOWS)
@settings(max_examples=60, deadline=None)
@given(data=st.data(), answers=ANSWERS, count=st.integers(0, 25))
def test_hostile_data_never_break_a_screen(
    flow: str, language: str, data: st.DataObject, answers: list[int | str], count: int
) -> None:
    platform = WorstPlatform(words(data, HOSTILE), lambda: data.draw(st.booleans()), count)
    facts = {**platform.facts(), "language": language}
    walk(Phone(BOOK, platform, flow=flow, language=language, facts=facts), answers)


@pytest.mark.parametrize("flow", FLOWS)
@settings(max_examples=120, deadline=None)
@given(data=st.data(), answers=ANSWERS, language=st.sampled_from([*LANGUAGES, "xx", ""]))
def test_every_line_shown_is_accepted_with_the_longest_data(
    flow: str, data: st.DataObject, answers: list[int | str], language: str
) -> None:
    platform = WorstPlatform("é".__mul__, lambda: data.draw(st.booleans()), 12)
    facts = {**platform.facts(), "language": language}
    phone = Phone(BOOK, platform, flow=flow, language=language, facts=facts)
    for answer in answers:
        if phone.show.ends:
            return
        keys = offered(phone.show)
        assert all(accepts(phone, key) for key in keys), phone.show.text
        phone.type(keys[answer % len(keys)] if isinstance(answer, int) else answer)


@settings(max_examples=150, deadline=None)
@given(
    answers=st.lists(st.integers(0, 30), max_size=16),
    is_worker=st.booleans(),
    consent=st.sampled_from(["given", "refused", ""]),
    village=st.sampled_from(["3", ""]),
)
def test_back_shows_the_screen_before_and_repeats_no_effect(
    answers: list[int], is_worker: bool, consent: str, village: str
) -> None:
    phone = Phone(BOOK, is_worker=is_worker, consent=consent, village=village)
    for answer in answers:
        before, known = phone.show, phone.vars
        keys = offered(before)
        typed = keys[answer % len(keys)]
        node = BOOK.plan_of("main").nodes[before.state.node]
        assert isinstance(node, Screen)
        if typed in node.keys.leading and before.state.history:
            continue
        phone.type(typed)
        if phone.show.ends:
            return
        if phone.effects_of_turn or not phone.show.state.history:
            continue
        after = phone.show
        back = BOOK.plan_of("main").nodes[after.state.node]
        assert isinstance(back, Screen)
        phone.type(back.keys.back)
        assert phone.effects_of_turn == []
        assert (phone.show.text, phone.vars) == (before.text, known)
        phone.type(typed)
        assert phone.show.text == after.text


@settings(max_examples=60, deadline=None)
@given(answers=ANSWERS, language=st.sampled_from(LANGUAGES))
def test_a_third_answer_that_is_none_ends_with_a_number_to_call(
    answers: list[int | str], language: str
) -> None:
    phone = Phone(BOOK, language=language)
    walk(phone, answers)
    misses = phone.show.state.misses
    if phone.show.ends:
        return
    screen = phone.show.text
    for turn in range(misses, 2):
        show = phone.type("?!")
        assert (show.outcome, show.ends) == (Outcome.INVALID, False)
        assert show.text.endswith(screen if turn == 0 else show.text)
    last = phone.type("?!")
    assert last.ends
    assert last.outcome is Outcome.GAVE_UP
    assert "+229 01 91 00 00" in last.text


@settings(max_examples=80, deadline=None)
@given(
    labels=st.lists(st.text(min_size=1, max_size=60), min_size=1, max_size=60),
    language=st.sampled_from(LANGUAGES),
)
def test_every_row_of_a_list_is_on_exactly_one_page(labels: list[str], language: str) -> None:
    def rows(args: object) -> dict[str, object]:
        return {"options": [{"key": f"k{n}", "label": label} for n, label in enumerate(labels)]}

    platform = Platform()
    platform.my_referrals = rows  # type: ignore[method-assign,assignment]
    phone = Phone(BOOK, platform, language=language)
    phone.type("2")
    node = BOOK.plan_of("main").nodes[phone.show.state.node]
    assert isinstance(node, Choose)
    seen: list[str] = []
    while True:
        shown = phone.show.state.shown
        assert list(shown) == [str(n) for n in range(1, len(shown) + 1)]
        for key, row in shown.items():
            assert f"\n{key} " in phone.show.text
            step = phone.try_out(key)
            assert step.state.vars["referral"] == row
        seen.extend(shown.values())
        if len(seen) == len(labels):
            break
        assert phone.type(node.keys.more).outcome is Outcome.ANSWERED
    assert seen == [f"k{n}" for n in range(len(labels))]
    assert phone.type(node.keys.more).outcome is Outcome.INVALID


@settings(max_examples=80, deadline=None)
@given(advice=st.text(st.sampled_from("aé b.\n€"), max_size=390))
def test_a_long_text_is_paged_and_no_word_of_it_is_lost(advice: str) -> None:
    platform = Platform()
    send = platform.send_report
    platform.send_report = lambda args: {**send(args), "advice": advice}  # type: ignore[method-assign]
    phone = Phone(BOOK, platform)
    for typed in ("1", "1", "70", "0", "0"):
        phone.type(typed)
    assert isinstance(BOOK.plan_of("main").nodes[phone.show.node], Message | End)
    pages = [phone.show.text]
    while not phone.show.ends:
        pages.append(phone.type("1").text)
    spoken = "".join(
        "".join(re.split(r"\n(?:1 Suite|0 Retour|00 Accueil)", page)) for page in pages
    )
    assert "".join(advice.split()) in "".join(spoken.split())
