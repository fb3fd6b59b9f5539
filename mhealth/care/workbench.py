"""What care works with beside the open session: content, the clock, and who carries the letters."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from mhealth.content.phrases import Phrases
from mhealth.domain.clock import Clock
from mhealth.domain.language import Languages
from mhealth.sms.templates import Templates
from mhealth.store.directory import District
from mhealth.store.keyring import Keyring
from mhealth.triage.protocol import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbench:
    """Read-only; shared by every thread of a process."""

    languages: Languages
    phrases: Phrases
    protocols: Mapping[str, Protocol]
    templates: Templates
    clock: Clock
    keyring: Keyring
    channel: str  # the channel that carries outgoing SMS
    service_code: str  # what people dial
    sms_number: str  # where people write to
    region: str  # country by which local numbers are read
    answer_minutes: int  # an emergency unanswered for so long goes to the district


def local_now(now: datetime, district: District) -> datetime:
    """The moment as the district's clocks show it."""
    return now.astimezone(ZoneInfo(district.timezone))


def local_today(now: datetime, district: District) -> date:
    """The day as the district's calendar shows it."""
    return local_now(now, district).date()
