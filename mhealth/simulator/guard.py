"""The simulator never runs beside a real channel, and never listens to the outside."""

from urllib.parse import urlsplit

from mhealth.settings import Settings
from mhealth.settings.channel_clashes import is_loopback

__all__ = ["is_loopback", "why_refused"]


def why_refused(settings: Settings, host: str, port: int) -> str | None:
    """The reason why the simulator must not start here, with the mend; None when it may."""
    if not is_loopback(host):
        return f"the simulator listens on this machine only: use 127.0.0.1, not {host}"
    if settings.mode != "demo":
        return f"the simulator runs for the demo only, not with MHEALTH_MODE={settings.mode}"
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
