"""How places stand in a list on a phone: by name, and no two lines alike."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar

from mhealth.ussd.deeds import NAME
from mhealth.ussd.finding import plain
from mhealth.ussd.text import say

_MARK = 12
"""Most characters of what tells two places of one name apart."""
_HEAD = 9
"""Characters that stay of the beginning of a long name when its end is what differs."""


class Place(Protocol):
    """A village or a health area."""

    id: int
    name: str


P = TypeVar("P", bound=Place)


def place_options(places: Iterable[P], marks: Sequence[Callable[[P], str]]) -> list[dict[str, str]]:
    """Options for a list, by name without accents. `marks` are asked, in order, of namesakes alone.

    A name whose first letters fill the line shows its end too when another begins the same.
    """
    by_name = sorted(places, key=lambda place: (plain(place.name), place.id))
    alike: dict[str, list[P]] = defaultdict(list)
    for place in by_name:
        alike[plain(say(place.name, NAME))].append(place)
    labels = {p.id: label for group in alike.values() for p, label in _labelled(group, marks)}
    return [{"key": str(place.id), "label": labels[place.id]} for place in by_name]


def _labelled(group: Sequence[P], marks: Sequence[Callable[[P], str]]) -> Iterable[tuple[P, str]]:
    if len(group) == 1:
        return [(group[0], group[0].name)]
    if len({plain(place.name) for place in group}) == len(group):
        return [(place, _ends_of(place.name)) for place in group]
    for mark in marks:
        marked = [say(mark(place), _MARK) for place in group]
        if len(set(marked)) == len(group):
            return zip(group, map(_beside, group, marked), strict=True)
    return [(place, place.name) for place in group]


def _ends_of(name: str) -> str:
    return f"{name[:_HEAD]}..{name[-(NAME - _HEAD - 2) :]}" if len(name) > NAME else name


def _beside(place: Place, mark: str) -> str:
    return f"{say(place.name, NAME - len(mark) - 3)} ({mark})" if mark else place.name
