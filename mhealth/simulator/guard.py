"""The simulator never runs beside a real channel, and never listens to the outside."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from mhealth.settings import Settings


def is_loopback(host: str) -> bool:
    """True for `localhost` and for the addresses of the machine's own loopback."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def why_refused(settings: Settings, host: str, port: int) -> str | None:
    """The reason why the simulator must not start here, with the mend; None when it may."""
    if not is_loopback(host):
        return f"the simulator listens on this machine only: use 127.0.0.1, not {host}"
    if settings.mode == "live":
        return "the simulator does not run in live mode (MHEALTH_MODE=live)"
    if settings.channel_names != ["africastalking"]:
        return "the simulator plays africastalking only: MHEALTH_CHANNELS must name no other"
    if settings.africastalking_username != "sandbox":
        return "MHEALTH_AFRICASTALKING_USERNAME names a real account; the simulator needs sandbox"
    if not _points_here(settings.africastalking_base_url, port):
        return (
            f"MHEALTH_AFRICASTALKING_BASE_URL must be http://127.0.0.1:{port}, the simulator itself"
        )
    return None


def _points_here(base_url: str | None, port: int) -> bool:
    parts = urlsplit(base_url or "")
    return parts.scheme == "http" and is_loopback(parts.hostname or "") and parts.port == port
