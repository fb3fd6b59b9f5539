"""A PIN goes with its deed and stays nowhere: in no state, no variable, no screen, whatever is typed."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from mhealth.ussd import engine
from mhealth.ussd.engine import Ask, Show
from mhealth.ussd.typed import read_code, read_pin
from tests.ussd.platform import Platform
from tests.ussd.walking import Phone, book_of, shipped_book

PIN = "739164"
FLOW = """review: draft
start: who
nodes:
  who: {kind: menu, text: Who?, options: {me: {key: 1, text: Me, next: ask}}}
  ask: {kind: pin, text: "PIN, 6 digits", deed: check_pin, next: list}
  list:
    kind: choose
    from: worker_referrals
    text: Referrals
    into: referral
    next: bye
    empty: bye
  bye: {kind: end, text: Bye}
"""
PINS = st.integers(0, 999_999).map("{:06d}".format)


def test_the_digits_go_with_the_deed_and_into_no_state(tmp_path: Path) -> None:
    phone = Phone(book_of(tmp_path, main=FLOW))
    phone.type("1")

    step = phone.try_out(PIN)

    assert isinstance(step, Ask)
    assert step.pin is not None
    assert step.pin.reveal() == PIN
    assert PIN not in repr(step)
    assert PIN not in engine.encode_state(step.state).decode()


@given(typed=st.lists(PINS, min_size=1, max_size=5))
def test_no_pin_typed_is_in_any_state_or_screen(typed: list[str]) -> None:
    phone = Phone(shipped_book(), is_worker=True)
    phone.type("2")
    for pin in typed:
        if phone.show.node not in ("pin.ask", "pin.again"):
            break
        phone.type(pin)
        assert pin not in engine.encode_state(phone.show.state).decode()
        assert pin not in phone.show.text


@given(st.text(max_size=30))
def test_what_is_not_six_digits_is_asked_for_again_and_forgotten(typed: str) -> None:
    phone = Phone(shipped_book(), is_worker=True)
    phone.type("2")
    before = phone.show.state.vars

    step = phone.try_out(typed)

    if read_pin(typed) is None and typed.strip(" \t\r\n#.)(") not in ("0", "00", "O", "OO", "oo"):
        assert isinstance(step, Show)
        assert step.state.vars == before or step.node != "pin.ask"


def test_back_after_a_pin_leads_before_it_and_asks_nothing_twice() -> None:
    phone = Phone(shipped_book(), is_worker=True)
    menu = phone.show.text
    for typed in ("2", "482915"):
        phone.type(typed)
    assert phone.type("0").text == menu
    assert phone.platform.effects == ["check_pin"]

    assert phone.type("2").node == "referrals.worker_list"  # once a call


def test_reporting_asks_for_no_pin() -> None:
    phone = Phone(shipped_book(), is_worker=True)
    for typed in ("1", "1", "1", "1", "3", "2", "1"):
        phone.type(typed)
    assert "pin" not in phone.show.node
    assert not [name for name, _ in phone.platform.asked if "pin" in name]


def test_a_pin_and_a_code_are_read_as_people_type_them() -> None:
    assert [read_pin(t) for t in ("739164", "73 91 64", "739-164", " 739164# ", "٧٣٩١٦٤")] == [
        PIN
    ] * 5
    assert [read_pin(t) for t in ("73916", "7391645", "", "73916a", "1*2*3456")] == [None] * 5
    assert [read_code(t) for t in ("asc-012", " ASC 012 ", "Asc/1.2_3")] == [
        "ASC-012", "ASC012", "ASC/1.2_3"
    ]  # fmt: skip
    assert [read_code(t) for t in ("", "-", "a" * 25, "é1", "a*b")] == [None] * 5


def test_a_platform_that_says_nothing_of_the_pin_opens_nothing() -> None:
    class Silent(Platform):
        def do(self, name: str, args: object) -> dict[str, object]:
            return {}

    phone = Phone(shipped_book(), Silent(), is_worker=True)
    phone.type("2")
    assert phone.type("482915").node == "pin.locked"
