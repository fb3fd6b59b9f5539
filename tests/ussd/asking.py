"""The example flow in which every kind of question is asked, and one question alone."""

from pathlib import Path
from typing import Any

import yaml

from mhealth.ussd.book import Book, build_book
from mhealth.ussd.checks import Severity, check_flows
from mhealth.ussd.engine import Outcome
from tests.ussd.walking import Phone, french_and_english, library_of

EXAMPLES = Path(__file__).parent / "examples"
TODAY = "2026-11-24"  # a Tuesday


_BOOKS: dict[str, Book] = {}


def example_book(folder: Path) -> Book:
    """Built once."""
    if "" not in _BOOKS:
        _BOOKS[""] = _build_example(folder)
    return _BOOKS[""]


def _build_example(folder: Path) -> Book:
    main = (EXAMPLES / "main.yaml").read_text(encoding="utf-8")
    english = (EXAMPLES / "lang" / "en" / "main.yaml").read_text(encoding="utf-8")
    library = library_of(folder, main=main, lang_en_main=english)
    return build_book(library, french_and_english(), {})


def asking(node: dict[str, Any], **header: Any) -> str:
    """The YAML of a flow that asks one question and says what came of it."""
    flow = {
        "review": "draft",
        "start": "ask",
        **header,
        "nodes": {
            "ask": {"text": "?", "into": "said", "next": "done", **node},
            "done": {"kind": "end", "text": "Merci."},
            "elsewhere": {"kind": "end", "text": "Ailleurs."},
        },
    }
    if "next" in node and node["next"] is None:
        del flow["nodes"]["ask"]["next"]
    if "elsewhere" not in str(node):
        del flow["nodes"]["elsewhere"]
    return yaml.safe_dump(flow, allow_unicode=True, sort_keys=False)


def book_with(folder: Path, node: dict[str, Any], **header: Any) -> Book:
    text = asking(node, **header)
    if text not in _BOOKS:
        _BOOKS[text] = build_book(library_of(folder, main=text), french_and_english(), {})
    return _BOOKS[text]


def phone_at(folder: Path, node: dict[str, Any], *, language: str = "fr", **facts: Any) -> Phone:
    known = {"today": TODAY, "region": "BJ", **facts}
    return Phone(book_with(folder, node), language=language, **known)


def said(folder: Path, node: dict[str, Any], typed: str, **facts: Any) -> Any:
    """What the variable holds after an answer; None when the answer was none."""
    phone = phone_at(folder, node, **facts)
    return None if phone.type(typed).outcome is Outcome.INVALID else phone.vars.get("said")


def errors(folder: Path, text: str) -> list[str]:
    faults = check_flows(library_of(folder, main=text), french_and_english(), {})
    return [fault.problem for fault in faults if fault.severity is Severity.ERROR]
