"""The phone page: one document, French first, with its own script and style and nothing from elsewhere."""

import json
from collections.abc import Mapping
from pathlib import Path

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue

LANGUAGES = ("fr", "en")
_WORDS = Path(__file__).parent / "static" / "words"
_KEYS = (
    ("1", ".,?"), ("2", "abc"), ("3", "def"),
    ("4", "ghi"), ("5", "jkl"), ("6", "mno"),
    ("7", "pqrs"), ("8", "tuv"), ("9", "wxyz"),
    ("*", "+"), ("0", "␣"), ("#", "⇧"),
)  # fmt: skip
_PHONES = 3
_YEAR = 31_536_000


def page_blueprint() -> Blueprint:
    """The route of the page."""
    blueprint = Blueprint("page", __name__)
    words = {language: read_words(language) for language in LANGUAGES}

    @blueprint.get("/")
    def page() -> ResponseReturnValue:
        language = _language()
        html = render_template(
            "phones.html",
            language=language,
            other=next(code for code in LANGUAGES if code != language),
            words=words[language],
            keys=_KEYS,
            phones=range(_PHONES),
        )
        response = make_response(html)
        response.set_cookie("language", language, max_age=_YEAR, httponly=True, samesite="Strict")
        return response

    return blueprint


def read_words(language: str) -> Mapping[str, str]:
    """The page's words in a language, the same file that its script reads."""
    words: Mapping[str, str] = json.loads((_WORDS / f"{language}.json").read_text("utf-8"))
    return words


def _language() -> str:
    for wish in (request.args.get("lang"), request.cookies.get("language")):
        if wish in LANGUAGES:
            return wish
    return LANGUAGES[0]
