"""What `mhealth check` found, as SARIF 2.1.0, which code hosts and editors show beside the lines.

Source: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0, 2020.
"""

import json
from importlib.metadata import version
from typing import Any

from mhealth.services.content_check import Proof
from mhealth.ussd.checks import Fault, Severity
from mhealth.ussd.proofs.catalogue import RULES, Rule

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
ROOT = "SRCROOT"
"""What the paths are relative to: the folder that holds `ussd_flows/` and `sms_templates/`."""


def as_sarif(proof: Proof, *, drafts: bool = False) -> str:
    """One run with every rule; the drafts are notes, when asked for."""
    faults = [*proof.faults, *(map(_unsigned, proof.drafts) if drafts else ())]
    run = {
        "tool": {"driver": _driver()},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "The folder of the content."}}},
        "results": [_result(fault) for fault in faults],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=1)


def _unsigned(path: str) -> Fault:
    return Fault(f"{path}:1:1", "draft, signed by nobody", RULES["unreviewed"].mend, Severity.NOTE,
                 rule="unreviewed")  # fmt: skip


def _driver() -> dict[str, Any]:
    return {
        "name": "mhealth check",
        "version": version("mhealth"),
        "rules": [_rule(rule) for rule in RULES.values()],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.says},
        "help": {"text": rule.mend},
        "defaultConfiguration": {"level": str(rule.severity)},
    }


def _result(fault: Fault) -> dict[str, Any]:
    file, line, column = fault.place.rsplit(":", 2)
    hint = f" ({fault.hint})" if fault.hint else ""
    return {
        "ruleId": fault.rule,
        "ruleIndex": list(RULES).index(fault.rule),
        "level": str(fault.severity),
        "message": {"text": f"{fault.problem}{hint}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": file, "uriBaseId": ROOT},
                    "region": {"startLine": int(line), "startColumn": int(column)},
                }
            }
        ],
    }
