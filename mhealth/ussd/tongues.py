"""In which language a flow is spoken to whom: a screen never mixes two alphabets.

In GSM-7 a text that is missing is said in the fallback, beside the others. A UCS-2 screen holds less than
half as much, so such a language is spoken in a flow when all of the flow and the engine's own words are
written in it, or not at all: then the fallback speaks the whole flow.
"""

from collections.abc import Iterable

from mhealth.domain.alphabet import Alphabet
from mhealth.domain.language import Languages
from mhealth.ussd.flow_file import FlowFile
from mhealth.ussd.text import Template

Tongues = dict[str, str]
"""A caller's language -> the language that the flow is spoken in."""


def same(languages: Languages) -> Tongues:
    """Everybody in his own."""
    return {code: code for code in languages.by_code}


def first_guess(flow: FlowFile, languages: Languages, lacking: Iterable[str]) -> Tongues:
    """Before the flow is read: a UCS-2 language without a file, or one of `lacking`, is not spoken."""
    without = {
        code
        for code, language in languages.by_code.items()
        if language.alphabet is Alphabet.UCS2 and code not in flow.translations
    }
    return without_languages(languages, without.union(lacking))


def without_languages(languages: Languages, silent: Iterable[str]) -> Tongues:
    """Everybody in his own, but these in the first of their fallbacks that is not among them."""
    left_out = set(silent) - {languages.default.code}
    return {
        code: next(own for own in languages.chain(code) if own not in left_out)
        for code in languages.by_code
    }


def questions_that_fit(own: Template, others: Iterable[Template], room: int) -> str:
    """One question in each language, a line each: the first always, others of its alphabet that fit."""
    size = own.alphabet.size
    asked = [own.fill({})]
    for text in others:
        line = text.fill({})
        taken = sum(size(each) + len("\n") for each in asked)
        is_new = text.alphabet is own.alphabet and line not in asked
        if is_new and taken + size(line) <= room:
            asked.append(line)
    return "\n".join(asked)
