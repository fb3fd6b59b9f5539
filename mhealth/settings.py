"""Every setting of the product: read once from `MHEALTH_*`, each with its help."""

import re
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from mhealth.domain.errors import SettingsError
from mhealth.domain.message import Lane


class Settings(BaseSettings):
    """Read with `read_settings()`; frozen afterwards."""

    model_config = SettingsConfigDict(env_prefix="MHEALTH_", frozen=True, extra="ignore")

    mode: Literal["demo", "pilot", "live"] = Field(
        "demo", description="demo and pilot speak unsigned drafts; live refuses them."
    )
    database_url: str = Field(
        "sqlite:///var/mhealth.sqlite3",
        description="SQLAlchemy address: sqlite:///file or postgresql://user@host/name.",
    )
    redis_url: str | None = Field(
        None, description="redis://host:port/0 or unix:///path; none: the clock drains by itself."
    )
    secret_key: SecretStr = Field(
        description="Signs the desk's cookies: 32 random characters or more."
    )
    encryption_keys: SecretStr = Field(
        description="id:base64 pairs of 32-byte AES keys, comma-separated; the first one seals."
    )
    index_key: SecretStr = Field(
        description="base64 of 32 bytes: finds sealed numbers by equality; never changes."
    )
    webhook_tokens: SecretStr = Field(
        description="channel:token pairs, comma-separated; two of one channel while rotating."
    )
    channels: str = Field(
        "africastalking", description="Channels in use, comma-separated; the first one sends."
    )
    africastalking_username: str = Field("sandbox", description="Account at Africa's Talking.")
    africastalking_api_key: SecretStr = Field(
        SecretStr("simulator"), description="API key of that account."
    )
    africastalking_base_url: str | None = Field(
        None, description="Another host for its SMS API: the simulator or a proxy."
    )
    africastalking_sender: str | None = Field(
        None, description="Short code or sender name of outgoing SMS."
    )
    service_code: str = Field("*384*55#", description="The short code that people dial.")
    sms_number: str = Field("38455", description="The number that people send SMS to.")
    region: str = Field("BJ", description="Country (ISO 3166) by which local numbers are read.")
    country_dir: Path | None = Field(
        None, description="Folder that replaces content files of the same path."
    )
    clock_file: Path | None = Field(
        None, description="Demo only: file with the seconds by which the clock is ahead."
    )
    public_url: str = Field(
        "http://127.0.0.1:8000", description="Address under which carriers and staff reach us."
    )
    trust_proxy: bool = Field(
        False, description="Believe X-Forwarded-* of exactly one proxy in front."
    )
    answer_minutes: int = Field(
        15, ge=1, description="An emergency unanswered for so long goes to the district."
    )
    lease_seconds: float = Field(
        30, gt=0, description="How long a sender may hold a message: over connect + read + commit."
    )
    emergency_resend_seconds: float = Field(
        60,
        gt=0,
        description="After so long without proof an uncertain emergency is sent again once.",
    )
    reminder_resend_seconds: float = Field(
        900, gt=0, description="Likewise for a reminder that is safe to repeat."
    )
    no_report_hours: float = Field(
        72, gt=0, description="After so long without a delivery report a message is `no_report`."
    )
    sweep_seconds: float = Field(1, gt=0, description="The clock process looks this often.")
    overdue_seconds: float = Field(
        5, gt=0, description="A due message that no worker took for so long is sent by the clock."
    )
    worker_queues: str = Field(
        "",
        description="lane:queue pairs, comma-separated, to serve lanes by workers of their own:"
        " emergency:mhealth-emergency. A lane not named goes through the queue `mhealth`.",
    )
    crash_at: Literal["leased", "sending", "answered"] | None = Field(
        None, description="Demo only, for tests of faults: the sender kills itself at this point."
    )
    session_seconds: int = Field(
        300, gt=0, description="A USSD session without a word for so long counts as dropped."
    )
    session_keep_hours: float = Field(
        24, gt=0, description="An ended USSD session is kept for so long; what it reported stays."
    )
    connect_timeout: float = Field(3, gt=0, description="Seconds to reach a carrier.")
    read_timeout: float = Field(10, gt=0, description="Seconds to wait for a carrier's answer.")

    @field_validator("encryption_keys", "webhook_tokens")
    @classmethod
    def _pairs(cls, value: SecretStr) -> SecretStr:
        for pair in value.get_secret_value().split(","):
            name, colon, secret = pair.strip().partition(":")
            if not (name and colon and secret):
                raise ValueError("must be name:secret pairs, comma-separated")
        return value

    @field_validator("worker_queues")
    @classmethod
    def _queues(cls, value: str) -> str:
        for lane, queue in _split(value):
            if lane not in set(Lane) or not re.fullmatch(r"[\w-]+", queue):
                lanes = ", ".join(Lane)
                raise ValueError(f"must be lane:queue pairs, comma-separated; lanes: {lanes}")
        return value

    @model_validator(mode="after")
    def _no_crash_in_earnest(self) -> Self:
        if self.crash_at and self.mode != "demo":
            raise ValueError("MHEALTH_CRASH_AT is for MHEALTH_MODE=demo only")
        return self

    @property
    def queue_of_lane(self) -> dict[Lane, str]:
        """The queue through which each lane's worker is woken."""
        named = dict(_split(self.worker_queues))
        return {lane: named.get(lane, "mhealth") for lane in Lane}

    @property
    def channel_names(self) -> list[str]:
        """The channels in use, the sending one first."""
        return [name.strip() for name in self.channels.split(",") if name.strip()]

    def tokens_of(self, channel: str) -> list[str]:
        """The webhook tokens valid for a channel now."""
        pairs = (
            p.strip().partition(":") for p in self.webhook_tokens.get_secret_value().split(",")
        )
        return [token for name, _, token in pairs if name == channel]


def _split(pairs: str) -> list[tuple[str, str]]:
    parts = (pair.strip().partition(":") for pair in pairs.split(",") if pair.strip())
    return [(name.strip(), value.strip()) for name, _, value in parts]


def read_settings() -> Settings:
    """Read and check all settings. Raises SettingsError naming each variable at fault."""
    try:
        return Settings()  # type: ignore[call-arg]  # the environment gives the required ones
    except ValidationError as error:
        lines = [
            f"MHEALTH_{'_'.join(str(p) for p in fault['loc']).upper()}: {fault['msg']}"
            if fault["loc"]
            else fault["msg"]
            for fault in error.errors()
        ]
        raise SettingsError("; ".join(lines)) from error


def describe_settings() -> list[tuple[str, str, str]]:
    """(variable, default or "required", help) of every setting, for the docs and the doctor."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = "required" if field.is_required() else str(field.default)
        rows.append((f"MHEALTH_{name.upper()}", default, field.description or ""))
    return rows
