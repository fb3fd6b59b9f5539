"""YAML read by libyaml into mappings and lists that know their place; ten times the speed of pure Python.

The words mean what YAML 1.2 says: `yes`, `no` and `on` are text, `010` is ten, `1:30` is text. A key
may stand once in a mapping. Where PyYAML was built without libyaml its own reader does the same, slower.
"""

import re
from collections.abc import Hashable
from importlib import import_module
from typing import Any

import yaml
from yaml.composer import Composer
from yaml.constructor import SafeConstructor
from yaml.error import MarkedYAMLError, YAMLError
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

from mhealth.content.yaml_slips import slip_of
from mhealth.content.yaml_words import (
    BOOL,
    FLOAT,
    INT,
    MAP,
    MERGE,
    NULL,
    SEQ,
    STR,
    TAG,
    TIME,
    decimal,
    tag_of,
    whole,
)  # fmt: skip

_STRANGE_BREAK = re.compile("[\x85\u2028\u2029]")
MOST_NESTED = 100
"""Deeper is no content; unbounded, libyaml's composer would run out of stack."""
_TOO_DEEP = "nested too deep"
MOST_PARTS = 2_000_000
"""Aliases of aliases unfold to more in a few lines; whoever walks the values would never end."""

Place = tuple[int, int]


class PlacedMap(dict[Any, Any]):
    """A mapping that knows where it and its own keys are written (line and column from 0)."""

    __slots__ = ("keys_at", "place")
    place: Place
    keys_at: dict[Any, Place]

    def place_of(self, key: Any) -> Place:
        """Where a key is written. Raises KeyError; a key that was merged in is written elsewhere."""
        return self.keys_at[key]


class PlacedList(list[Any]):
    """A list that knows where it and its entries are written (line and column from 0)."""

    __slots__ = ("entries_at", "place")
    place: Place
    entries_at: list[Place]

    def place_of(self, index: int) -> Place:
        """Where an entry is written. Raises IndexError."""
        return self.entries_at[index]


