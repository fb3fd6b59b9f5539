"""Passwords of staff: argon2id, the same work for a name that nobody bears."""

import secrets

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher(time_cost=3, memory_cost=19_456, parallelism=1, type=Type.ID)
"""Above the floor of OWASP's password storage sheet (19 MiB, 2 passes, 1 lane)."""

_NOBODY = (
    "$argon2id$v=19$m=19456,t=3,p=1$sAX3wyDPR4c5uCps6OofLg$"
    "62pXUoymi646KMNkcPA7sT0jZfGnpmNc68dENpiRODw"
)
"""A hash that no password opens: checking it costs what checking a real one costs."""

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""Nothing that is misread when copied by hand: no 0 o 1 l i."""


def hash_password(password: str) -> str:
    """The argon2id hash to keep."""
    return _HASHER.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """True when the password opens the hash; None (no such user) takes as long and never does."""
    try:
        return _HASHER.verify(password_hash or _NOBODY, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(password_hash: str) -> bool:
    """True when the hash was made with other costs than today's."""
    return _HASHER.check_needs_rehash(password_hash)


def new_password() -> str:
    """A random password that a person can copy: five groups of four, 99 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(5))
