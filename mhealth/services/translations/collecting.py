"""Gathers all texts of a language from content that is sound."""

from mhealth.content.languages import declared_languages
from mhealth.content.library import Library
from mhealth.domain.errors import ContentError
from mhealth.domain.language import Language, Languages
from mhealth.services.content import flow_sources
from mhealth.services.translations.flow_texts import flow_units
from mhealth.services.translations.other_texts import phrase_units, protocol_units, sms_units
from mhealth.services.translations.units import Shelf, Unit
from mhealth.sms.templates import load_templates
from mhealth.triage.loader import load_protocols
from mhealth.ussd.compiling import compile_flows
from mhealth.ussd.source import Sources


class NoSuchLanguage(ValueError):
    """A language that nothing is translated into; `str()` says why."""


def units_of(library: Library, code: str | None) -> list[Unit]:
    """Every text in a stable order, with its translation into a declared language.

    `code` None: without translations, for a template. Raises ContentError when the content is not sound,
    NoSuchLanguage for a code that is not declared and for the language that is translated from.
    """
    languages = declared_languages(library)
    shelf = Shelf(library=library, languages=languages, language=_language(languages, code))
    sources = Sources(flow_sources(load_protocols(library, languages)), languages)
    compiled = compile_flows(library, languages, sources)
    for fault in compiled.faults.errors:
        raise fault.as_error()
    units = [
        *flow_units(shelf, compiled),
        *phrase_units(shelf),
        *protocol_units(shelf),
        *sms_units(shelf, load_templates(library, languages)),
    ]
    named = {unit.context: unit for unit in units}
    if len(named) != len(units):
        raise ContentError("ussd_flows:1:1", "two texts of the same name")
    return units


def _language(languages: Languages, code: str | None) -> Language | None:
    if code is None:
        return None
    if code not in languages.by_code:
        declared = ", ".join(languages.by_code)
        raise NoSuchLanguage(
            f"no language {code!r} in ussd_flows/languages.yaml (declared: {declared})"
        )
    if code == languages.default.code:
        raise NoSuchLanguage(f"{code!r} is what the other languages are translated from")
    return languages.by_code[code]
