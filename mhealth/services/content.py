"""Composes content that rooms may not know of each other: the protocols' signs into the flows."""

from collections.abc import Mapping

from mhealth.content.library import Library
from mhealth.domain.language import Languages
from mhealth.triage.evaluate import danger_signs
from mhealth.triage.protocol import Protocol
from mhealth.ussd.book import Book, build_book
from mhealth.ussd.source import Groups, SourceOption


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
