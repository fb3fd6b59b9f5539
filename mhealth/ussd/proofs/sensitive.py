"""Proves that what only a PIN opens is shown only behind one.

A variable is sensitive when every deed that gives it needs the PIN, or when a flow's header says so.
"""

from collections.abc import Mapping

from mhealth.ussd.deeds import DEEDS, FACTS
from mhealth.ussd.flow_file import FlowFile
from mhealth.ussd.proofs.proving import Proving
from mhealth.ussd.proofs.reads import texts_of


def prove_sensitive(proving: Proving) -> None:
    """Note each text that shows such a variable where a call can come without a PIN."""
    sensitive = sensitive_variables(proving.compiled.flows)
    for name in sorted(proving.graph.without_pin()):
        node = proving.nodes.get(name)
        if node is None:
            continue
        for spoken in texts_of(node):
            for variable in sorted(spoken.names & sensitive):
                proving.note("sensitive-without-pin", proving.place(node, spoken.path),
                             f"{{{variable}}} is sensitive, and a call can come here"
                             " without the PIN")  # fmt: skip


def sensitive_variables(flows: Mapping[str, FlowFile]) -> frozenset[str]:
    """By what gives them, and by the headers."""
    behind = {v for deed in DEEDS.values() if deed.needs_pin for v in deed.variables}
    open_ = {v for deed in DEEDS.values() if not deed.needs_pin for v in deed.variables}
    declared = {
        str(name)
        for flow in flows.values()
        if isinstance(header := flow.file.data.get("variables"), Mapping)
        for name, entry in header.items()
        if isinstance(entry, Mapping) and entry.get("sensitive") is True
    }
    return frozenset((behind - open_ - FACTS.keys()) | declared)
