"""What `mhealth check` found, as one JSON object."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from mhealth.services.content_check import Proof
from mhealth.ussd.checks import Fault
from mhealth.ussd.proofs.journeys import Figure
from mhealth.ussd.proofs.timing import Cost


def as_json(proof: Proof) -> str:
    """`faults`, `drafts`, `proved` (counts), `scores` (by language), `times` (by flow and language)."""
    return json.dumps(_as_data(proof), ensure_ascii=False, indent=1)


def _as_data(proof: Proof) -> dict[str, Any]:
    flows = proof.flows
    return {
        "faults": [_fault(fault) for fault in proof.faults],
        "drafts": list(proof.drafts),
        "proved": _proved(proof),
        "scores": [
            {
                **asdict(score),
                "sms": asdict(proof.sms[score.code]) if score.code in proof.sms else None,
            }
            for score in (flows.scores if flows else ())
        ],
        "times": [_figure(f) for times in (flows.times if flows else ()) for f in times.figures],
    }


def _proved(proof: Proof) -> Mapping[str, int] | None:
    flows = proof.flows
    if flows is None or not proof.is_sound:
        return None
    return {
        name: getattr(flows, name) for name in ("flows", "screens", "languages", "limits", "proofs")
    }


def _fault(fault: Fault) -> dict[str, Any]:
    file, line, column = fault.place.rsplit(":", 2)
    return {
        "place": fault.place,
        "file": file,
        "line": int(line),
        "column": int(column),
        "rule": fault.rule,
        "severity": str(fault.severity),
        "problem": fault.problem,
        "hint": fault.hint,
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "flow": figure.flow,
        "language": figure.code,
        "quickest": _cost(figure.quickest),
        "longest": _cost(figure.longest),
    }


def _cost(cost: Cost) -> dict[str, Any]:
    return {"screens": cost.screens, "seconds": round(cost.seconds)}
