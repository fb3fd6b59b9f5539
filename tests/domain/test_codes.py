"""Referral codes: a slip of the finger is always noticed."""

from hypothesis import given
from hypothesis import strategies as st

from mhealth.domain.codes import check_digit, is_code, new_code, read_code, show_code

codes = st.integers(100_000, 999_999).map(lambda n: f"{n}{check_digit(str(n))}")


def test_the_published_example_of_damm_has_check_digit_4() -> None:
    assert check_digit("572") == 4


def test_a_new_code_is_well_formed_and_shown_in_two_groups() -> None:
    code = new_code()

    assert is_code(code)
    assert show_code(code) == f"{code[:3]} {code[3:]}"


@given(codes, st.integers(0, 6), st.integers(0, 9))
def test_one_wrong_digit_is_always_noticed(code: str, place: int, digit: int) -> None:
    wrong = code[:place] + str(digit) + code[place + 1 :]

    assert is_code(wrong) == (wrong == code)


@given(codes, st.integers(0, 5))
def test_two_swapped_neighbours_are_always_noticed(code: str, place: int) -> None:
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]

    assert is_code(swapped) == (swapped == code)


@given(codes)
def test_a_code_is_read_as_people_type_it(code: str) -> None:
    assert read_code(f" {code[:3]} {code[3:]} ") == code
    assert read_code(f"{code[:3]}-{code[3:5]}.{code[5:]}") == code
    assert read_code(code.replace("0", "O").replace("1", "l")) == code
    assert read_code("".join(chr(0x0660 + int(d)) for d in code)) == code


@given(st.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    code = read_code(text)

    assert code is None or is_code(code)
