"""Which delivery reports follow an accepted message, and when, by the step of the script."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from mhealth.simulator.script import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedReport:
    """One report: `beats` times the pace after acceptance, or `seconds` when given."""

    status: str
    beats: int = 1
    seconds: float | None = None
    reason: str = ""
    carrier_id: str | None = None

    def delay(self, pace: float) -> float:
        """Seconds after acceptance."""
        return self.beats * pace if self.seconds is None else self.seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What becomes of a message: does the phone get it, and which reports are sent."""

    reports: tuple[PlannedReport, ...] = ()
    before_answer: tuple[PlannedReport, ...] = ()
    reaches_the_phone: bool = True


_SENT = PlannedReport(status="Sent", beats=1)
_SUCCESS = PlannedReport(status="Success", beats=2)


def _failed(status: str, reason: str) -> Fate:
    end = PlannedReport(status=status, beats=2, reason=reason)
    return Fate(reports=(_SENT, end), reaches_the_phone=False)


def _unknown_id(_step: Step) -> Fate:
    strange = f"ATXid_{secrets.token_hex(16)}"
    return Fate(reports=(replace(_SUCCESS, carrier_id=strange),))


_FATES: Mapping[str, Callable[[Step], Fate]] = {
    "ok": lambda _: Fate(reports=(_SENT, _SUCCESS)),
    "none": lambda _: Fate(),
    "twice": lambda _: Fate(reports=(_SENT, _SENT, _SUCCESS, _SUCCESS)),
    "before_answer": lambda _: Fate(before_answer=(_SUCCESS,)),
    "late": lambda step: Fate(reports=(_SENT, replace(_SUCCESS, seconds=step.seconds))),
    "swapped": lambda _: Fate(reports=(replace(_SUCCESS, beats=1), replace(_SENT, beats=2))),
    "failed": lambda step: _failed("Failed", step.argument),
    "rejected": lambda step: _failed("Rejected", step.argument),
    "expired": lambda _: _failed("Expired", ""),
    "unknown_id": _unknown_id,
}


def fate_of(step: Step) -> Fate:
    """The fate that a step of the delivery script gives a message."""
    return _FATES[step.name](step)
