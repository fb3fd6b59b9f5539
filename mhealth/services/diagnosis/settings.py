"""Settings: each fault by itself, names that nobody reads, secrets that anybody could guess or read."""

import stat
from collections.abc import Iterator
from difflib import get_close_matches

from mhealth.domain.finding import Finding, Level
from mhealth.services.diagnosis.catalogue import found, well
from mhealth.services.diagnosis.circumstances import Circumstances
from mhealth.settings import PREFIX, Settings
from mhealth.settings.pairs import read_pairs

_FEWEST = 24  # characters of a token
_FEWEST_OF_KEY = 32
_FEWEST_DIFFERENT = 8  # characters: whatever repeats itself is guessed
_SAMPLES = ("change", "example", "secret", "password", "sample")
_NAMES = [f"{PREFIX}{name.upper()}" for name in Settings.__struct_fields__]
_FORBIDDEN_BITS = stat.S_IRWXO | stat.S_IWGRP


def settings(here: Circumstances) -> Iterator[Finding]:
    """What stops a start, one finding a setting; and what may be a slip of the pen."""
    for fault in here.faults:
        yield found("settings.wrong", fault)
    for name in here.unknown:
        near = get_close_matches(name, _NAMES, n=1)
        yield found("settings.unknown", name + (f", perhaps {near[0]}" if near else ""))
    if not here.faults:
        yield well("settings", f"mode {here.mode}, {len(here.values)} settings")


def secrets(here: Circumstances) -> Iterator[Finding]:
    """Strength of keys and tokens, and who may read the files that hold them."""
    milder = Level.DEGRADED if here.is_demo else None
    weak = list(_weak(here))
    for name in weak:
        yield found("secrets.weak", name, level=milder)
    weak_keys = list(_weak_keys(here))
    for name in weak_keys:
        yield found("secrets.weak_key", name, level=milder)
    open_files = list(_open_files(here))
    for seen in open_files:
        yield found("secrets.readable", seen, level=milder)
    if not weak and not weak_keys and not open_files:
        yield well("secrets", "long enough, and in nobody else's sight")


def _weak(here: Circumstances) -> Iterator[str]:
    key = here.values.get("secret_key")
    if key is not None and _is_weak(key.reveal(), _FEWEST_OF_KEY):
        yield f"{PREFIX}SECRET_KEY"
    tokens = here.values.get("webhook_tokens")
    for channel, token in read_pairs(tokens.reveal()) if tokens is not None else ():
        if _is_weak(token, _FEWEST):
            yield f"{PREFIX}WEBHOOK_TOKENS, one of {channel}"
    metrics = here.values.get("metrics_token")
    if metrics is not None and _is_weak(metrics.reveal(), _FEWEST):
        yield f"{PREFIX}METRICS_TOKEN"


def _weak_keys(here: Circumstances) -> Iterator[str]:
    """Those that seal and find what lies in the database: not simply to be replaced."""
    keys = here.values.get("encryption_keys")
    for key_id, value in read_pairs(keys.reveal()) if keys is not None else ():
        if len(set(value)) < _FEWEST_DIFFERENT:
            yield f"{PREFIX}ENCRYPTION_KEYS, the key {key_id}"
    index = here.values.get("index_key")
    if index is not None and len(set(index.reveal())) < _FEWEST_DIFFERENT:
        yield f"{PREFIX}INDEX_KEY"


def _is_weak(secret: str, fewest: int) -> bool:
    is_sample = any(word in secret.lower() for word in _SAMPLES)
    return len(secret) < fewest or len(set(secret)) < _FEWEST_DIFFERENT or is_sample


def _open_files(here: Circumstances) -> Iterator[str]:
    for path in here.env_files:
        try:
            mode = path.stat().st_mode
        except OSError:
            continue
        if mode & _FORBIDDEN_BITS:
            yield f"{path} has mode {stat.S_IMODE(mode):04o}"
