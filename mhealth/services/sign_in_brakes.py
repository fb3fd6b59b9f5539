"""Makes guessing slow without letting strangers lock anybody out.

Every try is counted before its password is weighed, so tries sent all at once get no more than those
sent one by one. Three counts: the address (a flood costs us no password work), the name from that
address (the lock that a guesser runs into, alone), and the name from everywhere (slow, never shut;
addresses from which the user got in lately are free of it).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from mhealth.store.keyring import Keyring
from mhealth.store.sign_in_brakes import SignInBrake, forget_brakes, held_brake, lift_brakes

KNOWN = timedelta(days=30)


class Admission(StrEnum):
    """What a try is worth."""

    OPEN = "open"  # the password is weighed
    VAIN = "vain"  # it is weighed for the look of it: the name is locked here
    SHUT = "shut"  # not even that: too many tries from this address


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`free` tries cost nothing; each one more waits twice as long as the last, up to `longest`.

    One is forgiven for every `leak` that passes.
    """

    free: int
    first: timedelta
    longest: timedelta
    leak: timedelta


ADDRESS = Rule(
    free=20,
    first=timedelta(seconds=10),
    longest=timedelta(minutes=5),
    leak=timedelta(minutes=1),
)
NAME_HERE = Rule(
    free=4,
    first=timedelta(minutes=1),
    longest=timedelta(minutes=15),
    leak=timedelta(minutes=15),
)
NAME = Rule(
    free=30,
    first=timedelta(seconds=5),
    longest=timedelta(seconds=30),
    leak=timedelta(seconds=30),
)
_MOST = 12
"""Tries beyond the free ones are counted no further, so that every brake is soon loose again."""


def admit(session: Session, address: str, name: str, now: datetime) -> Admission:
    """Count a try of `name` from `address` and say what it is worth; commit before weighing."""
    forget_brakes(session, now)
    if not _pass(_of_address(session, address, now), ADDRESS, now):
        return Admission.SHUT
    name_here = _of_name_here(session, address, name, now)
    if not _pass(name_here, NAME_HERE, now):
        return Admission.VAIN
    if name_here.known_until is not None and name_here.known_until > now:
        return Admission.OPEN
    is_passed = _pass(_of_name(session, name, now), NAME, now)
    return Admission.OPEN if is_passed else Admission.VAIN


def welcome(session: Session, address: str, name: str, now: datetime) -> None:
    """The password was right: this try is taken back, and the address is known for the name."""
    at_address = _of_address(session, address, now)
    here = _of_name_here(session, address, name, now)  # the rows are held in the order of `admit`
    anywhere = _of_name(session, name, now)
    for brake in (at_address, anywhere):
        brake.failures, brake.locked_until = max(0, brake.failures - 1), None
    here.failures, here.locked_until, here.known_until = 0, None, now + KNOWN


def lift(session: Session, name: str) -> None:
    """Every brake on a name is loosened."""
    lift_brakes(session, _hash(session, "name", name))


def _pass(brake: SignInBrake, rule: Rule, now: datetime) -> bool:
    """Count a try; False, and nothing counted, while the brake is locked."""
    if brake.locked_until is not None and brake.locked_until > now:
        return False
    forgiven = max(0, (now - brake.last_at) // rule.leak)
    brake.failures = min(max(0, brake.failures - forgiven) + 1, rule.free + _MOST)
    beyond = brake.failures - rule.free
    wait = min(rule.first * 2 ** max(0, beyond - 1), rule.longest)
    brake.locked_until = now + wait if beyond > 0 else None
    brake.last_at = now
    return True


def _of_address(session: Session, address: str, now: datetime) -> SignInBrake:
    return held_brake(session, _hash(session, "address", address), None, now)


def _of_name_here(session: Session, address: str, name: str, now: datetime) -> SignInBrake:
    both = _hash(session, "both", name, address)
    return held_brake(session, both, _hash(session, "name", name), now)


def _of_name(session: Session, name: str, now: datetime) -> SignInBrake:
    name_hash = _hash(session, "name", name)
    return held_brake(session, name_hash, name_hash, now)


def _hash(session: Session, *parts: str) -> bytes:
    keyring: Keyring = session.info["keyring"]
    return keyring.blind_text("sign_in", "\0".join(parts))
