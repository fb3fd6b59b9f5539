"""Every setting of the product, each with its help."""

from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct

from mhealth.domain.errors import SettingsError
from mhealth.domain.message import Lane
from mhealth.domain.secret import Secret
from mhealth.settings.clashes import clashes
from mhealth.settings.pairs import read_pairs


class Settings(Struct, frozen=True, kw_only=True):
    """Read with `read_settings()`; frozen afterwards. Raises SettingsError when values clash."""

    mode: Annotated[
        Literal["demo", "pilot", "live"],
        Meta(description="demo and pilot speak unsigned drafts; live refuses them."),
    ] = "demo"
    database_url: Annotated[
        str,
        Meta(description="SQLAlchemy address: sqlite:///file or postgresql://user@host/name."),
    ] = "sqlite:///var/mhealth.sqlite3"
    redis_url: Annotated[
        str | None,
        Meta(description="redis://host:port/0 or unix:///path; none: the clock drains by itself."),
    ] = None
    secret_key: Annotated[
        Secret, Meta(description="Signs the desk's cookies: 32 random characters or more.")
    ]
    encryption_keys: Annotated[
        Secret,
        Meta(
            description="id:base64 pairs of 32-byte AES keys, comma-separated; the first one seals."
        ),
    ]
    index_key: Annotated[
        Secret,
        Meta(description="base64 of 32 bytes: finds sealed numbers by equality; never changes."),
    ]
    webhook_tokens: Annotated[
        Secret,
        Meta(
            description="channel:token pairs, comma-separated; two of one channel while rotating."
        ),
    ]
    channels: Annotated[
        str, Meta(description="Channels in use, comma-separated; the first one sends.")
    ] = "africastalking"
    africastalking_username: Annotated[str, Meta(description="Account at Africa's Talking.")] = (
        "sandbox"
    )
    africastalking_api_key: Annotated[Secret, Meta(description="API key of that account.")] = (
        Secret("simulator")
    )
    africastalking_base_url: Annotated[
        str | None, Meta(description="Another host for its SMS API: the simulator or a proxy.")
    ] = None
    africastalking_sender: Annotated[
        str | None, Meta(description="Short code or sender name of outgoing SMS.")
    ] = None
    service_code: Annotated[str, Meta(description="The short code that people dial.")] = "*384*55#"
    sms_number: Annotated[str, Meta(description="The number that people send SMS to.")] = "38455"
    region: Annotated[
        str, Meta(description="Country (ISO 3166) by which local numbers are read.")
    ] = "BJ"
    country_dir: Annotated[
        Path | None, Meta(description="Folder that replaces content files of the same path.")
    ] = None
    clock_file: Annotated[
        Path | None,
        Meta(description="Demo only: file with the seconds by which the clock is ahead."),
    ] = None
    public_url: Annotated[
        str, Meta(description="Address under which carriers and staff reach us.")
    ] = "http://127.0.0.1:8000"
    trust_proxy: Annotated[
        bool, Meta(description="Believe X-Forwarded-* of exactly one proxy in front.")
    ] = False
    answer_minutes: Annotated[
        int, Meta(ge=1, description="An emergency unanswered for so long goes to the district.")
    ] = 15
    urgent_answer_minutes: Annotated[
        int, Meta(ge=1, description="Likewise for an urgent referral.")
    ] = 240
    lease_seconds: Annotated[
        float,
        Meta(
            gt=0, description="How long a sender may hold a message: over connect + read + commit."
        ),
    ] = 30
    emergency_resend_seconds: Annotated[
        float,
        Meta(
            gt=0,
            description="After so long without proof an uncertain emergency is sent again once.",
        ),
    ] = 60
    reminder_resend_seconds: Annotated[
        float, Meta(gt=0, description="Likewise for a reminder that is safe to repeat.")
    ] = 900
    no_report_hours: Annotated[
        float,
        Meta(gt=0, description="After so long without a delivery report a message is `no_report`."),
    ] = 72
    sweep_seconds: Annotated[
        float, Meta(gt=0, description="The clock process looks this often.")
    ] = 1
    overdue_seconds: Annotated[
        float,
        Meta(
            gt=0, description="A due message that no worker took for so long is sent by the clock."
        ),
    ] = 5
    worker_queues: Annotated[
        str,
        Meta(
            description="lane:queue pairs, comma-separated, to serve lanes by workers of their own:"
            " emergency:mhealth-emergency. A lane not named goes through the queue `mhealth`."
        ),
    ] = ""
    crash_at: Annotated[
        Literal["leased", "sending", "answered"] | None,
        Meta(description="Demo only, for tests of faults: the sender kills itself at this point."),
    ] = None
    session_seconds: Annotated[
        int, Meta(gt=0, description="A USSD session without a word for so long counts as dropped.")
    ] = 300
    session_keep_hours: Annotated[
        float,
        Meta(
            gt=0, description="An ended USSD session is kept for so long; what it reported stays."
        ),
    ] = 24
    unread_keep_days: Annotated[
        float,
        Meta(gt=0, description="A carrier's call that nobody could read is kept for so long."),
    ] = 90
    log_format: Annotated[
        Literal["text", "json"],
        Meta(description="Lines for people, or one JSON object a line for machines; on stderr."),
    ] = "text"
    connect_timeout: Annotated[float, Meta(gt=0, description="Seconds to reach a carrier.")] = 3
    read_timeout: Annotated[
        float, Meta(gt=0, description="Seconds to wait for a carrier's answer.")
    ] = 10

    def __post_init__(self) -> None:
        faults = list(clashes(self))
        if faults:
            raise SettingsError("; ".join(faults))

    @property
    def queue_of_lane(self) -> dict[Lane, str]:
        """The queue through which each lane's worker is woken."""
        named = dict(read_pairs(self.worker_queues))
        return {lane: named.get(lane, "mhealth") for lane in Lane}

    @property
    def channel_names(self) -> list[str]:
        """The channels in use, the sending one first."""
        return [name.strip() for name in self.channels.split(",") if name.strip()]

    def tokens_of(self, channel: str) -> list[str]:
        """The webhook tokens valid for a channel now."""
        return [
            token for name, token in read_pairs(self.webhook_tokens.reveal()) if name == channel
        ]
