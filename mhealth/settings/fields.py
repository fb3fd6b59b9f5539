"""Every setting of the product, each with its help."""

from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct

from mhealth.domain.errors import SettingsError
from mhealth.domain.message import Lane
from mhealth.domain.msisdn import country_prefix
from mhealth.domain.secret import Secret
from mhealth.settings.clashes import clashes
from mhealth.settings.pairs import read_pairs


class Settings(Struct, frozen=True, kw_only=True):
    """Read with `read_settings()`; frozen afterwards. Raises SettingsError when values clash."""

    mode: Annotated[
        Literal["demo", "pilot", "live"],
        Meta(description="demo and pilot speak unsigned drafts; live refuses to start with one."),
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
    africastalking_environment: Annotated[
        Literal["sandbox", "live"],
        Meta(description="Which of the carrier's two worlds: the sandbox reaches no real phone."),
    ] = "sandbox"
    africastalking_username: Annotated[
        str,
        Meta(description="Account at Africa's Talking: `sandbox` in the sandbox, else its name."),
    ] = "sandbox"
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
    ussd_limits: Annotated[
        str,
        Meta(
            description="network:limit pairs, comma-separated: how many characters a screen holds on a"
            " network (its MCC and MNC, as the carrier names it), 160 or 182. Not named: 160."
        ),
    ] = "99902:182"
    ussd_session_seconds: Annotated[
        int,
        Meta(gt=0, description="For so long the carriers keep a USSD session, however busy: `mhealth"
             " check` proves that flows can be finished within."),
    ] = 180  # fmt: skip
    sms_number: Annotated[str, Meta(description="The number that people send SMS to.")] = "38455"
    region: Annotated[
        str, Meta(description="Country (ISO 3166) by which local numbers are read.")
    ] = "BJ"
    country_dir: Annotated[
        Path | None, Meta(description="Folder that replaces content files of the same path.")
    ] = None
    languages: Annotated[
        str,
        Meta(
            description="Languages to speak, comma-separated, of those in `languages.yaml`; none:"
            " all but those that it says are spoken where named. Only these are offered and need to be"
            " signed."
        ),
    ] = ""
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
    sms_prefixes: Annotated[
        str,
        Meta(
            description="Countries that SMS are sent to, comma-separated: +229,+228. None: the one of"
            " MHEALTH_REGION. Premium numbers are always refused."
        ),
    ] = ""
    sms_per_number_hour: Annotated[
        int,
        Meta(
            ge=1, description="Most SMS to one caller's number in 60 minutes, without emergencies."
        ),
    ] = 5
    sms_per_number_day: Annotated[
        int, Meta(ge=1, description="Likewise in a day (of UTC, as all days of caps).")
    ] = 20
    sms_per_staff_hour: Annotated[
        int,
        Meta(
            ge=1, description="Most SMS to one staff phone in 60 minutes, emergencies not counted."
        ),
    ] = 60
    sms_per_staff_day: Annotated[int, Meta(ge=1, description="Likewise in a day.")] = 300
    sms_per_staff_from_one_caller_day: Annotated[
        int,
        Meta(
            ge=1,
            description="Most of them in a day because of what one caller's phone reports; thrice that"
            " to all staff together.",
        ),
    ] = 10
    sms_per_district_day: Annotated[
        int,
        Meta(
            ge=1,
            description="Most SMS of one district in a day; callers and staff are counted apart.",
        ),
    ] = 2000
    sms_per_channel_day: Annotated[
        int, Meta(ge=1, description="Likewise of one channel, all districts together.")
    ] = 5000
    emergency_sms_per_number_hour: Annotated[
        int, Meta(ge=1, description="Most emergency SMS to one caller's number in 60 minutes.")
    ] = 10
    emergency_sms_per_number_day: Annotated[int, Meta(ge=1, description="Likewise in a day.")] = 30
    emergency_sms_per_staff_hour: Annotated[
        int,
        Meta(
            ge=1,
            description="Above so many emergency SMS to one staff phone in 60 minutes an alarm is"
            " raised; they are sent all the same.",
        ),
    ] = 60
    emergency_sms_per_district_day: Annotated[
        int,
        Meta(
            ge=1,
            description="Most emergency SMS of one district to callers in a day; those to staff are"
            " counted apart, and above it only raise the alarm.",
        ),
    ] = 4000
    emergency_sms_per_channel_day: Annotated[
        int, Meta(ge=1, description="Likewise of one channel.")
    ] = 10_000
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
    sms_questions: Annotated[
        int,
        Meta(
            ge=0,
            description="A dropped call goes on by SMS with so many questions at most; 0 sends none."
            " One number gets as many as two dropped calls need in 60 minutes, six in a day.",
        ),
    ] = 8
    turn_keep_days: Annotated[
        float,
        Meta(
            gt=0,
            description="The lines of a USSD call's history are kept for so long; what the funnel"
            " counted of them stays.",
        ),
    ] = 90
    unread_keep_days: Annotated[
        float,
        Meta(gt=0, description="A carrier's call that nobody could read is kept for so long."),
    ] = 90
    log_format: Annotated[
        Literal["text", "json"],
        Meta(description="Lines for people, or one JSON object a line for machines; on stderr."),
    ] = "text"
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"],
        Meta(description="What is written at all; debug is for a day of searching, not for ever."),
    ] = "info"
    metrics_token: Annotated[
        Secret | None,
        Meta(
            description="Who bears it may read /metrics: 24 random characters or more. None: only"
            " this machine itself may, and not through a proxy."
        ),
    ] = None
    backup_dir: Annotated[
        Path | None,
        Meta(description="Folder of the backups: `mhealth backup` writes there, the doctor looks."),
    ] = None
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
    def limit_of_network(self) -> dict[str, int]:
        """How many septets a screen holds, by network; 160 where it is not named."""
        return {network: int(limit) for network, limit in read_pairs(self.ussd_limits)}

    @property
    def channel_names(self) -> list[str]:
        """The channels in use, the sending one first."""
        return [name.strip() for name in self.channels.split(",") if name.strip()]

    @property
    def language_codes(self) -> list[str]:
        """The languages to speak; none means all that are spoken everywhere."""
        return [code.strip() for code in self.languages.split(",") if code.strip()]

    @property
    def prefixes(self) -> tuple[str, ...]:
        """The countries that SMS are sent to, as `+229`."""
        named = tuple(part.strip() for part in self.sms_prefixes.split(",") if part.strip())
        own = country_prefix(self.region)
        return named or ((own,) if own else ())

    def tokens_of(self, channel: str) -> list[str]:
        """The webhook tokens valid for a channel now."""
        return [
            token for name, token in read_pairs(self.webhook_tokens.reveal()) if name == channel
        ]
