"""YAML with the place of every key: duplicate keys refused, `yes` stays text, errors say file and line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

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
        raise ContentError(f"{path.name}:1:1", f"not UTF-8: {error.reason}") from error
    yaml = YAML()  # round-trip: YAML 1.2, so that yes and no stay words, and keys know their line
    try:
        data = yaml.load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line, mark.column) if mark else (0, 0)
        place = f"{YamlFile(path, text, {}).name}:{line + 1}:{column + 1}"
        raise ContentError(place, (error.problem or "not YAML").strip()) from error
    except (YAMLError, TypeError, ValueError) as error:  # a mapping as a key, a 13th month
        raise ContentError(f"{path.name}:1:1", f"not YAML that we can read: {error}") from error
    if not isinstance(data, Mapping):
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
    lines = getattr(part, "lc", None)
    if lines is None:
        return (0, 0)
    if key is None:
        return (lines.line, lines.col)
    try:
        line, column = lines.key(key) if isinstance(part, Mapping) else lines.item(key)
    except (KeyError, IndexError, AttributeError, TypeError):
        return (lines.line, lines.col)
    return (line, column)
