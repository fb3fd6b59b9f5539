"""Conditions and values in words, as a clinician reads them: `age < 60 days and not (consent: given)`."""

from collections.abc import Iterable, Mapping
from typing import Any

from mhealth.exchange.drawing.words import Words
from mhealth.ussd.condition import All, AnyOf, Compare, Condition, IsSet, Not
from mhealth.ussd.plan import Assign

Meanings = Mapping[tuple[str, Any], str]
"""(variable, value) -> the words of the line of a menu that gives it this value."""
_SIGNS = {"lt": "<", "le": "≤", "gt": ">", "ge": "≥"}
_YEAR, _LEAP = 365, 0.25
"""Days of a year, and what leap years may add to each."""
_DAYS = "_days"
_AGES = frozenset({"least_age"})


def condition_words(condition: Condition, words: Words, meanings: Meanings) -> str:
    """The whole condition; parts of a group stand in brackets where they are groups themselves."""
    match condition:
        case Compare():
            return _comparison(condition, words, meanings)
        case IsSet(name=name, wanted=wanted):
            state = words.say["known" if wanted else "unknown"]
            return f"{words.variable(name)} : {state}"
        case Not(part=part):
            return f"{words.say['not']} ({condition_words(part, words, meanings)})"
        case All(parts=parts):
            return _joined(parts, words.say["and"], words, meanings)
        case AnyOf(parts=parts):
            return _joined(parts, words.say["or"], words, meanings)


def _joined(parts: Iterable[Condition], joiner: str, words: Words, meanings: Meanings) -> str:
    said = [
        f"({text})" if isinstance(part, All | AnyOf) else text
        for part in parts
        for text in [condition_words(part, words, meanings)]
    ]
    return f" {joiner} ".join(said)


def _comparison(compare: Compare, words: Words, meanings: Meanings) -> str:
    name = words.variable(compare.name)
    if compare.op == "in":
        values = f" {words.say['or']} ".join(
            value_words(compare.name, value, words, meanings) for value in compare.value
        )
        return f"{name} : {values}"
    value = value_words(compare.name, compare.value, words, meanings)
    if compare.op in _SIGNS:
        return f"{name} {_SIGNS[compare.op]} {value}"
    return (
        f"{name} : {value}" if compare.op == "eq" else f"{name} {words.say['other_than']} {value}"
    )


def value_words(name: str, value: Any, words: Words, meanings: Meanings) -> str:
    """A value in words: yes and no, days and years, the line that means it, or itself."""
    if isinstance(value, bool):
        return words.say["yes" if value else "no"]
    if isinstance(value, int | float):
        return _quantity(name, value, words)
    return words.values.get(str(value)) or meanings.get((name, value)) or str(value)


def _quantity(name: str, value: float, words: Words) -> str:
    if not name.endswith(_DAYS) and name not in _AGES:
        return f"{value:g}" if isinstance(value, float) else str(value)
    years = round(value / _YEAR)
    if years and abs(value - years * _YEAR) <= years * _LEAP:
        return f"{years} {words.say['years']}"
    return f"{value} {words.say['days']}"


def sets_words(sets: Iterable[Assign], words: Words, meanings: Meanings) -> str:
    """What is remembered on the way: `patient = Enceinte`."""
    said = []
    for each in sets:
        if each.source is not None:
            worth = words.variable(each.source)
        elif each.value in (None, ""):
            worth = words.say["unknown"]
        else:
            worth = value_words(each.name, each.value, words, meanings)
        said.append(f"{words.variable(each.name)} = {worth}")
    return ", ".join(said)
