"""Proves everything that programme staff write, and counts the files that bear no signature."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mhealth.content.languages import declared_languages
from mhealth.content.library import Library
from mhealth.content.phrases import load_phrases
from mhealth.content.weak_pins import PLACE as WEAK_PINS
from mhealth.content.weak_pins import load_weak_pins
from mhealth.content.yaml_file import read_yaml
from mhealth.domain.errors import ContentError
from mhealth.domain.language import Languages
from mhealth.services.content import files_of, flow_sources, load_book
from mhealth.sms.templates import MISSING, check_templates, load_templates
from mhealth.triage.loader import FOLDER, load_protocols, read_protocol
from mhealth.triage.protocol import Protocol
from mhealth.ussd.checks import Fault, Severity, check_flows

_WHOLE_FILE = re.compile(r"not translated: ussd_flows/lang/(\w+)/\S+ is missing")


@dataclass(frozen=True, slots=True)
class Proof:
    """All faults, by file and line, and the files that bear no signature on what they say."""

    faults: tuple[Fault, ...]
    drafts: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        """True when nothing would stop a start."""
        return not any(fault.severity is Severity.ERROR for fault in self.faults)


def check_content(library: Library) -> Proof:
    """Check languages, protocols, flows, phrases and SMS; as much as can be told in one run."""
    try:
        languages = declared_languages(library)
    except ContentError as error:
        return Proof((_fault(error),), ())
    protocols: dict[str, Protocol] = {}
    faults = list(_protocol_faults(library, languages, protocols))
    if all(fault.severity is not Severity.ERROR for fault in faults):
        faults += check_flows(library, languages, flow_sources(protocols))
    faults += [*_phrase_faults(library, languages), *_template_faults(library, languages)]
    faults += _pin_faults(library)
    told = [fault for fault in faults if not _is_left_out(fault, languages)]
    proof = Proof(tuple(sorted(told, key=lambda fault: fault.severity)), ())  # errors first
    if not proof.is_sound:
        return proof
    files = files_of(
        protocols,
        load_book(library, languages, protocols),
        load_phrases(library, languages),
        load_templates(library, languages),
    )
    return Proof(proof.faults, tuple(file.path for file in files if not file.is_signed))


def _is_left_out(fault: Fault, languages: Languages) -> bool:
    """True for a whole file that a language lacks which is spoken only where it is named.

    Such a language is in one flow and its SMS; what it has begun is told like any other's.
    """
    found = _WHOLE_FILE.fullmatch(fault.problem)
    code = found[1] if found else ""
    if fault.problem == MISSING:
        code = fault.place.split("/")[1]
    return code in languages.by_code and languages.by_code[code].is_where_named


def _protocol_faults(
    library: Library, languages: Languages, protocols: dict[str, Protocol]
) -> Iterator[Fault]:
    """Fill `protocols` with what is sound; the faults come out."""
    for relative, path in library.files(FOLDER, "*.yaml").items():
        try:
            protocol = read_protocol(library, languages, read_yaml(path), relative)
        except ContentError as error:
            yield _fault(error)
        else:
            protocols[protocol.name] = protocol
            yield from _untranslated(protocol)
    if len(protocols) == len(library.files(FOLDER, "*.yaml")):
        try:
            load_protocols(library, languages)
        except ContentError as error:  # together they leave an age or a subject unserved
            yield _fault(error)


def _untranslated(protocol: Protocol) -> Iterator[Fault]:
    translated = {content.language for content in protocol.contents}
    for language, keys in protocol.untranslated.items():
        if language not in translated:
            relative = f"ussd_flows/lang/{language}/protocols/{protocol.name}.yaml"
            problem = f"not translated: {relative} is missing"
            place = f"ussd_flows/content/protocols/{protocol.name}.yaml:1:1"
            yield Fault(place, problem, severity=Severity.WARNING)
            continue
        place = f"ussd_flows/lang/{language}/protocols/{protocol.name}.yaml:1:1"
        for key in keys:
            yield Fault(place, f"not translated: {key}", severity=Severity.WARNING)


def _template_faults(library: Library, languages: Languages) -> Iterator[Fault]:
    """A text that only another language than the first lacks is a warning: the fallback speaks."""
    first = f"sms_templates/{languages.default.code}/"
    for error in check_templates(library, languages):
        is_spoken = error.problem == MISSING and not error.place.startswith(first)
        severity = Severity.WARNING if is_spoken else Severity.ERROR
        yield Fault(error.place, error.problem, error.hint, severity)


def _pin_faults(library: Library) -> Iterator[Fault]:
    try:
        load_weak_pins(library)
    except ContentError as error:
        yield _fault(error)
    except FileNotFoundError:
        yield Fault(f"{WEAK_PINS}:1:1", "this file is needed and missing")


def _phrase_faults(library: Library, languages: Languages) -> Iterator[Fault]:
    try:
        load_phrases(library, languages)
    except ContentError as error:
        yield _fault(error)


def _fault(error: ContentError) -> Fault:
    return Fault(error.place, error.problem, error.hint)
