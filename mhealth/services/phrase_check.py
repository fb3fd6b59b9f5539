"""Proves the short words of `phrases.yaml` in each language: said, and in letters that phones have."""

import unicodedata
from collections.abc import Iterator, Mapping

from mhealth.content.library import Library
from mhealth.content.phrases import NEEDED, load_phrases
from mhealth.content.yaml_file import YamlFile, read_yaml
from mhealth.domain.errors import ContentError
from mhealth.domain.language import Language, Languages
from mhealth.ussd.faults import Fault, Severity


def check_phrases(library: Library, languages: Languages) -> Iterator[Fault]:
    """All faults, by language."""
    try:
        phrases = load_phrases(library, languages)
    except ContentError as error:
        yield Fault(error.place, error.problem, error.hint, rule="phrases")
        return
    for content in phrases.contents:
        file = read_yaml(library.find(content.path))
        yield from _of_language(file, languages.by_code[content.language])


def _of_language(file: YamlFile, language: Language) -> Iterator[Fault]:
    rows: Mapping[str, object] = file.data["phrases"]
    for key in NEEDED:
        if key not in rows:
            yield Fault(file.place(None, "phrases"), f"not translated into {language.code}: {key}",
                        f"add it to {file.name}", Severity.WARNING, rule="untranslated")  # fmt: skip
    for key, text in rows.items():
        place = file.place(rows, key)
        if not str(text or "").strip():
            yield Fault(place, f"phrase `{key}` is empty", "write it, in quotes", rule="empty-text")
        strange = _strange(str(text), language)
        if strange:
            yield Fault(place, f"phones do not show {strange} of phrase `{key}`",
                        "write it with letters and signs that phones have", rule="unshowable")  # fmt: skip


def _strange(text: str, language: Language) -> str:
    """The letters that cannot be sent in the language's alphabet."""
    folded = language.alphabet.fold(text)
    found = sorted({char for char in folded if not language.alphabet.holds(char)})
    return ", ".join(f"{c!r} ({unicodedata.name(c, f'U+{ord(c):04X}')})" for c in found)
