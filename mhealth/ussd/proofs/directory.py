"""Proves that the names of the real directory stand whole on every screen, and names those that do not."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence

from mhealth.domain.alphabet import Alphabet
from mhealth.ussd.deeds import Deed
from mhealth.ussd.proofs.names import Named
from mhealth.ussd.proofs.proving import Proving
from mhealth.ussd.proofs.reads import texts_of
from mhealth.ussd.text import Slot

MOST_NAMED = 20
"""So many names are told one by one; the rest is a number."""

Rooms = Mapping[str, tuple[int, str]]
"""Variable or list -> the least room that a screen keeps for it, and where that is written."""


def prove_names(proving: Proving) -> None:
    """Note each village, centre and health area whose name is cut or cannot be shown."""
    shown = _least(_slots(proving))
    for variable, named in proving.names.by_variable.items():
        _judge(proving, named, shown.get(variable))
    listed = _least(_lists(proving))
    for lookup, named in proving.names.by_list.items():
        _judge(proving, named, listed.get(lookup))


def _slots(proving: Proving) -> Iterator[tuple[str, int, str]]:
    for node in proving.nodes.values():
        for spoken in texts_of(node):
            for template in spoken.texts.values():
                for part in template.parts:
                    if isinstance(part, Slot) and part.name in proving.names.by_variable:
                        yield part.name, part.longest, proving.place(node, spoken.path)


def _lists(proving: Proving) -> Iterator[tuple[str, int, str]]:
    for node in proving.nodes.values():
        deed, lookup = getattr(node, "deed", None), getattr(node, "lookup", None)
        if isinstance(deed, Deed) and isinstance(lookup, str) and deed.options:
            yield lookup, deed.options, proving.place(node, ("from",))


def _least(found: Iterator[tuple[str, int, str]]) -> Rooms:
    least: dict[str, tuple[int, str]] = {}
    for name, room, place in found:
        if name not in least or room < least[name][0]:
            least[name] = (room, place)
    return least


def _judge(proving: Proving, named: Sequence[Named], at: tuple[int, str] | None) -> None:
    if at is None:
        return
    room, place = at
    folded = [(each, _alphabet(proving, each).fold(each.name)) for each in named]
    strange = [(e, text) for e, text in folded if not _alphabet(proving, e).holds(text)]
    for each, text in strange[:MOST_NAMED]:
        letters = _letters(c for c in text if not _alphabet(proving, each).holds(c))
        proving.note("name-unshowable", place, f"{each.what}: phones show `?` for {letters}")
    long = [(e, len(text)) for e, text in folded if len(text) > room]
    for each, size in long[:MOST_NAMED]:
        proving.note(
            "name-cut",
            place,
            f"{each.what} has {size} characters; screens keep {room}, so it is cut",
        )
    if len(long) > MOST_NAMED:
        proving.note("name-cut", place, f"and {len(long) - MOST_NAMED} more names are cut")


def _letters(strange: Iterable[str]) -> str:
    """Each with its Unicode name."""
    return ", ".join(
        f"{char} ({unicodedata.name(char, f'U+{ord(char):04X}')})" for char in sorted(set(strange))
    )


def _alphabet(proving: Proving, named: Named) -> Alphabet:
    """A name stands on screens of every language; words of one language in its own."""
    language = proving.languages.by_code.get(named.code)
    return language.alphabet if language is not None else Alphabet.GSM7
