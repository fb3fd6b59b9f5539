"""Sets texts in a YAML file where they stand: every comment, order and blank line stays as it was."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode

from mhealth.content.placed import NotYaml, parse

Path = tuple[str, ...]

_STEP = 2
_PLAIN = re.compile(r"(?!\d+$)\w(?:[^\x00-\x1f\x7f-\xa0\u2028\u2029]*\S)?")
_NOT_PLAIN = re.compile(r": | #|:$|\s\s|[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_INVISIBLE = re.compile(r"[\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


class CannotSet(ValueError):
    """A text that cannot stand where it should; `str()` says why."""


def set_texts(written: str, texts: Mapping[Path, str], order: Sequence[Path]) -> str:
    """The file with these texts at these paths; new ones stand where `order` has them.

    Only what changes is written anew. Raises CannotSet when a path leads through a text, NotYaml when
    the file is none.
    """
    wanted = _with(parse(written) or {}, texts)
    for path in sorted(texts, key=lambda path: order.index(path) if path in order else len(order)):
        written = _set(written, path, texts[path], order)
    if _copied(parse(written)) != wanted:
        raise CannotSet("the file would not say what it should: edit it by hand")
    return written


def _with(data: Any, texts: Mapping[Path, str]) -> Any:
    """What the file must say afterwards."""
    changed = _copied(data)
    for path, text in texts.items():
        part = changed
        for step in path[:-1]:
            part[step] = {} if part.get(step) is None else part[step]
            part = part[step]
            if not isinstance(part, dict):
                raise CannotSet(f"`{step}` holds a text, no texts")
        part[path[-1]] = text
    return changed


def _copied(data: Any) -> Any:
    return json.loads(json.dumps(data, default=str))


def _set(written: str, path: Path, text: str, order: Sequence[Path]) -> str:
    node: Any = yaml.compose(written, Loader=yaml.SafeLoader)  # noqa: S506 (composes, builds nothing)
    if node is None or (isinstance(node, ScalarNode) and not node.value):
        return f"{written}{_lines(path, text, 0)}"
    in_braces = False
    for depth, step in enumerate(path):
        in_braces = in_braces or bool(node.flow_style)
        found = _value(node, step)
        if found is None:
            return _insert(written, node, path, depth, text, order)
        if isinstance(found, ScalarNode) and depth + 1 < len(path):
            return _fill(written, found, path[depth + 1 :], text, (depth + 1) * _STEP)
        node = found
    return _replace(written, node, text, in_braces=in_braces)


def _value(node: Node, key: str) -> Node | None:
    pairs = node.value if isinstance(node, MappingNode) else []
    return next((value for name, value in pairs if name.value == key), None)


def _replace(written: str, node: Node, text: str, *, in_braces: bool) -> str:
    start, end = node.start_mark.index, node.end_mark.index
    is_quoted = in_braces or (isinstance(node, ScalarNode) and node.style is not None)
    said = _quoted(text) if is_quoted else _scalar(text)
    tail = "\n" if written[start:end].endswith("\n") else ""  # a text of several lines ends in one
    return f"{written[:start]}{said}{tail}{written[end:]}"


def _fill(written: str, node: ScalarNode, rest: Path, text: str, indent: int) -> str:
    """Put a first text below a key that holds nothing."""
    at = node.start_mark.index
    return f"{written[:at]}\n{_lines(rest, text, indent).rstrip()}{written[at:]}"


def _insert(
    written: str, node: MappingNode, path: Path, depth: int, text: str, order: Sequence[Path]
) -> str:
    """A new key in a mapping, behind those that come before it in the original."""
    rest = path[depth:]
    if node.flow_style:
        at = node.end_mark.index - 1
        joint = ", " if node.value else ""
        return f"{written[:at]}{joint}{_in_braces(rest, text)}{written[at:]}"
    lines = _lines(rest, text, node.start_mark.column)
    before = [pair for pair in node.value if _rank(path[:depth], pair[0].value, order)
              < _rank(path[:depth], rest[0], order)]  # fmt: skip
    if not before:
        at = written.rfind("\n", 0, node.start_mark.index) + 1
        return f"{written[:at]}{lines}{written[at:]}"
    end = max(_end(value) for _, value in before)
    at = written.find("\n", max(end - 1, 0)) + 1
    if at == 0:
        return f"{written}\n{lines}"
    return f"{written[:at]}{lines}{written[at:]}"


def _rank(parent: Path, key: str, order: Sequence[Path]) -> int:
    """Where a key stands in the original; one that the original lacks stands first, like `review`."""
    prefix = (*parent, key)
    return next((at for at, path in enumerate(order) if path[: len(prefix)] == prefix), -1)


def _end(node: Node) -> int:
    """Where the last text of a value ends; what follows are comments."""
    if isinstance(node, MappingNode) and node.value and not node.flow_style:
        return max(_end(value) for _, value in node.value)
    end: int = node.end_mark.index
    return end


def _lines(rest: Path, text: str, indent: int) -> str:
    lines = [" " * (indent + _STEP * n) + f"{_key(step)}:\n" for n, step in enumerate(rest[:-1])]
    last = " " * (indent + _STEP * (len(rest) - 1))
    return "".join([*lines, f"{last}{_key(rest[-1])}: {_scalar(text)}\n"])


def _in_braces(rest: Path, text: str) -> str:
    if len(rest) == 1:
        return f"{_key(rest[0])}: {_quoted(text)}"
    return f"{_key(rest[0])}: {{{_in_braces(rest[1:], text)}}}"


def _key(key: str) -> str:
    is_plain = re.fullmatch(r"[A-Za-z_][\w.-]*", key) and key.lower() not in _WORDS
    return key if is_plain else _quoted(key)


def _scalar(text: str) -> str:
    """As it is written in our files: plain where YAML reads it so, else in double quotes."""
    is_plain = _PLAIN.fullmatch(text) and not _NOT_PLAIN.search(text)
    return text if is_plain and text.lower() not in _WORDS and _is_text(text) else _quoted(text)


def _is_text(text: str) -> bool:
    try:
        return bool(parse(f"a: {text}\n") == {"a": text})
    except NotYaml:
        return False


def _quoted(text: str) -> str:
    """In double quotes; marks that no editor shows are written by their number."""
    said = json.dumps(text, ensure_ascii=False)
    return _INVISIBLE.sub(lambda found: f"\\u{ord(found[0]):04x}", said)
