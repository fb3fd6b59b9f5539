"""What every page may use, sign-in and error pages included: nothing here asks the database."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask, url_for
from jinja2 import FunctionLoader, StrictUndefined

from mhealth.web import content_words, here, words
from mhealth.web.i18n import current_language, desk_languages
from mhealth.web.shown import init_shown

STATIC = Path(__file__).parent / "static"
TEMPLATES = Path(__file__).parent / "templates"
ASSET_SECONDS = 365 * 24 * 3600
"""Browsers may keep an asset so long: its address changes with its bytes."""


def init_frame(app: Flask) -> None:
    """Filters, names and strictness of all templates."""
    if not app.debug:
        app.jinja_loader = _as_they_are_now()
    app.jinja_env.undefined = StrictUndefined
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = ASSET_SECONDS
    init_shown(app)
    app.context_processor(_names(_versions()))


def _as_they_are_now() -> FunctionLoader:
    """All templates as read at the start: a file changed later cannot disagree with running code."""
    files = [path for path in TEMPLATES.rglob("*.html") if path.is_file()]
    read = {
        path.relative_to(TEMPLATES).as_posix(): (path.read_text("utf-8"), str(path), lambda: True)
        for path in files
    }
    return FunctionLoader(read.get)


def _versions() -> dict[str, str]:
    files = [path for path in STATIC.iterdir() if path.is_file()]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:12] for path in files}


def _names(versions: dict[str, str]) -> Callable[[], dict[str, Any]]:
    def asset(name: str) -> str:
        return url_for("static", filename=name, v=versions[name])

    def names() -> dict[str, Any]:
        runtime, language = here.runtime(), current_language()
        return {
            "asset": asset,
            "words": words,
            "content_words": content_words,
            "language": language,
            "languages": desk_languages(),
            "direction": next(d.direction for d in desk_languages() if d.code == language),
            "mode": runtime.settings.mode,
            "service_code": runtime.settings.service_code,
        }

    return names
