"""A call that ends before its end: what was reported is kept, and a missing answer escalates."""

from typing import Any

from sqlalchemy import select

from mhealth.care.notices import tell_worker
from mhealth.domain.triage import TriageClass
from mhealth.services.scene import Scene
from mhealth.services.ussd_deeds import do
from mhealth.store.referrals import Referral
from mhealth.store.reports import report_of_session
from mhealth.ussd.state import State


def has_unreported(state: State) -> bool:
    """True when at least one sign was answered with yes and no report was written of it."""
    heard = state.vars
    if heard.get("triage_class") or not heard.get("protocol"):
        return False
    return any(_signs(heard).values())


def salvage(scene: Scene, state: State) -> bool:
    """Write the report of an unfinished dialogue, marked incomplete; False when there is none."""
    if not has_unreported(state):
        return False
    heard = state.vars
    do(
        "send_report",
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
    return True


def ask_to_call_back(scene: Scene) -> None:
    """An emergency whose caller did not hear the end: the health worker is asked to ring."""
    report = report_of_session(scene.session, scene.ussd_session_key)
    if report is None or report.is_complete or report.relation == "patient":
        return
    referral = scene.session.scalar(select(Referral).where(Referral.report_id == report.id))
    if referral is not None and referral.klass is TriageClass.EMERGENCY:
        tell_worker(scene.bench, scene.session, referral, "worker_incomplete", scene.now)


def _signs(heard: dict[str, Any]) -> dict[str, bool]:
    signs = heard.get("signs")
    return dict(signs) if isinstance(signs, dict) else {}
