"""For each language how many SMS are translated and signed, and the most segments that one can take."""

from dataclasses import dataclass

from mhealth.sms.templates import Templates
from mhealth.sms.text_file import longest_size


@dataclass(frozen=True, slots=True)
class SmsScore:
    """One language; `segments` of its own texts with the longest values."""

    texts: int
    translated: int
    reviewed: int
    segments: int


def score_sms(templates: Templates) -> dict[str, SmsScore]:
    """By the language's code."""
    return {code: _score(templates, code) for code in templates.languages.by_code}


def _score(templates: Templates, code: str) -> SmsScore:
    language = templates.languages.by_code[code]
    own = [file for (spoken, _), file in templates.files.items() if spoken == code]
    signed = {c.path for c in templates.contents if c.is_signed}
    sizes = [longest_size(file, templates.limits, language).segments for file in own]
    return SmsScore(
        texts=len(templates.entries),
        translated=len(own),
        reviewed=sum(file.shown in signed for file in own),
        segments=max(sizes, default=0),
    )