class NotYaml(ValueError):
    """What cannot be read, where (line and column from 0), and how that is mended, if we know."""

    def __init__(self, problem: str, place: Place = (0, 0), hint: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.place = place
        self.hint = hint


class _Meaning:
    """What a scalar without a tag is, by YAML 1.2; called by either reader for each node."""

    depth = 0

    def resolve(self, kind: type[Node], value: str, implicit: Any) -> str:
        if kind is ScalarNode:
            return tag_of(value) if implicit[0] else STR
        return MAP if kind is MappingNode else SEQ

    def descend_resolver(self, current: Any, index: Any) -> None:
        """Nothing is resolved by its path; but here the depth is known, and libyaml knows no bound."""
        self.depth += 1
        if self.depth > MOST_NESTED:
            raise NotYaml(_TOO_DEEP, _of(current) if current is not None else (0, 0))

    def ascend_resolver(self) -> None:
        self.depth -= 1

    def check_resolver_prefix(self, *_: Any) -> bool:
        return False


class _PureReader(_Meaning, Reader, Scanner, Parser, Composer):
    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        Composer.__init__(self)


HAS_LIBYAML: bool = bool(yaml.__with_libyaml__)
"""Whether the fast reader is there."""
_FastReader: Any = (
    type("_FastReader", (_Meaning, import_module("yaml._yaml").CParser), {})
    if HAS_LIBYAML
    else _PureReader
)


def parse(text: str, *, fast: bool = True) -> Any:
    """The one document of a text; None when there is none. Raises NotYaml."""
    strange = _STRANGE_BREAK.search(text)
    if strange is not None:  # libyaml would break the line, editors do not
        problem = f"a line break that no editor shows (U+{ord(strange[0]):04X})"
        raise NotYaml(problem, _place_in(text, strange.start()))
    try:
        reader = _FastReader(text) if fast else _PureReader(text)
        node = reader.get_single_node()
        return None if node is None else _Builder().build(node)
    except MarkedYAMLError as error:
        raise _told(text, error) from error
    except YAMLError as error:  # a character that YAML forbids
        raise NotYaml(_unreadable(error), _place_in(text, getattr(error, "position", 0))) from error


def _told(text: str, error: MarkedYAMLError) -> NotYaml:
    marks = [(m.line, m.column) for m in (error.problem_mark, error.context_mark) if m]
    if error.context and error.context.startswith("found duplicate anchor"):
        return NotYaml(error.context.partition(";")[0], marks[0])
    if error.problem == "exceeded maximum nesting depth":  # libyaml's own bound, from 0.2.6 on
        return NotYaml(_TOO_DEEP, marks[0])
    begun = marks[-1] if marks else (0, 0)
    slip = slip_of(text, (error.problem or "not YAML").strip(), marks[0] if marks else begun, begun)
    return NotYaml(slip.problem, slip.place, slip.hint)


def _unreadable(error: YAMLError) -> str:
    char = getattr(error, "character", None)
    reason = getattr(error, "reason", None) or "not YAML"
    return f"{reason}: U+{char:04X}" if isinstance(char, int) else str(reason)


def _place_in(text: str, position: int) -> Place:
    before = text[:position]
    return before.count("\n"), position - (before.rfind("\n") + 1)


class _Builder:
    """Makes the values of one document from its nodes."""

    def __init__(self) -> None:
        self._built: dict[int, Any] = {}  # of each collection: an alias is its anchor's own value
        self._sizes: dict[int, int] = {}  # its parts, with what its aliases stand for
        self._parts = 0
        self._scalars = SafeConstructor()

    def build(self, node: Node) -> Any:
        if type(node) is ScalarNode:
            return node.value if node.tag == STR else self._scalar(node)
        known = self._built.get(id(node), self)
        if known is None:
            raise NotYaml("an alias stands within its own anchor", _of(node))
        if known is not self:
            self._parts += self._sizes[id(node)]
            if self._parts > MOST_PARTS:
                raise NotYaml("its aliases stand for too much", _of(node))
            return known
        before, self._built[id(node)] = self._parts, None
        self._parts += 1 + len(node.value)
        built = self._mapping(node) if type(node) is MappingNode else self._list(node)
        self._built[id(node)], self._sizes[id(node)] = built, self._parts - before
        return built

    def _mapping(self, node: MappingNode) -> PlacedMap:
        if node.tag != MAP:
            raise _foreign(node)
        built = PlacedMap()
        built.place = _of(node)
        places: dict[Any, Place] = {}
        built.keys_at = places
        merged: list[PlacedMap] = []
        for key_node, value_node in node.value:
            if type(key_node) is ScalarNode and key_node.tag == STR:
                key = key_node.value
            elif key_node.tag == MERGE:
                if merged:
                    raise NotYaml("a second key `<<` in one mapping", _of(key_node))
                merged = self._merged(value_node)
                continue
            else:
                key = self._key(key_node)
            if key in built:
                first = places[key][0] + 1
                raise NotYaml(f"a second key `{key}` in one mapping", _of(key_node),
                              f"each stands once; the first is in line {first}")  # fmt: skip
            mark = key_node.start_mark
            places[key] = (mark.line, mark.column)
            built[key] = self.build(value_node)
        for others in merged:
            for key, value in others.items():
                built.setdefault(key, value)
        return built

    def _key(self, node: Node) -> Hashable:
        if type(node) is not ScalarNode:
            raise NotYaml("a key must be a word or a number", _of(node))
        key: Hashable = self._scalar(node)
        return key

    def _merged(self, node: Node) -> list[PlacedMap]:
        value = self.build(node)
        parts = value if isinstance(value, PlacedList) else [value]
        if not parts or not all(isinstance(part, PlacedMap) for part in parts):
            raise NotYaml("`<<` merges a mapping, or a list of them", _of(node))
        return list(parts)

    def _list(self, node: SequenceNode) -> PlacedList:
        if node.tag != SEQ:
            raise _foreign(node)
        built = PlacedList()
        built.place = _of(node)
        built.entries_at = []
        for entry in node.value:
            built.entries_at.append(_of(entry))
            built.append(self.build(entry))
        return built

    def _scalar(self, node: ScalarNode) -> Any:
        try:
            return self._read_scalar(node)
        except NotYaml:
            raise
        except (ValueError, OverflowError, IndexError) as error:  # a 13th month, a number too long
            raise NotYaml(f"not YAML that we can read: {error}", _of(node)) from error

    def _read_scalar(self, node: ScalarNode) -> Any:
        tag, value = node.tag, node.value
        if tag == NULL:
            return None
        if tag == BOOL and value.lower() in ("true", "false"):
            return value.lower() == "true"
        if tag == INT:
            return whole(value)
        if tag == FLOAT:
            return float(decimal(value))
        if tag == TIME:
            return self._scalars.construct_yaml_timestamp(node)
        if tag in (STR, MERGE):
            return value
        raise _foreign(node)


def _foreign(node: Node) -> NotYaml:
    return NotYaml(f"the tag `{node.tag.replace(TAG, '!!')}` means nothing here", _of(node),
                   "put a text that begins with `!` in quotes")  # fmt: skip


def _of(node: Node) -> Place:
    mark = node.start_mark
    return (mark.line, mark.column)
