"""All content of a process, read together; and what rooms may not know of each other, composed."""

from collections.abc import Mapping
from dataclasses import dataclass

from mhealth.content.languages import load_languages
from mhealth.content.library import Library
from mhealth.content.phrases import Phrases, load_phrases
from mhealth.content.review import ContentFile, Kind
from mhealth.domain.language import Languages
from mhealth.services.uncollected import uncollected
from mhealth.settings import Settings
from mhealth.sms.templates import Templates, load_templates
from mhealth.triage.evaluate import danger_signs
from mhealth.triage.loader import load_protocols
from mhealth.triage.protocol import Protocol
from mhealth.ussd.book import Book, build_book
from mhealth.ussd.source import Groups, SourceOption


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What programme staff write, as read once."""

    library: Library
    languages: Languages
    protocols: Mapping[str, Protocol]
    phrases: Phrases
    templates: Templates
    book: Book

    @property
    def files(self) -> tuple[ContentFile, ...]:
        """Everything that somebody signs, in the spoken languages."""
        return files_of(self.protocols, self.book, self.phrases, self.templates)


def load_content(library: Library, settings: Settings) -> Content:
    """All content in the languages of the settings. Raises ContentError or SettingsError."""
    with uncollected():  # looking through it all again and again costs a third more
        return _load(library, settings)


def _load(library: Library, settings: Settings) -> Content:
    languages = load_languages(library, settings.language_codes)
    protocols = load_protocols(library, languages)
    return Content(
        library=library,
        languages=languages,
        protocols=protocols,
        phrases=load_phrases(library, languages),
        templates=load_templates(library, languages),
        book=load_book(library, languages, protocols),
    )


def files_of(
    protocols: Mapping[str, Protocol], book: Book, phrases: Phrases, templates: Templates
) -> tuple[ContentFile, ...]:
    """Everything there is to sign: rules first, then screens, words and SMS; originals first."""
    protocol_files = [file for protocol in protocols.values() for file in protocol.contents]
    files = [*protocol_files, *book.contents, *phrases.contents, *templates.contents]
    rank = {language: number for number, language in enumerate(book.languages.by_code)}
    kinds = {kind: number for number, kind in enumerate(Kind)}
    return tuple(sorted(files, key=lambda f: (kinds[f.kind], rank[f.language], f.path)))


def load_book(library: Library, languages: Languages, protocols: Mapping[str, Protocol]) -> Book:
    """All flows, with the signs of all protocols to ask. Raises ContentError."""
    return build_book(library, languages, flow_sources(protocols))


def flow_sources(protocols: Mapping[str, Protocol]) -> dict[str, Groups]:
    """Protocol -> its groups of signs as the dialogue engine wants them."""
    return {name: _groups(protocol) for name, protocol in protocols.items()}


def _groups(protocol: Protocol) -> Groups:
    stopping = danger_signs(protocol)
    return [
        [
            SourceOption(key=key, labels=protocol.signs[key].labels, stops=key in stopping)
            for key in group
        ]
        for group in protocol.groups
    ]
