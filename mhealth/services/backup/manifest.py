"""What a backup says of itself: whence, when, what rows, by which keys; vouched for by the index key."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec

from mhealth import __version__
from mhealth.domain.errors import BackupError
from mhealth.store.keyring import Keyring
from mhealth.store.table_digests import TableDigest

FORMAT = 1
CLEAR = (
    "names, numbers and free text are sealed; the keys are not in here. Readable: places, ages and"
    " signs' classes of referrals, times, states, names and password hashes of staff"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """The file within: its name, size in bytes, SHA-256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """`keys`: by key, 8 bytes in hex by which it is known again; `made` in UTC, ISO 8601."""

    dialect: str  # sqlite, postgresql
    server: str
    revision: str
    tables: Mapping[str, TableDigest]
    keys: Mapping[str, str]
    data: Data
    made: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    version: str = __version__
    clear: str = CLEAR
    format: int = FORMAT

    @property
    def rows(self) -> int:
        """Of all tables."""
        return sum(table.rows for table in self.tables.values())

    @property
    def made_ms(self) -> int:
        """When, in milliseconds since 1970."""
        return int(datetime.fromisoformat(self.made).timestamp() * 1000)


def keys_of(keyring: Keyring) -> Mapping[str, str]:
    """How the keys of this installation are known again."""
    return {name: value.hex() for name, value in keyring.checks.items()}


def write_manifest(manifest: Manifest, keyring: Keyring) -> bytes:
    """As JSON, with the voucher in it."""
    said = asdict(manifest)
    vouched = {**said, "vouched": keyring.vouch(_canonical(said))}
    return json.dumps(vouched, indent=1, ensure_ascii=False).encode()


def read_manifest(raw: bytes) -> tuple[Manifest, str]:
    """The manifest and its voucher, not yet believed. Raises BackupError."""
    try:
        said = json.loads(raw)
        vouched = str(said.pop("vouched"))
        if said.get("format") != FORMAT:
            raise BackupError(f"format {said.get('format')}: made by a newer program; install that")
        return msgspec.convert(said, Manifest, strict=False), vouched
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupError(f"its manifest cannot be read: {type(error).__name__}") from error


def believe(manifest: Manifest, vouched: str, keyring: Keyring) -> None:
    """Raises BackupError for other keys than those that sealed it, or a manifest that was changed."""
    have = keys_of(keyring)
    other = [name for name, value in manifest.keys.items() if have.get(name) != value]
    if other:
        settings = ", ".join(_setting(name) for name in sorted(other))
        raise BackupError(f"wrong keys, these are not the ones that it was sealed with: {settings}")
    if keyring.vouch(_canonical(asdict(manifest))) != vouched:
        raise BackupError("its manifest was changed after it was made")


def _setting(key: str) -> str:
    if key == "index":
        return "MHEALTH_INDEX_KEY"
    return f"MHEALTH_ENCRYPTION_KEYS ({key.removeprefix('key:')})"


def _canonical(said: Mapping[str, Any]) -> bytes:
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
