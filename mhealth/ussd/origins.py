"""Where an advice comes from: `sources:` in a flow's header, and `source:` at each text that gives one.

A flow without `sources:` gives no advice and needs none. One with them names a source for every
`message` and `end`; a `menu` that tells what to do names one too. Nothing of it reaches a phone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mhealth.content.reading import Reading
from mhealth.ussd.fields import ORIGIN
from mhealth.ussd.flow_file import FlowFile
from mhealth.ussd.reader import Part, Reader, suggest
from mhealth.ussd.shape import Shape, whole, words

SOURCE = Shape(
    required={
        "key": words("What texts of this flow call the source."),
        "title": words("Its title."),
        "publisher": words("Who published it."),
        "year": whole("When."),
        "version": words("Its edition, or its ISBN."),
        "part": words("Which part of it was read."),
    }
)
MUST_NAME = ("message", "end")
MAY_NAME = ("menu", *MUST_NAME)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextOrigin:
    """Where the advice of one node stands, for whoever signs it."""

    title: str
    publisher: str
    year: int
    version: str
    part: str
    row: str
    reading: Reading
    note: str


def read_origins(flow: FlowFile) -> Iterator[tuple[str, TextOrigin]]:
    """(`flow.node`, its source) of each text that names one; only for flows without a fault."""
    sources = {str(entry["key"]): entry for entry in flow.file.data.get("sources", ())}
    for name, node in flow.nodes.items():
        origin = node.get("source")
        if node.get("kind") in MAY_NAME and isinstance(origin, Mapping):
            yield f"{flow.name}.{name}", _text_origin(sources[str(origin["from"])], origin)


def _text_origin(source: Part, origin: Part) -> TextOrigin:
    words = {word: str(source[word]) for word in ("title", "publisher", "version", "part")}
    return TextOrigin(
        **words,
        year=int(source["year"]),
        row=" ".join(str(origin["row"]).split()),
        reading=Reading(origin["read"]),
        note=" ".join(str(origin.get("note", "")).split()),
    )


def check_origins(reader: Reader) -> None:
    """Note each advice without a source, each source that is none, and each that nothing names."""
    data = reader.flow.file.data
    known = _read_sources(reader, data) if "sources" in data else None
    named = {_origin(reader, part, known) for part in _speaking(reader) if "source" in part}
    if not known:
        return
    for part in _speaking(reader):
        if part["kind"] in MUST_NAME and "source" not in part:
            reader.fault("this advice names no `source`", part, "text",
                         hint="source: {from: …, row: …, read: …}", rule="no-source")  # fmt: skip
    for key, entry in known.items():
        if key not in named:
            reader.fault(f"no text comes from source `{key}`", entry, "key", rule="no-source")


def _speaking(reader: Reader) -> list[Part]:
    nodes = reader.flow.nodes.values()
    return [n for n in nodes if isinstance(n, Mapping) and n.get("kind") in MAY_NAME]


def _read_sources(reader: Reader, data: Part) -> dict[str, Part]:
    known: dict[str, Part] = {}
    for entry in reader.parts(data, "sources"):
        if not reader.fits(entry, SOURCE, "a source", data, "sources"):
            continue
        key = str(entry["key"])
        if key in known:
            reader.fault(f"a second source `{key}`", entry, "key", rule="no-source")
        known[key] = entry
        reader.whole(entry, "year")
        for word in ("title", "publisher", "version", "part"):
            _text(reader, entry, word)
    return known


def _origin(reader: Reader, part: Part, known: Mapping[str, Part] | None) -> str:
    origin = part["source"]
    if not reader.fits(origin, ORIGIN, "`source`", part, "source"):
        return str(origin.get("from")) if isinstance(origin, Mapping) else ""
    key = str(origin["from"])
    if key not in (known or {}):
        hint = suggest(key, known) if known else "declare it in the header under `sources:`"
        reader.fault(f"unknown source `{key}`", origin, "from", hint=hint, rule="no-source")
    if origin["read"] not in list(Reading):
        reader.fault(f"unknown word `{origin['read']}`", origin, "read",
                     hint=f"one of {', '.join(Reading)}", rule="no-source")  # fmt: skip
    _text(reader, origin, "row")
    return key


def _text(reader: Reader, part: Mapping[str, Any], key: str) -> None:
    if not isinstance(part[key], str) or not part[key].strip():
        reader.fault(f"`{key}` must be a text", part, key, hint="put it in quotes")
