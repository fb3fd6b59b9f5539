"""YAML with the place of every key: duplicate keys refused, `yes` stays text, errors say file and line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mhealth.content.placed import NotYaml, PlacedList, PlacedMap, parse
from mhealth.domain.errors import ContentError


@dataclass(frozen=True, slots=True)
class YamlFile:
    """One parsed file: `data` is a mapping whose nested parts know their place."""

    path: Path
    text: str
    data: Mapping[str, Any]

    def place(self, part: Any = None, key: Any = None) -> str:
        """`file:line:column` (from 1) of a key in a mapping, an index in a list, or a whole part."""
        line, column = _position(part if part is not None else self.data, key)
        return f"{self.name}:{line + 1}:{column + 1}"

    @property
    def name(self) -> str:
        """The path as shown in messages: from the content root on when that is known."""
        parts = self.path.parts
        for root in ("ussd_flows", "sms_templates"):
            if root in parts:
                return "/".join(parts[parts.index(root) :])
        return self.path.name

    def error(
        self, problem: str, part: Any = None, key: Any = None, hint: str = ""
    ) -> ContentError:
        """A ContentError at that place."""
        return ContentError(self.place(part, key), problem, hint)


def read_yaml(path: Path) -> YamlFile:
    """Parse one file whose top is a mapping. Raises ContentError with file, line and column."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        place = f"{YamlFile(path, '', {}).name}:{line}:1"
        hint = "save the file as UTF-8"
        raise ContentError(place, f"not UTF-8: {error.reason}", hint) from error
    return parse_yaml(path, text)


def parse_yaml(path: Path, text: str) -> YamlFile:
    """The same of a text at hand; `path` is where it was written, for messages."""
    try:
        data = parse(text)
    except NotYaml as error:
        line, column = error.place
        place = f"{YamlFile(path, text, {}).name}:{line + 1}:{column + 1}"
        raise ContentError(place, error.problem, error.hint) from error
    if not isinstance(data, PlacedMap):
        raise ContentError(f"{YamlFile(path, text, {}).name}:1:1", "the file must be a mapping")
    return YamlFile(path, text, data)


def walk_texts(part: Any) -> Iterator[str]:
    """Every string value below a part, for checks that look at all text of a file."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, Mapping):
        for value in part.values():
            yield from walk_texts(value)
    elif isinstance(part, list):
        for value in part:
            yield from walk_texts(value)


def _position(part: Any, key: Any) -> tuple[int, int]:
    if not isinstance(part, PlacedMap | PlacedList):
        return (0, 0)
    if key is None:
        return part.place
    try:
        return part.place_of(key)
    except (LookupError, TypeError):
        return part.place
