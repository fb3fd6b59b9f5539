"""A flow before it is written down: nodes in order, their texts in every language, a comment above each."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mhealth.exchange.forms.form import Said

Body = dict[str, Any]
"""A node's keys in the order of writing; a text stands as `Words`, a condition as a mapping."""


@dataclass(frozen=True, slots=True)
class Words:
    """A text of the flow, by language code; a variable stands in braces, a brace twice."""

    said: Said

    def first(self, code: str) -> str:
        """In that language, else in whichever there is."""
        return self.said.get(code) or next(iter(self.said.values()), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftNode:
    """One node. `item` is the name of the form's item that it comes of; empty for the flow's own."""

    name: str
    body: Body
    comments: tuple[str, ...] = ()
    section: str = ""  # begins a part of the flow under this title
    item: str = ""
    where: str = ""
    has_hint: bool = False  # its text holds the item's hint, which could be left out


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A whole flow; `header` are comments above all of it."""

    about: str
    start: str
    nodes: tuple[DraftNode, ...]
    header: tuple[str, ...] = ()

    def words(self) -> Iterator[tuple[tuple[str, ...], Words]]:
        """Every text with its path below `nodes`, as a translation mirrors it."""
        for node in self.nodes:
            for path, words in _words(node.body):
                yield (node.name, *path), words


def _words(part: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Words]]:
    for key, value in part.items():
        if isinstance(value, Words):
            yield (key,), value
        elif isinstance(value, Mapping):
            for path, words in _words(value):
                # the only text of an option, or of an answer, stands at its own name
                yield (key, *path) if path != ("text",) else (key,), words


def without_languages(body: Body, codes: Container[str]) -> Body:
    """The same without its texts in these languages."""
    return {key: _without(value, codes) for key, value in body.items()}


def _without(value: Any, codes: Container[str]) -> Any:
    if isinstance(value, Words):
        return Words({code: text for code, text in value.said.items() if code not in codes})
    return without_languages(value, codes) if isinstance(value, dict) else value


def targets_of(part: Any) -> Iterator[str]:
    """Every node that a body leads to."""
    if isinstance(part, Mapping):
        for key, value in part.items():
            if key in ("next", "otherwise") and isinstance(value, str):
                yield value
            else:
                yield from targets_of(value)
    elif isinstance(part, list):
        for value in part:
            yield from targets_of(value)
