"""Who carries the messages: one file a carrier, bytes to neutral words and back, no state."""

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from mhealth.aggregators.africastalking import HOSTS, AfricasTalking
from mhealth.domain.errors import SettingsError
from mhealth.domain.gateway import Aggregator
from mhealth.settings import Settings


def _africastalking(settings: Settings) -> Aggregator:
    _check_address("AFRICASTALKING_BASE_URL", settings.africastalking_base_url)
    return AfricasTalking(
        username=settings.africastalking_username,
        api_key=settings.africastalking_api_key.reveal(),
        base_url=settings.africastalking_base_url or HOSTS[settings.africastalking_environment],
        sender=settings.africastalking_sender,
        region=settings.region,
        connect_timeout=settings.connect_timeout,
        read_timeout=settings.read_timeout,
    )


def _check_address(setting: str, url: str | None) -> None:
    try:
        parts = urlsplit(url or "https://default")
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_address = False
    if not is_address:
        raise SettingsError(f"MHEALTH_{setting}: must be http://host or https://host")


AGGREGATORS: Mapping[str, Callable[[Settings], Aggregator]] = {"africastalking": _africastalking}
"""Channel name -> how it is opened from the settings."""


def open_aggregator(channel: str, settings: Settings) -> Aggregator:
    """The aggregator of a channel. Raises SettingsError naming the channels that exist."""
    if channel not in AGGREGATORS:
        known = ", ".join(sorted(AGGREGATORS))
        raise SettingsError(f"MHEALTH_CHANNELS: unknown channel {channel!r}; known: {known}")
    return AGGREGATORS[channel](settings)
