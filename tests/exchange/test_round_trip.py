"""A flow that leaves as a Questionnaire and comes back asks the same in the same order, answer by answer."""

import json
import random
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from mhealth.content.languages import load_languages
from mhealth.services.flow_export import export_flow
from tests.exchange.small import book_of, flow_of, library_with, walk

PRELUDE: Mapping[str, Any] = {
    "a": {"kind": "menu", "text": "Menu a", "options": {
        "o1": {"key": 1, "text": "x", "set": {"v": "x", "w": "y"}, "next": "b"},
        "o2": {"key": 2, "text": "y", "set": {"v": "y"}, "next": "b"}}},
    "b": {"kind": "number", "text": "Nombre b", "min": 1, "max": 5, "into": "k", "next": "c",
          "unknown": {"key": 99, "text": "Je ne sais pas"}},
    "c": {"kind": "several", "text": "Plusieurs c", "next": "n0", "options": {
        "p": {"text": "P", "into": "p"}, "q": {"text": "Q", "into": "q"}}},
}  # fmt: skip
"""Gives every variable a beginning."""


@st.composite
def flows(draw: st.DrawFn) -> str:
    """A flow of menus, numbers, messages and branches that only leads on; all of it is reached."""
    count = draw(st.integers(2, 9))
    names = [f"n{number}" for number in range(count)]
    nodes: dict[str, dict[str, Any]] = {}
    for place, name in enumerate(names):
        later = [*names[place + 1 :], "last"]
        target = st.sampled_from(later[:3])
        kind = draw(st.sampled_from(["menu", "menu", "number", "branch", "message", "several"]))
        nodes[name] = draw(_NODES[kind](name, target, names[:place]))
    nodes["last"] = {"kind": "end", "text": "Fin"}
    reached = _reached(nodes)
    kept = {name: node for name, node in nodes.items() if name in reached}
    whole = {"review": "draft", "start": "a", "nodes": {**PRELUDE, **kept}}
    return json.dumps(whole, ensure_ascii=False)


def _menu(name: str, target: Any, before: list[str]) -> st.SearchStrategy[Any]:
    value = st.sampled_from(["x", "y", "z", ""])
    option = st.tuples(target, st.dictionaries(st.sampled_from(["v", "w"]), value, max_size=2))
    return st.lists(option, min_size=1, max_size=3).map(
        lambda options: {"kind": "menu", "text": f"Menu {name}", "options": {
            f"o{n}": {"key": n, "text": f"Ligne {n}", "set": sets, "next": to}
            for n, (to, sets) in enumerate(options, 1)}})  # fmt: skip


def _number(name: str, target: Any, before: list[str]) -> st.SearchStrategy[Any]:
    def made(parts: Any) -> dict[str, Any]:
        to, other, times, can_pass = parts
        node = {"kind": "number", "text": f"Nombre {name}", "min": 1, "max": 5, "times": times,
                "into": "k", "next": to}  # fmt: skip
        if can_pass:
            node["unknown"] = {
                "key": 99,
                "text": "Je ne sais pas",
                "next": other,
                "set": {"w": "z"},
            }
        return node

    return st.tuples(target, target, st.sampled_from([1, 30]), st.booleans()).map(made)


def _message(name: str, target: Any, before: list[str]) -> st.SearchStrategy[Any]:
    return target.map(lambda to: {"kind": "message", "text": f"Message {name}", "next": to})


def _several(name: str, target: Any, before: list[str]) -> st.SearchStrategy[Any]:
    return target.map(
        lambda to: {"kind": "several", "text": f"Plusieurs {name}", "next": to, "options": {
            "p": {"text": "P", "into": "p"}, "q": {"text": "Q", "into": "q"}}})  # fmt: skip


def _branch(name: str, target: Any, before: list[str]) -> st.SearchStrategy[Any]:
    case = st.tuples(
        conditions(), target, st.dictionaries(st.just("w"), st.sampled_from(["x", "z"]))
    )
    return st.tuples(st.lists(case, min_size=1, max_size=2), target).map(
        lambda parts: {"kind": "branch", "otherwise": parts[1], "cases": [
            {"when": when, "next": to, "set": sets} for when, to, sets in parts[0]]})  # fmt: skip


def conditions() -> st.SearchStrategy[Any]:
    words = st.tuples(
        st.sampled_from(["v", "w"]), st.sampled_from(["eq", "ne"]), st.sampled_from(["x", "y", "z"])
    )
    numbers = st.tuples(
        st.just("k"),
        st.sampled_from(["lt", "le", "gt", "ge", "eq", "ne"]),
        st.sampled_from([2, 3, 60, 75]),
    )
    picks = st.tuples(st.sampled_from(["p", "q"]), st.sampled_from(["eq", "ne"]), st.booleans())
    compared = st.one_of(words, numbers, picks).map(lambda part: {"var": part[0], part[1]: part[2]})
    isset = st.tuples(st.sampled_from(["v", "w", "k"]), st.booleans())
    leaf = st.one_of(compared, isset.map(lambda part: {"var": part[0], "is_set": part[1]}))
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            inner.map(lambda part: {"not": part}),
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: {"all": parts}),
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: {"any": parts}),
        ),
        max_leaves=4,
    )


_NODES: Mapping[str, Any] = {
    "menu": _menu, "number": _number, "message": _message, "branch": _branch, "several": _several,
}  # fmt: skip


def _reached(nodes: Mapping[str, Any]) -> set[str]:
    reached, waiting = set(), ["n0"]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            text = json.dumps(nodes[name])
            waiting += [other for other in nodes if f'"{other}"' in text]
    return reached


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
@given(flow=flows(), seed=st.integers(0, 10_000))
def test_a_flow_comes_back_the_same(flow: str, seed: int) -> None:
    with TemporaryDirectory() as first, TemporaryDirectory() as second:
        library = library_with(Path(first), {"trip.yaml": flow})
        book = book_of(library)
        resource, _ = export_flow(library, book, "trip", "urn:test")
        spoken = [*load_languages(library).by_code]
        files = flow_of(json.dumps(resource).encode(), "back", spoken)
        came_back = book_of(library_with(Path(second), files))
    for trip in range(8):
        gone = walk(book, "trip", _answers(seed + trip))
        back = walk(came_back, "back", _answers(seed + trip))
        assert back == gone, f"\n{flow}\n{files['back.yaml']}"


def _answers(seed: int) -> Any:
    """The same answer at a node of the same name, whichever flow asks."""

    def answered(name: str, options: list[str]) -> str:
        return random.Random(f"{seed}{name}").choice(options)

    return answered
