"""What does not go together in the settings of a carrier's account, or may not in earnest."""

import re
from collections.abc import Iterator
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mhealth.domain.msisdn import country_prefix
from mhealth.settings.pairs import PREFIX

if TYPE_CHECKING:
    from mhealth.settings.fields import Settings

SIMULATOR_KEY = "simulator"
"""The API key that only the simulator takes."""

DEMO_CODES = {"service_code": "*384*55#", "sms_number": "38455"}
"""What the invented district is dialled and written to by: nobody's real ones."""


def is_loopback(host: str) -> bool:
    """True for `localhost`, names below it, and the addresses of the machine's own loopback."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def host_of(url: str) -> str:
    """The host of an address, empty when it has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def channel_clashes(settings: "Settings") -> Iterator[str]:
    """One line for each fault, naming the variable."""
    yield from _numbers(settings)
    if "africastalking" not in settings.channel_names:
        return
    yield from _account(settings)
    if settings.mode != "demo":
        yield from _simulated(settings)


def _numbers(settings: "Settings") -> Iterator[str]:
    if country_prefix(settings.region) is None:
        yield f"{PREFIX}REGION: must be a country of ISO 3166, as BJ"
    for prefix in settings.prefixes:
        if not re.fullmatch(r"\+[1-9]\d{0,6}", prefix):
            yield f"{PREFIX}SMS_PREFIXES: must be + and digits, comma-separated, as +229,+228"


def _account(settings: "Settings") -> Iterator[str]:
    is_sandbox = settings.africastalking_environment == "sandbox"
    name = f"{PREFIX}AFRICASTALKING_USERNAME"
    if is_sandbox and settings.africastalking_username != "sandbox":
        yield (
            f"{name}: must be `sandbox` while {PREFIX}AFRICASTALKING_ENVIRONMENT=sandbox;"
            " a real account needs `live` there"
        )
    if not is_sandbox and settings.africastalking_username == "sandbox":
        yield f"{name}: must name your account while {PREFIX}AFRICASTALKING_ENVIRONMENT=live"


def _simulated(settings: "Settings") -> Iterator[str]:
    """Real people are served: nothing of the simulator's may be left."""
    mode = f"{PREFIX}MODE={settings.mode}"
    if settings.mode == "live" and settings.africastalking_environment == "sandbox":
        yield f"{PREFIX}AFRICASTALKING_ENVIRONMENT: the sandbox reaches no phone; {mode} needs live"
    if settings.africastalking_api_key.reveal() == SIMULATOR_KEY:
        yield f"{PREFIX}AFRICASTALKING_API_KEY: the simulator's; {mode} needs your account's key"
    if is_loopback(host_of(settings.africastalking_base_url or "")):
        yield (
            f"{PREFIX}AFRICASTALKING_BASE_URL: points at this machine, where only the simulator"
            f" answers; {mode} needs it unset, or another host"
        )
    for field, demo in DEMO_CODES.items():
        if getattr(settings, field) == demo:
            yield f"{PREFIX}{field.upper()}: {demo} is the demo's; {mode} needs your own"
