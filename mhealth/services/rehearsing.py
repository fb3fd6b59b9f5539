"""What dialogues are rehearsed upon: the shipped flows, protocols and phrases, and invented platforms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mhealth.content.languages import load_languages
from mhealth.content.library import Library
from mhealth.content.phrases import load_phrases
from mhealth.domain.triage import Subject
from mhealth.services.content import load_book
from mhealth.triage.choose import choose_protocol
from mhealth.triage.dialogue import advice_text
from mhealth.triage.evaluate import assess
from mhealth.triage.loader import load_protocols
from mhealth.triage.protocol import Protocol
from mhealth.ussd.rehearsal.platform import Verdict
from mhealth.ussd.rehearsal.platform_file import load_platforms
from mhealth.ussd.rehearsal.replay import Stage


@dataclass(frozen=True, slots=True)
class ProtocolRules:
    """The clinical rules of the protocols, for a rehearsal."""

    protocols: Mapping[str, Protocol]

    def protocol_for(self, subject: str, age_days: int | None) -> str:
        """The name of the protocol that asks."""
        return choose_protocol(self.protocols, Subject(subject), age_days).name

    def weigh(self, protocol: str, signs: Mapping[str, bool], language: str) -> Verdict:
        """The class of these signs, and its advice in a language."""
        table = self.protocols[protocol]
        found = assess(table, signs)
        return Verdict(found.triage_class.value, advice_text(table, found, language))


def open_stage(library: Library, languages: Sequence[str] = ()) -> Stage:
    """Read everything, in all declared languages or in these. Raises ContentError or SettingsError."""
    spoken = load_languages(library, languages)
    protocols = load_protocols(library, spoken)
    return Stage(
        book=load_book(library, spoken, protocols),
        platforms=load_platforms(library),
        rules=ProtocolRules(protocols),
        phrases=load_phrases(library, spoken),
    )
