"""Proves everything that programme staff write, and counts the files that bear no signature."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from mhealth.content.languages import declared_languages
from mhealth.content.library import Library
from mhealth.content.phrases import load_phrases
from mhealth.content.weak_pins import PLACE as WEAK_PINS
from mhealth.content.weak_pins import load_weak_pins
from mhealth.content.yaml_file import read_yaml
from mhealth.domain.errors import ContentError
from mhealth.domain.language import Languages
from mhealth.services.content import files_of, flow_sources, load_book
from mhealth.services.phrase_check import check_phrases
from mhealth.services.sms_scores import SmsScore, score_sms
from mhealth.sms.templates import MISSING, check_templates, load_templates
from mhealth.triage.loader import FOLDER, load_protocols, read_protocol
from mhealth.triage.protocol import Protocol
from mhealth.ussd.checks import Fault, Proven, Severity, prove_flows
from mhealth.ussd.proofs.catalogue import RULES
from mhealth.ussd.proofs.names import NO_NAMES, Names
from mhealth.ussd.proofs.timing import SESSION_SECONDS

_WHOLE_FILE = re.compile(r"not translated: ussd_flows/lang/(\w+)/\S+ is missing")


@dataclass(frozen=True, slots=True)
class Proof:
    """All faults, by file and line, and the files that bear no signature on what they say.

    `flows` is None when the protocols or languages they need are broken; `sms` is by language, and
    empty like `drafts` when anything is.
    """

    faults: tuple[Fault, ...]
    drafts: tuple[str, ...] = ()
    flows: Proven | None = None
    sms: Mapping[str, SmsScore] = field(default_factory=dict)

    @property
    def is_sound(self) -> bool:
        """True when nothing would stop a start."""
        return not any(fault.severity is Severity.ERROR for fault in self.faults)


def check_content(
    library: Library, *, names: Names = NO_NAMES, session_seconds: int = SESSION_SECONDS
) -> Proof:
    """Check languages, protocols, flows, phrases and SMS; as much as can be told in one run."""
    try:
        languages = declared_languages(library)
    except ContentError as error:
        return Proof((_fault(error, "languages"),))
    protocols: dict[str, Protocol] = {}
    faults = list(_protocol_faults(library, languages, protocols))
    flows: Proven | None = None
    if all(fault.severity is not Severity.ERROR for fault in faults):
        flows = prove_flows(library, languages, flow_sources(protocols), names=names,
                            session_seconds=session_seconds)  # fmt: skip
        faults += flows.faults
    faults += [*check_phrases(library, languages), *_template_faults(library, languages)]
    faults += _pin_faults(library)
    told = [fault for fault in faults if not _is_left_out(fault, languages)]
    ranks = list(Severity)
    errors_first = sorted(map(_with_hint, told), key=lambda fault: ranks.index(fault.severity))
    proof = Proof(tuple(errors_first), flows=flows)
    if not proof.is_sound:
        return proof
    templates = load_templates(library, languages)
    files = files_of(
        protocols,
        load_book(library, languages, protocols),
        load_phrases(library, languages),
        templates,
    )
    drafts = tuple(file.path for file in files if not file.is_signed)
    return Proof(proof.faults, drafts, flows, score_sms(templates))


def _with_hint(fault: Fault) -> Fault:
    """Where the finder has no word of its own, what mends every fault of this rule."""
    return fault if fault.hint else replace(fault, hint=RULES[fault.rule].mend)


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
            yield _fault(error, "protocol")
        else:
            protocols[protocol.name] = protocol
            yield from _untranslated(protocol)
    if len(protocols) == len(library.files(FOLDER, "*.yaml")):
        try:
            load_protocols(library, languages)
        except ContentError as error:  # together they leave an age or a subject unserved
            yield _fault(error, "protocol")


def _untranslated(protocol: Protocol) -> Iterator[Fault]:
    translated = {content.language for content in protocol.contents}
    for language, keys in protocol.untranslated.items():
        if language not in translated:
            relative = f"ussd_flows/lang/{language}/protocols/{protocol.name}.yaml"
            problem = f"not translated: {relative} is missing"
            place = f"ussd_flows/content/protocols/{protocol.name}.yaml:1:1"
            yield _warning(place, problem)
            continue
        place = f"ussd_flows/lang/{language}/protocols/{protocol.name}.yaml:1:1"
        for key in keys:
            yield _warning(place, f"not translated: {key}")


def _template_faults(library: Library, languages: Languages) -> Iterator[Fault]:
    """A text that only another language than the first lacks is a warning: the fallback speaks."""
    first = f"sms_templates/{languages.default.code}/"
    for error in check_templates(library, languages):
        is_spoken = error.problem == MISSING and not error.place.startswith(first)
        severity = Severity.WARNING if is_spoken else Severity.ERROR
        rule = "untranslated" if is_spoken else "sms"
        yield Fault(error.place, error.problem, error.hint, severity, rule=rule)


def _pin_faults(library: Library) -> Iterator[Fault]:
    try:
        load_weak_pins(library)
    except ContentError as error:
        yield _fault(error, "weak-pins")
    except FileNotFoundError:
        yield Fault(f"{WEAK_PINS}:1:1", "this file is needed and missing", rule="unreadable-file")


def _fault(error: ContentError, rule: str) -> Fault:
    return Fault(error.place, error.problem, error.hint, rule=rule)


def _warning(place: str, problem: str) -> Fault:
    return Fault(place, problem, severity=Severity.WARNING, rule="untranslated")
