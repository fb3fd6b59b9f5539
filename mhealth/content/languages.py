"""Reads `ussd_flows/languages.yaml`: adding a language takes no Python."""

from collections.abc import Sequence
from typing import Any

from mhealth.content.library import Library
from mhealth.content.yaml_file import YamlFile, read_yaml
from mhealth.domain.alphabet import Alphabet
from mhealth.domain.errors import SettingsError
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
`oui mais`. What each does is told in docs/how-to/add-a-language.md."""


def load_languages(library: Library, only: Sequence[str] = ()) -> Languages:
    """The declared languages in the file's order, or of these the ones named by `only`.

    Raises ContentError for a mistake in the file, SettingsError for one in `only`.
    """
    file = read_yaml(library.find("ussd_flows/languages.yaml"))
    languages = file.data.get("languages")
    if not isinstance(languages, dict) or not languages:
        raise file.error("no `languages:` mapping")
    loaded = {code: _read(file, languages, code) for code in languages}
    for code, language in loaded.items():
        if language.fallback is not None and language.fallback not in loaded:
            raise file.error(f"unknown fallback {language.fallback!r}", languages[code], "fallback")
    declared = Languages(loaded)
    try:
        return declared.only(only) if only else declared
    except ValueError as error:
        raise SettingsError(f"MHEALTH_LANGUAGES: {error}") from error


def _read(file: YamlFile, languages: dict[str, Any], code: str) -> Language:
    row = languages[code]
    unknown = set(row) - {"name", "direction", "alphabet", "fallback", "words"}
    if unknown:
        raise file.error(f"unknown key {min(unknown)!r}", row, min(unknown))
    if row.get("direction", "ltr") not in ("ltr", "rtl"):
        raise file.error("direction is ltr or rtl", row, "direction")
    if row.get("alphabet", Alphabet.GSM7) not in list(Alphabet):
        raise file.error("alphabet is gsm7 or ucs2", row, "alphabet")
    words = row.get("words", {})
    for meaning in MEANINGS:
        if not words.get(meaning):
            raise file.error(f"no word for `{meaning}` in {code}", row, "words")
    return Language(
        code=code,
        name=str(row.get("name", code)),
        direction=row.get("direction", "ltr"),
        fallback=row.get("fallback"),
        alphabet=Alphabet(row.get("alphabet", Alphabet.GSM7)),
        words={
            meaning: tuple(str(word) for word in words.get(meaning) or ())
            for meaning in (*MEANINGS, *OPTIONAL_MEANINGS)
        },
    )
