"""A call that ends before its end: what was reported is kept, and a missing answer escalates."""

import json
from typing import Any

from mhealth.care.notices import tell_worker
from mhealth.domain.triage import TriageClass
from mhealth.logs import log_for
from mhealth.services.scene import Scene
from mhealth.services.ussd_effects import make_report
from mhealth.store.messages import was_said
from mhealth.store.referrals import referral_of_report
from mhealth.store.reports import Report, report_at, report_of_session
from mhealth.ussd.state import State

_log = log_for("services.salvage")


class ProtocolGone(Exception):
    """What was reported cannot be judged: the rules that it was asked by are no more."""


def has_unreported(state: State) -> bool:
    """True when at least one sign was answered with yes and no report was written of it."""
    heard = state.vars
    if heard.get("triage_class") or not heard.get("protocol"):
        return False
    return any(_signs(heard).values())


def must_salvage(state: State) -> bool:
    """True when leaving it now needs a deed: something unreported, or an emergency before its end."""
    return has_unreported(state) or state.vars.get("triage_class") == TriageClass.EMERGENCY


def salvage(scene: Scene, state: State) -> int:
    """Write the report of an unfinished dialogue, marked incomplete; its step, 0 when there is none.

    A dialogue that dropped before has its report already: what was said since is added to it.
    Raises ProtocolGone.
    """
    if not has_unreported(state):
        return 0
    heard, earlier = state.vars, _salvaged(scene)
    if heard["protocol"] not in scene.bench.protocols:
        raise ProtocolGone(heard["protocol"])
    if earlier is not None and _says_the_same(earlier, heard):
        return earlier.step
    recorded = make_report(
        scene,
        {
            "subject": heard.get("subject", "other"),
            "relation": heard.get("relation", "other"),
            "age_days": heard.get("age_days"),
            "village": heard.get("village", ""),
            "protocol": heard["protocol"],
            "signs": _signs(heard),
            "consent": heard.get("consent", ""),
            "complete": False,
        },
    )
    return recorded.report.step


def settle(scene: Scene, state: State) -> None:
    """A dialogue ends in a turn that the caller must hear, whatever became of the rules meanwhile.

    What was left unsaid is reported, and a health worker asked to call back.
    """
    try:
        salvage(scene, state)
    except ProtocolGone as error:
        _log.error("signs not reported, their protocol is gone", protocol=str(error))
    ask_to_call_back(scene)


def _salvaged(scene: Scene) -> Report | None:
    step = scene.dialogue.salvaged if scene.dialogue else 0
    return report_at(scene.session, scene.report_key, step) if step else None


def _says_the_same(report: Report, heard: dict[str, Any]) -> bool:
    is_same_patient = (report.relation, report.protocol) == (
        heard.get("relation"),
        heard["protocol"],
    )
    return is_same_patient and json.loads(report.answers or "{}") == _signs(heard)


def ask_to_call_back(scene: Scene) -> None:
    """An emergency whose caller did not hear the end: the health worker is asked to ring, once."""
    report = report_of_session(scene.session, scene.report_key)
    if report is None or report.is_complete or report.relation == "patient":
        return
    referral = referral_of_report(scene.session, report)
    if referral is None or referral.klass is not TriageClass.EMERGENCY:
        return
    if not was_said(scene.session, referral.id, "worker_incomplete"):
        tell_worker(scene.bench, scene.session, referral, "worker_incomplete", scene.now)


def _signs(heard: dict[str, Any]) -> dict[str, bool]:
    signs = heard.get("signs")
    return dict(signs) if isinstance(signs, dict) else {}
