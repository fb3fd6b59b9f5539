"""Reads a page as a browser would: its elements, and its visible text in order."""

import re
from html.parser import HTMLParser

BLOCKS = {"li", "td", "th", "dt", "dd", "p", "div", "h1", "h2", "h3", "summary", "option", "small"}
VOID = {"meta", "link", "input", "img", "br", "path", "circle"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in BLOCKS:
            self.texts.append(" ")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes what is not open")

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader


def elements(html: str) -> list[tuple[str, dict[str, str | None]]]:
    """Every (tag, attributes) of a page."""
    return _read(html).elements


def visible(html: str) -> str:
    """The text of a page, spaces joined."""
    return re.sub(r"\s+", " ", "".join(_read(html).texts))


def faults(html: str) -> list[str]:
    """Elements that are not closed in the order they were opened."""
    reader = _read(html)
    return reader.faults + [f"<{tag}> is never closed" for tag in reader.open]


def live_parts(html: str) -> list[str]:
    """What would run, style, or load from elsewhere; empty for an inert page."""
    found = []
    for tag, attrs in elements(html):
        if tag in {"script", "style", "iframe", "object", "embed", "base", "template"}:
            found.append(f"<{tag}>")
        found += [
            f"<{tag} {name}={value}>" for name, value in attrs.items() if _is_live(name, value)
        ]
    return found


def _is_live(name: str, value: str | None) -> bool:
    address = (value or "").strip().lower()
    if name.startswith("on") or name in {"style", "srcdoc", "formaction"}:
        return True
    is_link = name in {"href", "src", "action"}
    return address.startswith("//") or (is_link and not address.startswith(("/", "#", "tel:+")))
