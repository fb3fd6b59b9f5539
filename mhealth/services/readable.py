"""What a content file says, for somebody who signs it: rules, screens, texts, as they are spoken.

Made from what the process has loaded, so that what is shown is what is said to people.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from mhealth.content.phrases import Phrases
from mhealth.content.review import ContentFile, Kind
from mhealth.domain.gsm7 import SmsSize, fold, measure
from mhealth.services.readable_flow import Screen, screens_of
from mhealth.services.readable_words import Joiners, rule_words
from mhealth.sms.templates import Templates
from mhealth.sms.text_file import longest_size
from mhealth.triage.evaluate import danger_signs
from mhealth.triage.protocol import Protocol, Rule
from mhealth.triage.translations import MAX_ADVICE, MAX_LABEL
from mhealth.ussd.book import Book
from mhealth.ussd.text import spelled


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One text with its length in septets; `limit` is the most that fits, `original` the French.

    `text` is empty when the language has none and its fallback speaks.
    """

    key: str
    text: str
    limit: int | None = None
    original: str | None = None
    meaning: str = ""

    @property
    def length(self) -> int:
        """Septets as sent."""
        return measure(fold(self.text)).length


@dataclass(frozen=True, slots=True)
class ShownRule:
    """One rule with its condition in words."""

    rule: Rule
    words: str


@dataclass(frozen=True, slots=True)
class SignGroup:
    """Signs asked together; `dangers` are those that end the questions at once."""

    signs: tuple[Text, ...]
    dangers: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sms:
    """One SMS: what may fill it, and its size with the longest values."""

    text: Text
    values: Mapping[str, int]
    longest: SmsSize
    most_segments: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Readable:
    """One file. What a kind does not have is empty."""

    protocol: Protocol | None = None
    groups: tuple[SignGroup, ...] = ()
    rules: tuple[ShownRule, ...] = ()
    texts: tuple[Text, ...] = ()
    screens: tuple[Screen, ...] = ()
    sms: Sms | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """All that is spoken, as a process has it."""

    protocols: Mapping[str, Protocol]
    book: Book
    phrases: Phrases
    templates: Templates
    joiners: Joiners = field(default_factory=Joiners)


def read_file(spoken: Spoken, file: ContentFile) -> Readable:
    """What the file says; `file` is one of those that this content lists."""
    name = PurePosixPath(file.path).stem
    match file.kind:
        case Kind.PROTOCOL if file.original is None:
            return _protocol(spoken, spoken.protocols[name], file.language)
        case Kind.PROTOCOL:
            return Readable(texts=tuple(_translated(spoken.protocols[name], file.language)))
        case Kind.FLOW:
            return Readable(screens=screens_of(spoken.book, name, file.language, spoken.joiners))
        case Kind.PHRASES if name == "screens":
            return Readable(texts=tuple(_engine_words(spoken.book, file)))
        case Kind.PHRASES:
            return Readable(texts=tuple(_phrases(spoken.phrases, file)))
        case Kind.SMS:
            return Readable(sms=_sms(spoken.templates, file, name))


def _protocol(spoken: Spoken, protocol: Protocol, code: str) -> Readable:
    dangers = danger_signs(protocol)
    labels = {key: sign.labels[code] for key, sign in protocol.signs.items()}
    groups = (
        SignGroup(tuple(_sign(protocol, key, code) for key in group), dangers)
        for group in protocol.groups
    )
    advice = (
        Text(key=key, text=texts[code], limit=MAX_ADVICE) for key, texts in protocol.advice.items()
    )
    return Readable(
        protocol=protocol,
        groups=tuple(groups),
        rules=tuple(
            ShownRule(rule, rule_words(rule.condition, labels, spoken.joiners))
            for rule in protocol.rules
        ),
        texts=tuple(advice),
    )


def _sign(protocol: Protocol, key: str, code: str) -> Text:
    sign = protocol.signs[key]
    return Text(key=key, text=sign.labels[code], limit=MAX_LABEL, meaning=sign.meaning)


def _translated(protocol: Protocol, code: str) -> Iterator[Text]:
    """Title, signs and advice beside the original; a sign's meaning is for the reader."""
    own = protocol.contents[0].language
    lacking = protocol.untranslated[code]
    named = {
        "title": (protocol.title, None, ""),
        **{f"signs.{k}": (s.labels, MAX_LABEL, s.meaning) for k, s in protocol.signs.items()},
        **{f"advice.{k}": (texts, MAX_ADVICE, "") for k, texts in protocol.advice.items()},
    }
    for key, (texts, limit, meaning) in named.items():
        text = "" if key in lacking else texts[code]
        yield Text(key=key, text=text, limit=limit, original=texts[own], meaning=meaning)


def _engine_words(book: Book, file: ContentFile) -> Iterator[Text]:
    own = book.languages.default.code
    for key, texts in book.phrases.items():
        original = spelled(texts[own]) if file.is_translation else None
        yield Text(key=key, text=spelled(texts[file.language]), original=original)


def _phrases(phrases: Phrases, file: ContentFile) -> Iterator[Text]:
    own = phrases.by_language[phrases.languages.default.code]
    here = phrases.by_language[file.language]
    for key, text in own.items():
        yield Text(key=key, text=here.get(key, ""), original=text if file.is_translation else None)


def _sms(templates: Templates, file: ContentFile, name: str) -> Sms:
    entry, found = templates.entries[name], templates.files[file.language, name]
    spoken = templates.languages.by_code[file.language]
    own = templates.files[templates.languages.default.code, name]
    original = own.text if file.is_translation else None
    return Sms(
        text=Text(key=name, text=found.text, original=original),
        values={value: templates.limits[value] for value in entry.values},
        longest=longest_size(found, templates.limits, spoken),
        most_segments=entry.most_segments(spoken.alphabet),
    )
