"""A call that ends before its end: what was reported is kept, and a missing answer escalates."""

from typing import Any

from mhealth.services.scene import Scene
from mhealth.services.ussd_deeds import do
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


def _signs(heard: dict[str, Any]) -> dict[str, bool]:
    signs = heard.get("signs")
    return dict(signs) if isinstance(signs, dict) else {}
