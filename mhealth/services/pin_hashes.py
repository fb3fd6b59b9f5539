"""Hashes of PINs: argon2id over a keyed digest, so that a stolen table alone cannot be guessed at.

Six digits are few: the key (of the installation, as of the blind index) is what makes a copy of the
database worthless to a guesser; argon2 makes each guess of one who has the key as well take its time.
"""

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from mhealth.domain.secret import Secret
from mhealth.store.keyring import Keyring

_HASHER = PasswordHasher(time_cost=4, memory_cost=12_288, parallelism=1, type=Type.ID)
"""Over the floor of OWASP's password storage sheet for 12 MiB (3 passes); some 25 ms on one core."""

_NOBODY = (
    "$argon2id$v=19$m=12288,t=4,p=1$gLvxzK5X9o6mir55K8weiQ$"
    "BakYyN4Cp1StnQIRvSkcWRhuZVdxmS5Ar248hmzb78k"
)
"""A hash that no PIN opens: checking it costs what checking a real one costs."""


def hash_pin(keyring: Keyring, owner: str, pin: Secret) -> str:
    """The hash to keep of an owner's PIN; it opens for no other owner."""
    return _HASHER.hash(_peppered(keyring, owner, pin))


def pin_matches(keyring: Keyring, owner: str, pin_hash: str | None, pin: Secret) -> bool:
    """True when the PIN opens the hash; None (nobody, no PIN, locked) takes as long and never does."""
    try:
        is_right = _HASHER.verify(pin_hash or _NOBODY, _peppered(keyring, owner, pin))
    except (VerificationError, InvalidHashError):
        return False
    return is_right and pin_hash is not None


def _peppered(keyring: Keyring, owner: str, pin: Secret) -> bytes:
    return keyring.blind_text(f"worker_pin:{owner}", pin.reveal())
