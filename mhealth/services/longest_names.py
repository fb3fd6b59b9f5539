"""What the directory and the phrases put into screens at their longest, for the proofs."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from mhealth.content.phrases import Phrases
from mhealth.store.directory_names import (
    longest_facilities,
    longest_health_areas,
    longest_villages,
)
from mhealth.ussd.proofs.names import Named, Names

_PLACES = ("facility.nearest", "facility.district")
"""Said where no centre is known."""


def longest_names(session: Session, phrases: Phrases) -> Names:
    """By the variable that shows them and by the deed that lists them; the longest first.

    What the directory has none of is left out: there the declared room counts.
    """
    villages = [
        Named(name, f"village {name} of {area}") for name, area in longest_villages(session)
    ]
    areas = [Named(name, f"health area {name}") for name in longest_health_areas(session)]
    facilities = [Named(name, f"facility {name}") for name in longest_facilities(session)]
    said = [Named(phrases.say(key, code), f"phrase {key} in {code}", code)
            for key in _PLACES for code in phrases.languages.by_code]  # fmt: skip
    by_variable = {
        "village_name": villages,
        "referral_village": villages,
        "facility": sorted(
            [*facilities, *said] if facilities else [], key=lambda each: -len(each.name)
        ),
    }
    by_list = {"list_villages": villages, "my_villages": villages, "list_health_areas": areas}
    return Names(_without_empty(by_variable.items()), _without_empty(by_list.items()))


def _without_empty(found: Iterable[tuple[str, list[Named]]]) -> dict[str, list[Named]]:
    return {name: named for name, named in found if named}
