"""One message, one file, one language: a header that says who reviewed it, then the text."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mhealth.content.library import content_hash
from mhealth.content.review import DRAFT, ContentFile, Kind, Review
from mhealth.domain.alphabet import Alphabet
from mhealth.domain.bidi import right_to_left
from mhealth.domain.errors import ContentError
from mhealth.domain.gsm7 import SmsSize, measure
from mhealth.domain.language import Language
from mhealth.sms.index import Entry, Index

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_HEADER = re.compile(r"(?:#[^\n]*(?:\n|\Z)|[ \t]*\n)*[ \t]*")
_REVIEW = re.compile(r"^#\s*review:[ \t]*(.*?)[ \t]*$", re.MULTILINE)
_SIGNED = re.compile(r"by (.{2,80}?), on (\d{4}-\d{2}-\d{2}), version ([0-9a-f]{16})")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFile:
    """`text` is as written, in full accents; `shown` the path for messages; `start` where text begins."""

    name: str
    language: str
    shown: str
    text: str
    review: Review
    header: str = ""

    def content(self, original: "TextFile | None" = None) -> ContentFile:
        """What there is to sign; a translation is signed against its original."""
        said = [self.text] if original is None else [self.text, original.text]
        return ContentFile(
            path=self.shown,
            kind=Kind.SMS,
            language=self.language,
            original=None if original is None else original.shown,
            version=content_hash(*said),
            review=self.review,
        )

    def error(self, problem: str, offset: int = 0, hint: str = "") -> ContentError:
        """A ContentError at a character of the text."""
        before = self.header + self.text[:offset]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        return ContentError(f"{self.shown}:{line}:{column}", problem, hint)


def read_text_file(path: Path, language: str, name: str) -> TextFile:
    """Read one file. Raises ContentError when it is not UTF-8 or has no review header."""
    shown = f"sms_templates/{language}/{name}.txt"
    try:
        written = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ContentError(f"{shown}:1:1", f"not UTF-8: {error.reason}") from error
    header, text = split_header(written)
    return TextFile(
        name=name,
        language=language,
        shown=shown,
        text=unicodedata.normalize("NFC", text.rstrip()),
        review=_read_review(header, shown),
        header=header,
    )


def split_header(written: str) -> tuple[str, str]:
    """The comments at the head of a file, and the text below them."""
    matched = _HEADER.match(written)
    end = matched.end() if matched else 0
    return written[:end], written[end:]


def _read_review(header: str, shown: str) -> Review:
    hint = "first line: `# review: draft` or `# review: by <who>, on <yyyy-mm-dd>, version <hash>`"
    found = _REVIEW.search(header)
    if found is None:
        raise ContentError(f"{shown}:1:1", "no review header", hint)
    if found[1] == DRAFT:
        return Review()
    signed = _SIGNED.fullmatch(found[1])
    if signed is None:
        raise ContentError(f"{shown}:1:1", "review says neither draft nor who signed", hint)
    return Review(by=signed[1], on=signed[2], version=signed[3])


def faults_of(
    file: TextFile, entry: Entry, index: Index, language: Language
) -> Iterator[ContentError]:
    """Everything wrong with one text."""
    if not file.text:
        yield file.error("the text is empty")
        return
    yield from _placeholder_faults(file, entry)
    yield from _letter_faults(file, language.alphabet)
    yield from _word_faults(file, index.never_say.get(file.language, ()))
    yield from _size_faults(file, entry, index, language)


def _placeholder_faults(file: TextFile, entry: Entry) -> Iterator[ContentError]:
    used = {found[1]: found.start() for found in PLACEHOLDER.finditer(file.text)}
    allowed = ", ".join(entry.values) or "none"
    for name in sorted(set(used) - set(entry.values)):
        yield file.error(f"unknown placeholder {{{name}}}", used[name], f"allowed: {allowed}")
    for name in entry.values:
        if name not in used:
            yield file.error(f"placeholder {{{name}}} is missing")
    blanked = PLACEHOLDER.sub(lambda found: "x" * len(found.group()), file.text)
    stray = re.search(r"[{}]", blanked)
    if stray:
        yield file.error("a brace that belongs to no placeholder", stray.start())


def _letter_faults(file: TextFile, alphabet: Alphabet) -> Iterator[ContentError]:
    control = _CONTROL.search(file.text)
    if control:
        yield file.error("a control character", control.start())
    if _is_sent(file.text, alphabet):
        return
    strange = next((i for i, c in enumerate(file.text) if not _is_sent(c, alphabet)), None)
    if strange is not None and not control:
        char = file.text[strange]
        yield file.error(f"{char!r} is not in GSM-7, even folded: 70 characters a segment", strange)


def _is_sent(text: str, alphabet: Alphabet) -> bool:
    return alphabet.holds(alphabet.fold(text))


def _word_faults(file: TextFile, never_say: tuple[str, ...]) -> Iterator[ContentError]:
    if not never_say or not _any_of(never_say).search(file.text):
        return
    for word in never_say:
        found = _any_of((word,)).search(file.text)
        if found:
            yield file.error(f"an SMS never says {word!r}", found.start())


@cache
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b", re.IGNORECASE)


def longest_size(file: TextFile, limits: Mapping[str, int], language: Language) -> SmsSize:
    """What the SMS takes with the longest values, and the mark before a Latin name at its head."""
    text = language.alphabet.fold(file.text)
    filled = PLACEHOLDER.sub(lambda found: "x" * limits.get(found[1], 0), text)
    if language.direction == "rtl":
        filled = right_to_left(filled)
    return measure(filled, as_ucs2=language.alphabet is Alphabet.UCS2)


def _size_faults(
    file: TextFile, entry: Entry, index: Index, language: Language
) -> Iterator[ContentError]:
    size = longest_size(file, index.limits, language)
    most = entry.most_segments(language.alphabet)
    if size.segments > most:
        unit = "septets" if size.is_gsm7 else "UTF-16 units"
        problem = f"{size.segments} segments with the longest values: {size.length} {unit}"
        key = "max_segments" if size.is_gsm7 else "max_segments_ucs2"
        yield file.error(problem, hint=f"at most {most}: shorten it, or raise its `{key}`")
