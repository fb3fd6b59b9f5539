"""What the product says by SMS: loads `sms_templates/`, proves it, and renders one message."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mhealth.content.library import Library
from mhealth.content.review import ContentFile
from mhealth.domain.alphabet import Alphabet
from mhealth.domain.bidi import ordered, right_to_left
from mhealth.domain.digits import western_digits
from mhealth.domain.errors import ContentError
from mhealth.domain.gsm7 import SmsSize, measure
from mhealth.domain.language import Language, Languages
from mhealth.domain.message import Lane
from mhealth.sms.index import Entry, Index, read_index
from mhealth.sms.text_file import PLACEHOLDER, TextFile, faults_of, read_text_file

_FOLDER, _EACH = "sms_templates", "*/*.txt"
_CUT = "..."
MISSING = "the text is missing"
"""The problem of a text that a language has not translated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """One SMS ready to send. `language` is the one that was found, `template` its name."""

    text: str
    language: str
    template: str
    size: SmsSize
    lane: Lane
    repeat_safe: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Templates:
    """All SMS of the product; immutable, shared by threads."""

    entries: Mapping[str, Entry]
    limits: Mapping[str, int]
    files: Mapping[tuple[str, str], TextFile]  # by (language, name)
    languages: Languages

    def render(self, name: str, language: str | None, values: Mapping[str, str]) -> Rendered:
        """The SMS in the person's language, else its fallbacks, within its segments.

        In a GSM-7 language text and values are folded: no letter turns it into UCS-2.

        A value longer than its declared most is cut with `...`; line breaks and control characters
        in values become spaces. Values that the template does not use are ignored. Raises KeyError
        for an unknown template or a missing value: the code that calls is wrong.
        """
        entry = self.entries[name]
        file = self._find(name, language)
        spoken = self.languages.by_code[file.language]
        ready = {v: _fit(values[v], self.limits[v], spoken) for v in entry.values}
        text = spoken.alphabet.fold(file.text)
        filled = PLACEHOLDER.sub(lambda found: ready[found[1]], text)
        if spoken.direction == "rtl":
            filled = right_to_left(filled)
        return Rendered(
            text=filled,
            language=file.language,
            template=name,
            size=measure(filled),
            lane=entry.lane,
            repeat_safe=entry.repeat_safe,
        )

    def language_of(self, name: str, language: str | None) -> str:
        """The language in which a person reads this SMS: what fills it is said in the same."""
        return self._find(name, language).language

    def _find(self, name: str, language: str | None) -> TextFile:
        chain = self.languages.chain(language)
        return next(self.files[code, name] for code in chain if (code, name) in self.files)

    @property
    def contents(self) -> list[ContentFile]:
        """What there is to sign."""
        default = self.languages.default.code
        return [
            file.content(None if code == default else self.files[default, name])
            for (code, name), file in sorted(self.files.items())
        ]


def load_templates(library: Library, languages: Languages) -> Templates:
    """Load all SMS. Raises ContentError at the first fault.

    A text that only another language than the default lacks is no fault here: the fallback speaks.
    """
    index = read_index(library)
    files: dict[tuple[str, str], TextFile] = {}
    for fault in _read_all(library, languages, index, files):
        raise fault
    for fault in _missing(library, languages, index):
        if fault.place.startswith(f"{_FOLDER}/{languages.default.code}/"):
            raise fault
    return Templates(entries=index.entries, limits=index.limits, files=files, languages=languages)


def check_templates(library: Library, languages: Languages) -> list[ContentError]:
    """Every fault of every text, in the order of files; a missing translation counts too."""
    try:
        index = read_index(library)
    except ContentError as error:
        return [error]
    files: dict[tuple[str, str], TextFile] = {}
    faults = list(_read_all(library, languages, index, files))
    return [*faults, *_missing(library, languages, index)]


def _read_all(
    library: Library,
    languages: Languages,
    index: Index,
    files: dict[tuple[str, str], TextFile],
) -> Iterator[ContentError]:
    """Fill `files` with what can be read; the faults come out."""
    for relative, path in library.files(_FOLDER, _EACH).items():
        language, _, file_name = relative.partition("/")
        name = file_name.removesuffix(".txt")
        place = f"{_FOLDER}/{relative}:1:1"
        if language in languages.silent:
            continue
        if language not in languages.by_code:
            yield ContentError(place, f"no language {language!r} in ussd_flows/languages.yaml")
        elif name not in index.entries:
            yield ContentError(place, "not listed in sms_templates/templates.yaml")
        else:
            try:
                files[language, name] = read_text_file(path, language, name)
            except ContentError as error:
                yield error
            else:
                spoken = languages.by_code[language]
                yield from faults_of(files[language, name], index.entries[name], index, spoken)


def _missing(library: Library, languages: Languages, index: Index) -> Iterator[ContentError]:
    there = library.files(_FOLDER, _EACH)
    for code in languages.by_code:
        for name in index.entries:
            if f"{code}/{name}.txt" not in there:
                yield ContentError(f"{_FOLDER}/{code}/{name}.txt:1:1", MISSING)


def _fit(value: str, most: int, spoken: Language) -> str:
    """A value on one line, in the alphabet of the SMS, and no longer than `most`."""
    alphabet = spoken.alphabet
    printable = "".join(c if c.isprintable() else " " for c in western_digits(value))
    plain = alphabet.fold(" ".join(printable.split()))
    if not alphabet.holds(plain):
        plain = "".join(c if alphabet.holds(c) else "?" for c in plain)
    if spoken.direction != "rtl":
        return _cut(plain, most, alphabet)
    marked = ordered(plain)
    is_over = alphabet.size(marked) > most
    return ordered(_cut(plain, most - 1, alphabet)) if is_over else marked


def _cut(plain: str, most: int, alphabet: Alphabet) -> str:
    if alphabet.size(plain) <= most:
        return plain
    return plain[: alphabet.reach(plain, most - len(_CUT))].rstrip() + _CUT
