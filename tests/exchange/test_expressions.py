"""XLSForm's expressions mean in a flow what they mean in the form, an unanswered question too."""

from datetime import date
from typing import Any

import pytest

from mhealth.exchange.forms.conditions import simplest
from mhealth.exchange.xlsform.expressions import CannotSay, read_condition, read_value
from mhealth.exchange.xlsform.limits import Limits, read_limits

UNSET: dict[str, Any] = {}


@pytest.mark.parametrize(
    ("text", "true_for", "false_for"),
    [
        ("${a} = 'x'", [{"a": "x"}], [{"a": "y"}, UNSET]),
        ("${a} != 'x'", [{"a": "y"}, UNSET], [{"a": "x"}]),
        ("${ a } > 5", [{"a": 6}], [{"a": 5}, UNSET]),
        ("5 < ${a}", [{"a": 6}], [{"a": 5}, UNSET]),
        ("${a} = ''", [UNSET, {"a": ""}], [{"a": "x"}]),
        ("${a} != ''", [{"a": "x"}], [UNSET]),
        ("not(${a} = 'x')", [UNSET, {"a": "y"}], [{"a": "x"}]),
        (
            "${a} = 'x' and ${b} = 'y' or ${c} = 'z'",
            [{"c": "z"}, {"a": "x", "b": "y"}],
            [{"a": "x"}],
        ),
        ("${a} = 'x' and (${b} = 'y' or ${c} = 'z')", [{"a": "x", "c": "z"}], [{"c": "z"}]),
        ("string-length(${a}) > 0", [{"a": "x"}], [UNSET]),
        ("${a} >= -2.5", [{"a": -2}], [{"a": -3}, UNSET]),
        ("not(not(${a} = 'x'))", [{"a": "x"}], [UNSET]),
        ('${a} = "d\'accord"', [{"a": "d'accord"}], [{"a": "x"}]),
        ("${a} = true()", [{"a": True}], [{"a": False}, UNSET]),
        ("../a = 'x'", [{"a": "x"}], [UNSET]),
    ],
)
def test_a_condition_holds_as_in_the_form(text: str, true_for: Any, false_for: Any) -> None:
    condition = simplest(read_condition(text))
    assert all(condition.holds(values) for values in true_for)
    assert not any(condition.holds(values) for values in false_for)


@pytest.mark.parametrize(
    "text",
    [
        "${a} + 1 > 5", "${a} = ${b}", "count(${a}) > 2", "regex(${a}, 'x')", "${a} div 2 = 1", "${a}",
        "today() > ${a}", "indexed-repeat(${a}, ${b}, 1) = 1", "${a} = 'x' garbage", "(${a} = 'x'", "",
        "selected-at(${a}, 0) = 'x'", "'x' = 'y'", "${a} > ''", "coalesce(${a}, 1) = 1",
    ],
)  # fmt: skip
def test_what_no_condition_says_is_refused(text: str) -> None:
    with pytest.raises(CannotSay):
        read_condition(text)


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        (". >= 0 and . <= 120", Limits(least=0, most=120)),
        ("(. > 0) and (. < 10)", Limits(least=1, most=9)),
        ("0 <= . and 10 >= .", Limits(least=0, most=10)),
        (". <= today()", Limits(most=0)),
        (". > date('2026-01-31')", Limits(least=date(2026, 2, 1))),
        ("string-length(.) <= 20 and string-length(.) >= 3", Limits(longest=20, shortest=3)),
        ("regex(., '^[A-Z]{2}$')", Limits(pattern="^[A-Z]{2}$")),
    ],
)
def test_a_constraint_is_a_range(text: str, limits: Limits) -> None:
    assert read_limits(text, is_whole=True) == limits


@pytest.mark.parametrize(
    "text", [". < 5 or . > 9", ". != 3", "${a} < 5", ". < ${a}", ". mod 2 = 0", "."]
)
def test_a_constraint_that_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(CannotSay):
        read_limits(text, is_whole=True)


def test_an_open_end_of_decimals_cannot_be_said() -> None:
    with pytest.raises(CannotSay):
        read_limits(". > 0", is_whole=False)


def test_a_calculation_is_a_literal_a_value_or_an_if() -> None:
    assert read_value("'x'") == "x"
    assert read_value("if(${a} < 5, 'child', 'adult')").name == "if"
    for text in ("${a} * 30", "concat(${a}, 'x')", "now()"):
        with pytest.raises(CannotSay):
            read_value(text)
