"""Seals what identifies a person: AES-256-GCM bound to table, column and row, keys told by id.

Sealed bytes: version 1, length and bytes of the key's id, 12 bytes nonce, ciphertext with tag.
"""

import hashlib
import hmac
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mhealth.domain.errors import SealError, SettingsError
from mhealth.domain.keys import read_key
from mhealth.domain.msisdn import Msisdn

_VERSION = 1
_NONCE = 12


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed value belongs; moved elsewhere it does not open."""

    table: str
    column: str
    row: str

    def associated(self) -> bytes:
        """The bytes that the seal is bound to."""
        return f"{self.table}|{self.column}|{self.row}".encode()


class Keyring:
    """The keys of this installation: the first one seals, all of them open."""

    def __init__(self, keys: dict[str, bytes], index_key: bytes) -> None:
        if not keys:
            raise SettingsError("MHEALTH_ENCRYPTION_KEYS: no key")
        self._ciphers = {key_id.encode(): AESGCM(key) for key_id, key in keys.items()}
        self._sealing_id = next(iter(self._ciphers))
        self._index_key = index_key
        self.checks = {f"key:{name}": _check_value(key) for name, key in keys.items()}
        self.checks["index"] = _check_value(index_key)

    @property
    def used_checks(self) -> dict[str, bytes]:
        """The check values of the keys that seal now: the first one, and that of the index."""
        return {name: self.checks[name] for name in (f"key:{self._sealing_id.decode()}", "index")}

    def vouch(self, words: bytes) -> str:
        """64 hexadecimal digits that only who has the index key can bring forth over these bytes."""
        return hmac.digest(self._index_key, b"vouch\0" + words, hashlib.sha256).hex()

    def seal(self, place: Place, value: bytes) -> bytes:
        """Seal bytes for their place."""
        nonce = os.urandom(_NONCE)
        cipher = self._ciphers[self._sealing_id].encrypt(nonce, value, place.associated())
        return bytes([_VERSION, len(self._sealing_id)]) + self._sealing_id + nonce + cipher

    def open(self, place: Place, sealed: bytes) -> bytes:
        """Open bytes at their place. Raises SealError."""
        if len(sealed) < 2 or sealed[0] != _VERSION:
            raise SealError(f"{place.table}.{place.column}: not a sealed value")
        start = 2 + sealed[1]
        cipher = self._ciphers.get(sealed[2:start])
        if cipher is None:
            raise SealError(f"{place.table}.{place.column}: sealed with a key that is not here")
        nonce, body = sealed[start : start + _NONCE], sealed[start + _NONCE :]
        try:
            return cipher.decrypt(nonce, body, place.associated())
        except InvalidTag as error:
            raise SealError(f"{place.table}.{place.column}: does not open here") from error

    def blind(self, msisdn: Msisdn) -> bytes:
        """The index by which a sealed number is found: 16 bytes of a keyed hash over E.164."""
        return hmac.digest(self._index_key, msisdn.e164.encode(), hashlib.sha256)[:16]

    def blind_text(self, kind: str, text: str) -> bytes:
        """Likewise for another text that must be known again and not read: 16 bytes for its kind."""
        named = f"{kind}\0{text}".encode(errors="surrogatepass")
        return hmac.digest(self._index_key, named, hashlib.sha256)[:16]


def read_keyring(encryption_keys: str, index_key: str) -> Keyring:
    """Read `id:base64,id:base64` and the index key in base64. Raises SettingsError."""
    keys = {}
    for pair in encryption_keys.split(","):
        key_id, _, value = pair.strip().partition(":")
        keys[key_id] = _key(value, "MHEALTH_ENCRYPTION_KEYS")
    return Keyring(keys, _key(index_key, "MHEALTH_INDEX_KEY"))


def _check_value(key: bytes) -> bytes:
    """By these 8 bytes a key is known again; they tell nothing of its 32."""
    return hmac.digest(key, b"mhealth key check", hashlib.sha256)[:8]


def _key(text: str, name: str) -> bytes:
    try:
        return read_key(text)
    except ValueError as error:
        raise SettingsError(f"{name}: {error}") from error
