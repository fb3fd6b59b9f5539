"""No two lines of a list of places read alike, and an accent does not send a name to the end."""

from dataclasses import dataclass

import pytest

from mhealth.domain.gsm7 import septets
from mhealth.services.place_names import place_options


@dataclass(frozen=True)
class Spot:
    id: int
    name: str
    centre: str = ""
    code: str = ""


def shown(*spots: Spot) -> dict[str, str]:
    options = place_options(spots, [lambda spot: spot.centre, lambda spot: spot.code])
    return {option["label"]: option["key"] for option in options}


def test_places_stand_by_name_whatever_their_accents() -> None:
    assert list(shown(Spot(1, "Zogbo"), Spot(2, "Ékpé"), Spot(3, "Agbo"), Spot(4, "Fada"))) == [
        "Agbo", "Ékpé", "Fada", "Zogbo",
    ]  # fmt: skip


def test_namesakes_show_the_first_thing_in_which_they_all_differ() -> None:
    one, two = Spot(1, "Agbodji", "CS Kpéla", "V1"), Spot(2, "AGBODJI", "CS Agnavo", "V2")
    assert shown(one, two) == {"Agbodji (CS Kpéla)": "1", "AGBODJI (CS Agnavo)": "2"}
    third = Spot(3, "Agbodji", "CS Kpéla", "V3")
    assert shown(one, two, third) == {"Agbodji (V1)": "1", "AGBODJI (V2)": "2", "Agbodji (V3)": "3"}
    assert list(shown(one, Spot(4, "Boko"))) == ["Agbodji", "Boko"]


@pytest.mark.parametrize("mark", ["CS Kpéla", "Centre de santé de Kpéla-Nord"])
def test_the_mark_of_a_long_name_still_fits(mark: str) -> None:
    name = "Saint-Pierre-de-la-Grande-Rivière"
    labels = shown(Spot(1, name, mark), Spot(2, name, "Hôpital"))
    assert len(labels) == 2
    assert all(septets(label) <= 24 for label in labels)


def test_long_names_that_begin_alike_show_their_ends() -> None:
    labels = shown(
        Spot(1, "Sainte-Marie-de-la-Kpota Nord"), Spot(2, "Sainte-Marie-de-la-Kpota Sud")
    )
    assert list(labels) == ["Sainte-Ma..la-Kpota Nord", "Sainte-Ma..-la-Kpota Sud"]
    assert all(septets(label) <= 24 for label in labels)


def test_namesakes_that_nothing_tells_apart_are_both_there() -> None:
    assert [o["key"] for o in place_options([Spot(1, "Agbo"), Spot(2, "Agbo")], [])] == ["1", "2"]
