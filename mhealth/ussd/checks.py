"""Proves all flows sound and names every mistake at once, for `mhealth check`."""

from collections.abc import Mapping

from mhealth.content.library import Library
from mhealth.domain.language import Languages
from mhealth.ussd.compiling import compile_flows
from mhealth.ussd.faults import Fault, Severity
from mhealth.ussd.source import Groups, Sources

__all__ = ["Fault", "Severity", "check_flows"]


def check_flows(
    library: Library, languages: Languages, sources: Mapping[str, Groups]
) -> list[Fault]:
    """All faults of all flows, by file and line; an empty list is a proof."""
    return compile_flows(library, languages, Sources(sources, languages)).faults.all
