"""Flows that nobody would write: of thousands of screens, to see what grows with them."""

import tempfile
from pathlib import Path

from mhealth.content.library import Library, shipped_root


def large_library(count: int, *, beside: bool = False) -> Library:
    """A library with one flow of so many menus; `beside` adds the shipped flows."""
    library = _bare()
    name = "large" if beside else "main"
    _write(library, name, _flow(count))
    return Library((*library.roots, shipped_root())) if beside else library


def many_flows(count: int, screens: int) -> Library:
    """A library whose first flow leads to many others."""
    library = _bare()
    for n in range(count):
        _write(library, f"f{n}", _flow(screens))
    menus = [_leading(n, min(n + 8, count), count) for n in range(0, count, 8)]
    calls = [f"  c{n}: {{kind: call, flow: f{n}, next: home}}\n" for n in range(count)]
    _write(library, "main", "review: draft\nstart: m0\nnodes:\n" + "".join(menus + calls))
    return library


def six_steps_library() -> Library:
    """The dialogue of six requests, without what the product ships beside it."""
    library = _bare()
    text = (Path(__file__).parent.parent / "load/six_steps.yaml").read_text(encoding="utf-8")
    alone = text.partition("  # What the product ships")[0]
    _write(library, "main", alone.replace("next: rest}", "next: bye}"))
    return library


def _bare() -> Library:
    folder = Path(tempfile.mkdtemp(prefix="mhealth-bench-"))
    library = Library((folder,))
    shipped = shipped_root() / "ussd_flows"
    for kept in ("languages", "screens"):
        _write(library, kept, (shipped / f"{kept}.yaml").read_text(encoding="utf-8"))
    return library


def _write(library: Library, name: str, text: str) -> None:
    file = library.roots[0] / "ussd_flows" / f"{name}.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")


def _leading(first: int, end: int, count: int) -> str:
    """A menu to the flows from `first` on, and to the next menu or back to the first."""
    lines = [
        f"      o{n}: {{key: {n - first + 1}, text: Sujet {n}, next: c{n}}}\n"
        for n in range(first, end)
    ]
    onward = f"m{end}" if end < count else "m0"
    more = f"      more: {{key: 9, text: Autres, next: {onward}}}\n"
    return f"  m{first}:\n    kind: menu\n    text: Menu\n    options:\n{''.join(lines)}{more}"


def _flow(count: int) -> str:
    nodes = [
        f"  n{n}:\n    kind: menu\n    text: Question {n} de {{village_name}} ?\n    options:\n"
        f"      yes: {{key: 1, text: Oui, next: n{n + 1}}}\n      no: {{key: 2, text: Non, next: bye}}\n"
        for n in range(count)
    ]
    last = f"  n{count}: {{kind: end, text: Merci}}\n  bye: {{kind: end, text: Merci}}\n"
    return "review: draft\nstart: n0\nnodes:\n" + "".join(nodes) + last
