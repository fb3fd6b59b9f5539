"""The longest names of a real directory, open places alone, on both databases."""

from mhealth.content.languages import load_languages
from mhealth.content.library import open_library
from mhealth.content.phrases import load_phrases
from mhealth.services.longest_names import longest_names
from mhealth.store.database import Database
from tests.factories import NOON, a_district, a_facility, a_health_area, a_village

LONG = "Sainte-Marie-du-Bon-Secours"


def test_names_come_longest_first_with_where_they_are(database: Database) -> None:
    with database.writing() as session:
        area = a_health_area(session, a_district(session), name="Kpéla")
        for name in ("Tové", LONG, "Agbodji"):
            a_village(session, area, name=name)
        a_village(session, area, name=f"{LONG} closed", closed_at=NOON)
        a_facility(session, area.district, name="Centre de santé intégré de Boko-Zoumé")
    library = open_library()
    phrases = load_phrases(library, load_languages(library, ["fr", "en"]))

    with database.reading() as session:
        names = longest_names(session, phrases)

    assert [each.name for each in names.by_list["list_villages"]] == [LONG, "Agbodji", "Tové"]
    assert names.by_variable["village_name"][0].what == f"village {LONG} of Kpéla"
    assert names.of("facility", "fr") == "Centre de santé intégré de Boko-Zoumé"
    assert {each.code for each in names.by_variable["facility"]} == {"", "fr", "en"}
    assert [each.name for each in names.by_list["list_health_areas"]] == ["Kpéla"]


def test_an_empty_directory_is_as_none(database: Database) -> None:
    library = open_library()
    phrases = load_phrases(library, load_languages(library, ["fr"]))
    with database.reading() as session:
        names = longest_names(session, phrases)
    assert not names.are_known
