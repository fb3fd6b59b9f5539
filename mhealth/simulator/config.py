"""What the simulator is told at its start: whom it calls, whose numbers it plays, where it keeps state."""

import json
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from mhealth.domain.errors import SettingsError
from mhealth.domain.message import Recipient
from mhealth.domain.msisdn import Msisdn, NotAMsisdn
from mhealth.simulator.carrier import ANSWER_SECONDS, SESSION_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Handset:
    """A phone of the invented district that the page offers by name."""

    label_fr: str
    label_en: str
    msisdn: Msisdn
    role: Recipient
    timezone: str | None = None
    """The district's, such as Africa/Porto-Novo; the page shows the browser's without it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatorConfig:
    """All times in seconds. `target_url` is the product's address, without a slash at its end.

    `pace_seconds` is the time to each next delivery report; `retry_seconds` the wait before a call
    that was not answered with 200 is made again. No `clock_file`: the clock cannot be moved.
    """

    target_url: str
    token: str
    channel: str = "africastalking"
    username: str = "sandbox"
    api_key: str = "simulator"
    service_code: str = "*384*55#"
    sms_number: str = "38455"
    sender: str | None = None
    region: str = "BJ"
    state_file: Path | None = None
    clock_file: Path | None = None
    handsets: tuple[Handset, ...] = ()
    pace_seconds: float = 0.4
    retry_seconds: float = 60.0
    session_seconds: float = SESSION_SECONDS
    answer_seconds: float = ANSWER_SECONDS

    @property
    def our_numbers(self) -> frozenset[str]:
        """Where an SMS must go to reach the product: its number, and the sender it writes under."""
        return frozenset({self.sms_number, self.sender or self.sms_number})


def read_handsets(file: Path) -> tuple[Handset, ...]:
    """The phones that `mhealth seed` wrote; none when there is no such file.

    Shape: a list of `{"label_fr", "label_en", "msisdn", "role"}`, perhaps with
    `"timezone"`; role one of caller, health_worker, facility, district. Raises SettingsError naming the file.
    """
    try:
        rows = json.loads(file.read_text(encoding="utf-8"))
        return tuple(_handset(row) for row in rows)
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, KeyError, TypeError, NotAMsisdn) as error:
        raise SettingsError(f"{file}: not a list of phones: {error!r}") from error


def _handset(row: dict[str, str]) -> Handset:
    return Handset(
        label_fr=row["label_fr"],
        label_en=row["label_en"],
        msisdn=Msisdn(row["msisdn"]),
        role=Recipient(row["role"]),
        timezone=ZoneInfo(row["timezone"]).key if "timezone" in row else None,
    )
