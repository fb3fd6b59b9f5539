"""The limits of an item's answers: as R4 says them, or, of a day, as days from today in our extension."""

from typing import Any

from mhealth.exchange.fhir import elements as fhir
from mhealth.exchange.fhir.elements import Json, extended
from mhealth.exchange.forms.form import ItemKind

_DECIMALS = 3


def least_of(each: Json, kind: ItemKind) -> Any:
    """The smallest number, the first day, or the fewest characters."""
    url = fhir.MIN_LENGTH if kind is ItemKind.TEXT else fhir.MIN_VALUE
    return _limit(each, url, "earliest")


def most_of(each: Json, kind: ItemKind) -> Any:
    """The largest number, the last day, or the most characters."""
    if kind is ItemKind.TEXT:
        return each.get("maxLength")
    return _limit(each, fhir.MAX_VALUE, "latest")


def _limit(each: Json, url: str, from_today: str) -> Any:
    found = extended(each, url)
    if found is None:
        counted = fhir.extension(each, fhir.FROM_TODAY)
        return extended(counted, from_today) if counted else None
    return found


def decimals_of(each: Json) -> int:
    """How many places a decimal has, as far as a flow goes."""
    places = extended(each, fhir.DECIMALS)
    return min(places, _DECIMALS) if isinstance(places, int) and places > 0 else _DECIMALS


def urls_of(each: Json) -> list[str]:
    """The kinds of its extensions."""
    return [str(extension.get("url")) for extension in fhir.extensions(each)]
