"""The texts of flows and of the engine's own words, with what is left of each screen at its worst."""

from collections.abc import Iterator, Mapping
from typing import Any

from mhealth.content.review import Kind
from mhealth.domain.alphabet import LIMITS, NARROW, Alphabet, room_for
from mhealth.services.translations.notes import keep_note
from mhealth.services.translations.units import Asked, Shelf, Unit, yaml_units
from mhealth.ussd.compiling import Compiled
from mhealth.ussd.flow_file import SCREENS, TOP, FlowFile, Path
from mhealth.ussd.keys import PHRASE_VARIABLES
from mhealth.ussd.plan import Node

_PARTS = {"options": "option", "unit": "unit that people type beside the number"}


def flow_units(shelf: Shelf, compiled: Compiled) -> Iterator[Unit]:
    """Every flow's, then the engine's words. Raises ContentError."""
    nodes: Mapping[str, Node] = compiled.graph.nodes
    for flow in compiled.flows.values():
        spoken = compiled.tongues[flow.name].get(shelf.code, shelf.code)
        asked = _asked(shelf, flow, nodes, spoken)
        yield from yaml_units(shelf, flow.file, Kind.FLOW, f"{flow.name}.yaml", asked)
    words = compiled.phrases_file
    if words is not None:
        phrases = _phrases(words)
        yield from yaml_units(shelf, words.file, Kind.PHRASES, f"{SCREENS}.yaml", phrases)


def _asked(shelf: Shelf, flow: FlowFile, nodes: Mapping[str, Node], spoken: str) -> Iterator[Asked]:
    names = list(flow.nodes)
    order = sorted(flow.asked, key=lambda path: (names.index(path[0]), path[1:] != ("text",)))
    for path in order:
        part, key = flow.asked[path]
        source = part[key]
        if not isinstance(source, str):
            continue
        written = flow.nodes.get(path[0])
        kind = written.get("kind", "") if isinstance(written, Mapping) else ""
        what = _PARTS.get(path[1], path[1]) if len(path) > 1 else "text"
        node = nodes.get(f"{flow.name}.{path[0]}")
        yield Asked(
            name=".".join(path),
            source=source,
            path=("nodes", *path),
            notes=(
                f"Screen `{path[0]}` ({kind}): {what}.",
                *_room_notes(shelf, node, spoken),
                *keep_note(source),
            ),
        )


def _room_notes(shelf: Shelf, node: Node | None, spoken: str) -> tuple[str, ...]:
    """What the screen still holds when its data are longest, at the carrier's limit that is tightest.

    `spoken` is the language that the flow is spoken in, another one while this one is not whole.
    """
    if node is None or shelf.language is None:
        return ()
    if spoken != shelf.code and shelf.language.alphabet is Alphabet.UCS2:
        room = room_for(NARROW, Alphabet.UCS2)
        return (f"A screen holds {room} characters with its keys, the hint and the longest data.",)
    left = [
        room_for(limit, _alphabet(node, shelf.code)) - size
        for limit in LIMITS
        for size in node.lengths(shelf.code, limit)
    ]
    if not left:
        return ("Goes on over several screens when it is long.",)
    return (f"Characters left on the whole screen at its longest: {min(left)}.",)


def _alphabet(node: Node, code: str) -> Alphabet:
    texts: Mapping[str, Any] = getattr(node, "text", {})
    return texts[code].alphabet if code in texts else Alphabet.GSM7


def _phrases(words: FlowFile) -> Iterator[Asked]:
    for path, (part, key) in words.asked.items():
        source = part[key]
        if isinstance(source, str) and path[-1] in PHRASE_VARIABLES:
            yield Asked(
                name=_named(path),
                source=source,
                path=(TOP, *path),
                notes=(_WHERE.get(path[-1], "The engine's own words."), *keep_note(source)),
            )


def _named(path: Path) -> str:
    return ".".join(path)


_WHERE = {
    "back": "Beside the key 0 on nearly every screen: as short as can be.",
    "home": "Beside the key 00 on nearly every screen: as short as can be.",
    "more": "Beside the key for more lines of a list: as short as can be.",
    "next": "Beside the key for the next page: as short as can be.",
    "hint": "In front of a screen after a wrong answer: as short as can be.",
}
