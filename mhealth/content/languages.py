"""Reads `ussd_flows/languages.yaml`: adding a language takes no Python."""

from collections.abc import Sequence
from typing import Any

from mhealth.content.library import Library
from mhealth.content.yaml_file import YamlFile, read_yaml
from mhealth.domain.alphabet import Alphabet
from mhealth.domain.errors import SettingsError
from mhealth.domain.gsm7 import fold, is_gsm7
from mhealth.domain.language import Language, Languages

MEANINGS = [
    "yes",
    "no",
    "help",
    "stop",
    "resume",
    "today",
    "tomorrow",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
]
"""What every language needs words for: what people type in an SMS."""

OPTIONAL_MEANINGS = [
    "and",
    "noon",
    "morning",
    "afternoon",
    "after_tomorrow",
    "yesterday",
    "before_yesterday",
    "days_ago",
    "in_a_date",
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "dawn_hour",
    "around",
    "within",
    "vague",
    "accepts",
    "declines",
    "doubt",
    "number",
    "about",
    "arrival",
    "polite",
]
"""Words that help where a language has them: `1 et 3` on a screen of signs, `8h du soir` in an SMS,
`il y a 3 jours` as a date, `oui mais`. What each does is told in docs/how-to/add-a-language.md."""


WHERE_NAMED = "where named"
"""`spoken: where named`: a language that is offered only where `MHEALTH_LANGUAGES` names it."""

_KEYS = frozenset(
    {"name", "name_gsm7", "direction", "alphabet", "fallback", "spoken", "words"}
)  # fmt: skip


def load_languages(library: Library, only: Sequence[str] = ()) -> Languages:
    """The languages that are spoken, in the file's order: those named by `only`, which is
    `MHEALTH_LANGUAGES`; when it names none, all but those that are spoken only where named.

    Raises ContentError for a mistake in the file, SettingsError for one in `only`.
    """
    declared = declared_languages(library)
    try:
        return declared.only(only or declared.everywhere)
    except ValueError as error:
        raise SettingsError(f"MHEALTH_LANGUAGES: {error}") from error


def declared_languages(library: Library) -> Languages:
    """Every language of the file, for what proves or translates. Raises ContentError."""
    file = read_yaml(library.find("ussd_flows/languages.yaml"))
    languages = file.data.get("languages")
    if not isinstance(languages, dict) or not languages:
        raise file.error("no `languages:` mapping")
    loaded = {code: _read(file, languages, code) for code in languages}
    for code, language in loaded.items():
        if language.fallback is not None and language.fallback not in loaded:
            raise file.error(f"unknown fallback {language.fallback!r}", languages[code], "fallback")
    declared = Languages(loaded)
    if declared.default.is_where_named:
        raise file.error("the first language is spoken everywhere",
                         languages[declared.default.code], "spoken")  # fmt: skip
    return declared


def _read(file: YamlFile, languages: dict[str, Any], code: str) -> Language:
    row = languages[code]
    unknown = set(row) - _KEYS
    if unknown:
        raise file.error(f"unknown key {min(unknown)!r}", row, min(unknown))
    if row.get("direction", "ltr") not in ("ltr", "rtl"):
        raise file.error("direction is ltr or rtl", row, "direction")
    if row.get("alphabet", Alphabet.GSM7) not in list(Alphabet):
        raise file.error("alphabet is gsm7 or ucs2", row, "alphabet")
    if row.get("spoken", WHERE_NAMED) != WHERE_NAMED:
        raise file.error(f"spoken is `{WHERE_NAMED}`, or not said", row, "spoken")
    words = row.get("words", {})
    for meaning in MEANINGS:
        if not words.get(meaning):
            raise file.error(f"no word for `{meaning}` in {code}", row, "words")
    return Language(
        code=code,
        name=str(row.get("name", code)),
        name_gsm7=_name_gsm7(file, row, code),
        is_where_named="spoken" in row,
        direction=row.get("direction", "ltr"),
        fallback=row.get("fallback"),
        alphabet=Alphabet(row.get("alphabet", Alphabet.GSM7)),
        words={
            meaning: tuple(str(word) for word in words.get(meaning) or ())
            for meaning in (*MEANINGS, *OPTIONAL_MEANINGS)
        },
    )


def _name_gsm7(file: YamlFile, row: dict[str, Any], code: str) -> str:
    """The name on a screen of another language; one in a script of its own needs it beside."""
    key = "name_gsm7" if "name_gsm7" in row else "name"
    name = fold(str(row.get(key, code)))
    if not is_gsm7(name):
        hint = "add `name_gsm7:`, the name as a reader of the other languages writes it"
        raise file.error(f"no phone shows {name!r} beside the other languages", row, key, hint)
    return name
