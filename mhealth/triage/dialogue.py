"""What the dialogue needs of a protocol: the signs in the order of asking, and the words at the end."""

from dataclasses import dataclass

from mhealth.triage.evaluate import Assessment, danger_signs
from mhealth.triage.protocol import NOTHING_REPORTED, Protocol, Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOption:
    """One line of a menu of signs; `stops` ends the questions at once when it is chosen."""

    key: str
    label: str
    stops: bool


def sign_groups(protocol: Protocol, language: str) -> list[list[SignOption]]:
    """The groups of signs in the order of asking, labelled in the language or its fallback."""
    stopping = danger_signs(protocol)
    return [[_option(protocol, key, language, stopping) for key in g] for g in protocol.groups]


def _option(protocol: Protocol, key: str, language: str, stopping: frozenset[str]) -> SignOption:
    label = speak(protocol.signs[key].labels, language)
    return SignOption(key=key, label=label, stops=key in stopping)


def advice_text(protocol: Protocol, assessment: Assessment, language: str) -> str:
    """What to do now, for the class; the return signs when nothing at all was reported."""
    key = NOTHING_REPORTED if assessment.is_empty else assessment.triage_class.value
    return speak(protocol.advice[key], language)


def speak(texts: Texts, language: str) -> str:
    """The text in this language; in the default one when the language is not declared."""
    return texts.get(language) or next(iter(texts.values()))
