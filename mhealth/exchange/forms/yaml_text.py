"""A draft as the text of YAML files: readable as if by hand, a comment above each node."""

import json
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from mhealth.exchange.forms.draft import Draft, DraftNode, Words

WIDTH = 100
_FOLDED_FROM = 72
_BELOW = ("options", "answers")
_PLAIN = re.compile(r"[A-Za-zÀ-ɏ0-9][^\n]*")
_NO_TEXT = re.compile(
    r"(true|false|yes|no|on|off|y|n|null|~|[-+.0-9][-+.:_0-9eE]*|0x[0-9a-fA-F]+|\d{4}-\d\d-\d\d.*)",
    re.IGNORECASE,
)
_SPECIAL = re.compile(r": |:$| #|[\[\]{},]|[\"'`]$")


def flow_text(draft: Draft, language: str, notes: Sequence[str]) -> str:
    """The flow's own file, its texts in the first language. `notes` stand above all."""
    lines = [*_comments(notes, ""), f"about: {_scalar(draft.about)}", "review: draft",
             f"start: {draft.start}", "", "nodes:"]  # fmt: skip
    for number, node in enumerate(draft.nodes):
        if number:
            lines.append("")
        lines += _node(node, language)
    return "\n".join([*lines, ""])


def translation_text(draft: Draft, language: str, flow: str) -> str:
    """The same texts in another language; empty when there is none."""
    tree: dict[str, Any] = {}
    for path, words in draft.words():
        text = words.said.get(language)
        if text:
            part = tree
            for step in path[:-1]:
                part = part.setdefault(step, {})
            part[path[-1]] = text
    if not tree:
        return ""
    head = f"# {flow}.yaml in another language: the same names, and only texts. Nobody has read it yet."
    lines = [head, "review: draft", "nodes:"]
    for name, node in tree.items():
        lines.append(f"  {name}:")
        lines += _mapping(node, "    ", language)
    return "\n".join([*lines, ""])


def _node(node: DraftNode, language: str) -> Iterator[str]:
    if node.section.strip():
        title = " ".join(node.section.split())
        yield f"  # --- {title} ".ljust(WIDTH - 2, "-")
    yield from _comments(node.comments, "  ")
    yield f"  {node.name}:"
    yield from _mapping(node.body, "    ", language)


def _comments(texts: Sequence[str], indent: str) -> Iterator[str]:
    for text in texts:
        for line in textwrap.wrap(" ".join(text.split()), WIDTH - len(indent) - 2):
            yield f"{indent}# {line}"


def _mapping(part: Mapping[str, Any], indent: str, language: str) -> Iterator[str]:
    for key, value in part.items():
        yield from _entry(str(key), value, indent, language)


def _entry(key: str, value: Any, indent: str, language: str) -> Iterator[str]:
    if isinstance(value, Words):
        value = value.first(language)
    if isinstance(value, Mapping):
        short = f"{indent}{key}: {_in_a_line(value, language)}"
        if len(short) <= WIDTH and key not in _BELOW and not _is_deep(value):
            yield short
        else:
            yield f"{indent}{key}:"
            yield from _mapping(value, f"{indent}  ", language)
    elif isinstance(value, list) and value and isinstance(value[0], Mapping):
        yield f"{indent}{key}:"
        for each in value:
            short = f"{indent}  - {_in_a_line(each, language)}"
            if len(short) <= WIDTH and "next" not in each and not _is_deep(each):
                yield short
                continue
            first, *rest = _mapping(each, f"{indent}    ", language)
            yield f"{indent}  - {first.strip()}"
            yield from rest
    elif isinstance(value, list):
        yield f"{indent}{key}: {_in_a_line(value, language)}"
    elif isinstance(value, str):
        yield from _text(key, value, indent)
    else:
        yield f"{indent}{key}: {_scalar(value)}"


def _text(key: str, text: str, indent: str) -> Iterator[str]:
    """A long text folded below its key, one of several lines as it stands, any other beside the key."""
    lines = text.split("\n")
    if len(lines) > 1 and all(
        line.isprintable() and line and line == line.strip() for line in lines
    ):
        yield f"{indent}{key}: |-"
        yield from (f"{indent}  {line}" for line in lines)
        return
    is_folded = len(text) > _FOLDED_FROM and text == " ".join(text.split()) and _fits_folded(text)
    if not is_folded:
        yield f"{indent}{key}: {_scalar(text)}"
        return
    yield f"{indent}{key}: >-"
    for line in textwrap.wrap(text, WIDTH - len(indent) - 2, break_long_words=False,
                              break_on_hyphens=False):  # fmt: skip
        yield f"{indent}  {line}"


def _fits_folded(text: str) -> bool:
    return all(char.isprintable() for char in text)


def _is_deep(value: Mapping[str, Any]) -> bool:
    """Several options, or a condition of several parts, read better below each other."""
    return any(_is_long(each) for each in value.values()) or _nested(value.values()) > 1


def _is_long(part: Any) -> bool:
    if isinstance(part, Mapping):
        return _nested(part.values()) > 0
    return isinstance(part, list) and len(part) > 1 and _nested(part) > 0


def _nested(parts: Iterable[Any]) -> int:
    return sum(isinstance(part, Mapping) for part in parts)


def _in_a_line(value: Any, language: str) -> str:
    if isinstance(value, Words):
        value = value.first(language)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{k}: {_in_a_line(v, language)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_in_a_line(each, language) for each in value) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    """Plain where YAML reads it back as it is, else in double quotes."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, date):
        return json.dumps(value.isoformat())
    if not isinstance(value, str):
        return str(value)
    is_plain = value.isprintable() and _PLAIN.fullmatch(value) and not _SPECIAL.search(value)
    is_plain = is_plain and value == value.strip()
    return value if is_plain and not _NO_TEXT.fullmatch(value) else _quoted(value)


def _quoted(text: str) -> str:
    said = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() or c == " " else _escaped(ord(c)) for c in said)


def _escaped(code: int) -> str:
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
