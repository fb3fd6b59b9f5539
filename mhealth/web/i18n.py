"""The desk's languages: French in the source, others in `translations/`, read once at start.

The catalogues are compiled in memory, so no compiled file can lie about its source.
"""

from io import BytesIO
from pathlib import Path

from babel import Locale, localedata
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, current_app, request, session
from flask_babel import Babel, Domain, get_locale

from mhealth.domain.errors import ContentError
from mhealth.domain.language import Language
from mhealth.web import here

SOURCE_LANGUAGE = "fr"
CATALOGUES = Path(__file__).parent / "translations"
_CHOSEN = "language"


class SourceFrench(NullTranslations):
    """French needs no catalogue, only its plural: none and one are singular."""

    def ngettext(self, singular: str, plural: str, n: float) -> str:
        """The form for so many."""
        return singular if n < 2 else plural

    ungettext = ngettext  # type: ignore[assignment]  # the stub's names differ


class ShippedDomain(Domain):  # type: ignore[misc]
    """The catalogues of this package, all in memory."""

    def __init__(self, catalogues: dict[str, NullTranslations]) -> None:
        super().__init__()
        self._catalogues = catalogues

    def get_translations(self) -> NullTranslations:
        """The catalogue of the page at hand."""
        locale = get_locale()
        code = locale.language if locale is not None else SOURCE_LANGUAGE
        return self._catalogues.get(code, self._catalogues[SOURCE_LANGUAGE])


def init_babel(app: Flask) -> None:
    """Give the app its languages; `mhealth` must already stand in `app.extensions`."""
    catalogues = load_catalogues()
    babel = Babel(
        app,
        default_locale=SOURCE_LANGUAGE,
        locale_selector=current_language,
        timezone_selector=_zone,
    )
    babel.domain_instance = ShippedDomain(catalogues)
    app.extensions["mhealth_languages"] = tuple(catalogues)


def load_catalogues() -> dict[str, NullTranslations]:
    """Language code -> catalogue, the source language first.

    Raises ContentError for a language whose days and hours nobody could write.
    """
    found: dict[str, NullTranslations] = {SOURCE_LANGUAGE: SourceFrench()}
    for path in sorted(CATALOGUES.glob("*/LC_MESSAGES/messages.po")):
        if not localedata.exists(path.parts[-3]):
            place = path.relative_to(CATALOGUES.parents[2]).as_posix()
            hint = "callers may be spoken to in it all the same; take the catalogue away"
            raise ContentError(place, f"Babel knows no days and hours of {path.parts[-3]}", hint)
        compiled = BytesIO()
        with path.open("rb") as source:
            write_mo(compiled, read_po(source, locale=path.parts[-3]))
        compiled.seek(0)
        found[path.parts[-3]] = Translations(compiled)
    return found


def desk_languages() -> list[Language]:
    """The languages that the desk speaks, for the switch; callers may be spoken to in others."""
    return [_desk_language(code) for code in desk_codes()]


def _desk_language(code: str) -> Language:
    locale = Locale.parse(code)
    name = (locale.display_name or code).capitalize()
    return Language(code=code, name=name, direction=locale.text_direction)


def desk_codes() -> tuple[str, ...]:
    """The codes that have a catalogue."""
    return tuple(current_app.extensions["mhealth_languages"])


def choose_language(code: str) -> bool:
    """Remember a language for this browser; False when the desk does not speak it."""
    if code not in desk_codes():
        return False
    session[_CHOSEN] = code
    return True


def chosen_language() -> str | None:
    """What this browser chose, if it did."""
    code = session.get(_CHOSEN) if request else None
    return code if code in desk_codes() else None


def current_language() -> str:
    """What this browser chose, else French; asks no database, so that error pages can use it."""
    return chosen_language() or SOURCE_LANGUAGE


def _zone() -> str:
    user = here.reader()
    return user.timezone if user is not None else "UTC"
