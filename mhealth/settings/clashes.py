"""What each setting alone cannot tell: values that do not go together."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mhealth.domain.alphabet import LIMITS
from mhealth.domain.keys import KEY_BYTES, read_key
from mhealth.domain.message import Lane
from mhealth.settings.channel_clashes import channel_clashes
from mhealth.settings.pairs import PREFIX, read_pairs

if TYPE_CHECKING:
    from mhealth.settings.fields import Settings


def clashes(settings: "Settings") -> Iterator[str]:
    """One line for each fault, naming the variable."""
    for name in ("encryption_keys", "webhook_tokens"):
        pairs = read_pairs(getattr(settings, name).reveal())
        if not pairs or not all(key and value for key, value in pairs):
            yield f"{PREFIX}{name.upper()}: must be name:secret pairs, comma-separated"
    yield from _key_faults(settings)
    for lane, queue in read_pairs(settings.worker_queues):
        if lane not in set(Lane) or not re.fullmatch(r"[\w-]+", queue):
            lanes = ", ".join(Lane)
            yield (
                f"{PREFIX}WORKER_QUEUES: must be lane:queue pairs, comma-separated; lanes: {lanes}"
            )
    for network, limit in read_pairs(settings.ussd_limits):
        if not network or limit not in map(str, LIMITS):
            yield f"{PREFIX}USSD_LIMITS: must be network:limit pairs; limits: {', '.join(map(str, LIMITS))}"
    if settings.crash_at and settings.mode != "demo":
        yield f"{PREFIX}CRASH_AT is for MHEALTH_MODE=demo only"
    if settings.clock_file and settings.mode != "demo":
        yield f"{PREFIX}CLOCK_FILE is for MHEALTH_MODE=demo only"
    if settings.lease_seconds <= settings.connect_timeout + settings.read_timeout:
        yield f"{PREFIX}LEASE_SECONDS: must exceed CONNECT_TIMEOUT + READ_TIMEOUT"
    yield from channel_clashes(settings)


def _key_faults(settings: "Settings") -> Iterator[str]:
    """Keys that are no keys: found before anything is opened with them."""
    for key_id, text in read_pairs(settings.encryption_keys.reveal()):
        if text and not _is_key(text):
            yield f"{PREFIX}ENCRYPTION_KEYS: {key_id} is not {KEY_BYTES} bytes in base64"
    if not _is_key(settings.index_key.reveal()):
        yield f"{PREFIX}INDEX_KEY: not {KEY_BYTES} bytes in base64"


def _is_key(text: str) -> bool:
    try:
        read_key(text)
    except ValueError:
        return False
    return True
