"""How patient the sender is: the settings that it needs, frozen, times in milliseconds."""

from dataclasses import dataclass

from mhealth.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingRules:
    """Leases, resends and back-off. A hold is for how long a lane of a channel in trouble rests."""

    lease_ms: int = 30_000
    emergency_resend_ms: int = 60_000
    reminder_resend_ms: int = 900_000
    no_report_ms: int = 72 * 3_600_000
    overdue_seconds: float = 5.0
    max_attempts: int = 5  # tries that failed by the message's own fault; then it is dead
    retry_ms: int = 2_000  # before its second such try; doubles each time
    hold_ms: int = 1_000  # the first hold of a line; doubles each time it fails again
    most_hold_ms: int = 60_000
    most_retry_after_ms: int = 900_000  # what a carrier may ask for
    account_hold_ms: int = 60_000  # no credit, wrong key: a person must act
    emergency_hold_ms: int = 15_000  # an emergency never rests longer than this
    claim_size: int = 1  # messages claimed at once, emergencies always singly


def rules_of(settings: Settings) -> SendingRules:
    """The rules that the settings ask for."""
    return SendingRules(
        lease_ms=int(settings.lease_seconds * 1000),
        emergency_resend_ms=int(settings.emergency_resend_seconds * 1000),
        reminder_resend_ms=int(settings.reminder_resend_seconds * 1000),
        no_report_ms=int(settings.no_report_hours * 3_600_000),
        overdue_seconds=settings.overdue_seconds,
    )
