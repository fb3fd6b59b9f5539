"""Proves all flows sound and names every mistake at once, for `mhealth check`."""

from collections.abc import Mapping

from mhealth.content.library import Library
from mhealth.domain.language import Languages
from mhealth.ussd.compiling import compile_flows
from mhealth.ussd.faults import Fault, Severity
from mhealth.ussd.proofs.names import NO_NAMES, Names
from mhealth.ussd.proofs.proving import Proving
from mhealth.ussd.proofs.running import Proven, run_proofs
from mhealth.ussd.proofs.timing import SESSION_SECONDS
from mhealth.ussd.source import Groups, Sources

__all__ = ["Fault", "Proven", "Severity", "check_flows", "prove_flows"]


def prove_flows(
    library: Library,
    languages: Languages,
    sources: Mapping[str, Groups],
    *,
    names: Names = NO_NAMES,
    session_seconds: int = SESSION_SECONDS,
) -> Proven:
    """All faults of all flows, by file and line, and what was proven; no error among them is a proof."""
    signs = Sources(sources, languages)
    compiled = compile_flows(library, languages, signs)
    return run_proofs(Proving(compiled, languages, signs, names, session_seconds))


def check_flows(
    library: Library, languages: Languages, sources: Mapping[str, Groups]
) -> list[Fault]:
    """The faults alone."""
    return list(prove_flows(library, languages, sources).faults)
