"""The book of all compiled flows, and how it is built; a mistake in any file refuses the whole book."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from mhealth.content.library import Library
from mhealth.content.review import ContentFile
from mhealth.domain.language import Languages
from mhealth.ussd.compiling import compile_flows
from mhealth.ussd.faults import Fault, Severity
from mhealth.ussd.origins import TextOrigin
from mhealth.ussd.plan import Plan
from mhealth.ussd.source import Groups, SourceOption, Sources
from mhealth.ussd.text import Texts

__all__ = ["Book", "SourceOption", "build_book"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """Every flow, by the version that sessions are pinned to.

    `untranslated` are warnings, one a text. `contents` is what there is to sign;
    `origins` says of a node's advice where it stands.
    """

    plans: Mapping[str, Plan]
    current: Mapping[str, str]  # flow -> version that new calls get
    phrases: Mapping[str, Texts]
    languages: Languages
    sources: Sources
    untranslated: tuple[Fault, ...]
    contents: tuple[ContentFile, ...]
    origins: Mapping[str, TextOrigin]

    def plan_of(self, flow: str) -> Plan:
        """What a new call of this flow walks. Raises KeyError."""
        return self.plans[self.current[flow]]

    def keeping(self, older: "Book") -> "Book":
        """This book, in which sessions pinned to versions of an older one can go on."""
        return replace(self, plans={**older.plans, **self.plans})


def build_book(library: Library, languages: Languages, sources: Mapping[str, Groups]) -> Book:
    """Read, prove and compile all flows. Raises ContentError for the first mistake."""
    known = Sources(sources, languages)
    compiled = compile_flows(library, languages, known)
    for fault in compiled.faults.errors:
        raise fault.as_error()
    warnings = [f for f in compiled.faults.all if f.severity is Severity.WARNING]
    return Book(
        plans={plan.version: plan for plan in compiled.plans.values()},
        current={flow: plan.version for flow, plan in compiled.plans.items()},
        phrases=compiled.phrases,
        languages=languages,
        sources=known,
        untranslated=tuple(f for f in warnings if f.problem.startswith("not translated")),
        contents=compiled.contents,
        origins=compiled.origins,
    )
