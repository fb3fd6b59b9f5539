"""The book of all compiled flows, and how it is built; a mistake in any file refuses the whole book."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from mhealth.content.library import Library, NotingLibrary
from mhealth.content.review import ContentFile
from mhealth.domain.language import Languages
from mhealth.ussd.compiling import compile_flows
from mhealth.ussd.faults import Fault, Severity
from mhealth.ussd.origins import TextOrigin
from mhealth.ussd.plan import Plan
from mhealth.ussd.source import Groups, SourceOption, Sources
from mhealth.ussd.text import Texts

__all__ = ["Book", "FindPlan", "SourceOption", "build_book"]

FindPlan = Callable[[str], Plan | None]
"""Finds the plan of a version that the files of now do not make; None when it cannot be had."""


def _nobodys(_version: str) -> Plan | None:
    """There is no other version than those of now."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """Every flow, by the version that sessions are pinned to.

    `untranslated` are warnings, one a text. `contents` is what there is to sign;
    `origins` says of a node's advice where it stands; `texts` is every file that was read for it,
    `entries` the flows that no other flow calls. `older` finds versions of before, or of elsewhere.
    """

    plans: Mapping[str, Plan]
    current: Mapping[str, str]  # flow -> version that new calls get
    phrases: Mapping[str, Texts]
    languages: Languages
    sources: Sources
    untranslated: tuple[Fault, ...]
    contents: tuple[ContentFile, ...]
    origins: Mapping[str, TextOrigin]
    texts: Mapping[str, str]  # path from the content root -> what it says
    entries: tuple[str, ...]
    older: FindPlan = _nobodys

    def plan_of(self, flow: str) -> Plan:
        """What a new call of this flow walks. Raises KeyError."""
        return self.plans[self.current[flow]]

    def plan(self, version: str) -> Plan | None:
        """What a session pinned to this version walks; None when nobody can go on in it."""
        plan = self.plans.get(version)
        return plan if plan is not None or not version else self.older(version)

    def with_older(self, older: FindPlan) -> "Book":
        """This book, in which sessions pinned to versions that `older` finds go on."""
        return replace(self, older=older)


def build_book(library: Library, languages: Languages, sources: Mapping[str, Groups]) -> Book:
    """Read, prove and compile all flows. Raises ContentError for the first mistake."""
    known = Sources(sources, languages)
    noting = NotingLibrary(library.roots, {})
    compiled = compile_flows(noting, languages, known)
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
        texts=noting.texts,
        entries=tuple(sorted(compiled.plans.keys() - {call.flow for call in compiled.graph.calls})),
    )
