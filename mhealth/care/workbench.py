"""What care works with beside the open session: content, the clock, and who carries the letters."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from mhealth.content.phrases import Phrases
from mhealth.content.weak_pins import WeakPins
from mhealth.domain.caps import Caps
from mhealth.domain.clock import Clock
from mhealth.domain.language import Languages
from mhealth.domain.triage import TriageClass
from mhealth.sms.templates import Templates
from mhealth.store.directory import District
from mhealth.store.keyring import Keyring
from mhealth.store.reports import Report
from mhealth.triage.ages import told_age
from mhealth.triage.protocol import Protocol


def no_gate(_session: Session) -> None:
    """All that is spoken was signed at the start, or need not be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbench:
    """Read-only; shared by every thread of a process."""

    languages: Languages
    phrases: Phrases
    protocols: Mapping[str, Protocol]
    templates: Templates
    weak_pins: WeakPins
    clock: Clock
    keyring: Keyring
    channel: str  # the channel that carries outgoing SMS
    service_code: str  # what people dial
    region: str  # country by which local numbers are read
    answer_minutes: int  # an emergency unanswered for so long goes to the district
    urgent_answer_minutes: int  # likewise for an urgent referral
    caps: Caps  # how many SMS go to whom
    pass_gate: Callable[[Session], None] = no_gate  # before an SMS is written; raises to refuse

    def answer_due(self, triage_class: TriageClass, now: datetime) -> datetime | None:
        """When an unanswered referral goes up; None: no clock runs for this class."""
        minutes = {
            TriageClass.EMERGENCY: self.answer_minutes,
            TriageClass.URGENT: self.urgent_answer_minutes,
        }.get(triage_class)
        return now + timedelta(minutes=minutes) if minutes else None

    def age_of(self, report: Report, language: str) -> str:
        """The patient's age as it was told: a number, else a bracket, else that it is unknown."""
        return told_age(
            self.phrases,
            self.protocols,
            language,
            age_days=report.age_days,
            protocol=report.protocol,
            subject=report.subject,
        )


def local_now(now: datetime, district: District) -> datetime:
    """The moment as the district's clocks show it."""
    return now.astimezone(ZoneInfo(district.timezone))


def local_today(now: datetime, district: District) -> date:
    """The day as the district's calendar shows it."""
    return local_now(now, district).date()
