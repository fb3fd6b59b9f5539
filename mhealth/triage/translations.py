"""The spoken texts of a protocol in every language: its own, its translations, and the fallback."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mhealth.content.library import Library
from mhealth.content.review import ContentFile, Kind, read_content
from mhealth.content.yaml_file import YamlFile, read_yaml
from mhealth.domain.gsm7 import fold, is_gsm7, measure
from mhealth.domain.language import Languages
from mhealth.triage import fields
from mhealth.triage.protocol import Texts

MAX_LABEL, MAX_ADVICE = 24, 110
"""Septets once folded: a menu label, and the advice that shares a last screen with place and code."""

_LIMITS = {"signs": MAX_LABEL, "advice": MAX_ADVICE}


@dataclass(frozen=True, slots=True)
class Spoken:
    """Language code -> text name (`title`, `signs.fever`, `advice.urgent`) -> text, as written."""

    languages: Languages
    written: Mapping[str, Mapping[str, str]]
    contents: tuple[ContentFile, ...] = ()  # the translations, as what there is to sign

    def texts(self, name: str) -> Texts:
        """One text in every declared language, the fallback filled in."""
        return {code: self._resolve(code, name) for code in self.languages.by_code}

    def _resolve(self, code: str, name: str) -> str:
        chain = self.languages.chain(code)
        return next(self.written[c][name] for c in chain if name in self.written[c])

    def untranslated(self) -> dict[str, tuple[str, ...]]:
        """For each language the names of the texts that it lacks, in the file's order."""
        own = self.written[self.languages.default.code]
        return {
            code: tuple(name for name in own if name not in there)
            for code, there in self.written.items()
        }


def read_spoken(library: Library, languages: Languages, file: YamlFile, relative: str) -> Spoken:
    """The protocol's own texts and its translations. Raises ContentError."""
    default = languages.default.code
    own = _texts(file, file.data, lambda *_: True)
    written: dict[str, Mapping[str, str]] = dict.fromkeys(languages.by_code, {})
    contents = []
    for code in languages.by_code:
        translation = None if code == default else _translation(library, code, relative)
        if translation is not None:
            written[code] = _texts(translation, translation.data, lambda name: name in own)
            contents.append(read_content(translation, Kind.PROTOCOL, code, file))
    return Spoken(languages, {**written, default: own}, tuple(contents))


def _translation(library: Library, code: str, relative: str) -> YamlFile | None:
    try:
        path = library.find(f"ussd_flows/lang/{code}/protocols/{relative}")
    except FileNotFoundError:
        return None
    file = read_yaml(path)
    fields.known_keys(file, file.data, "review", "title signs advice")
    return file


def _texts(file: YamlFile, data: fields.Part, is_known: Callable[[str], bool]) -> dict[str, str]:
    found = {"title": fields.text(file, data, "title")} if "title" in data else {}
    for section in (s for s in _LIMITS if s in data):
        part = fields.mapping(file, data, section)
        for key in part:
            name = f"{section}.{key}"
            if not is_known(name):
                raise file.error(f"the protocol has no {name}", part, key)
            found[name] = _sayable(file, part, key, section)
        _refuse_twins(file, part, found, section)
    return found


def _sayable(file: YamlFile, part: fields.Part, key: str, section: str) -> str:
    spoken = _spoken(file, part, key, section)
    folded = fold(spoken)
    limit = _LIMITS[section]
    if (length := measure(folded).length) > limit:
        raise file.error(f"{length} characters, at most {limit} fit", part, key)
    if not is_gsm7(folded) and _is_latin(folded):
        strange = next(c for c in folded if not is_gsm7(c))
        raise file.error(f"{strange!r} cannot be sent to every phone", part, key, "see gsm7.fold")
    return spoken


def _spoken(file: YamlFile, part: fields.Part, key: str, section: str) -> str:
    value = part[key]
    if section == "signs" and isinstance(value, Mapping):
        fields.known_keys(file, value, "label", "meaning")
        return fields.text(file, value, "label")
    return fields.text(file, part, key)


def _is_latin(text: str) -> bool:
    return next((c.isascii() for c in text if c.isalpha()), False)


def _refuse_twins(
    file: YamlFile, part: fields.Part, found: Mapping[str, str], section: str
) -> None:
    seen: dict[str, str] = {}
    for key in part:
        shown = _bare(found[f"{section}.{key}"])
        if shown in seen:
            raise file.error(f"reads like {seen[shown]!r} on a phone", part, key)
        seen[shown] = key


def _bare(text: str) -> str:
    """Without accents and case, as a hurried reader sees it."""
    marked = unicodedata.normalize("NFD", text.casefold())
    return "".join(c for c in marked if not "\u0300" <= c <= "\u036f")
