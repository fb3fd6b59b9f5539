"""Seals open at their own place with their own key, and nowhere else."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhealth.domain.errors import SealError, SettingsError
from mhealth.domain.msisdn import Msisdn
from mhealth.store.keyring import Keyring, Place, read_keyring

OLD, NEW, INDEX = bytes(32), bytes(range(32)), bytes(range(1, 33))
RING = Keyring({"new": NEW, "old": OLD}, INDEX)
HERE = Place("phones", "msisdn_sealed", "a1")


@given(st.binary(max_size=200))
def test_what_was_sealed_opens_at_its_place(value: bytes) -> None:
    sealed = RING.seal(HERE, value)

    assert RING.open(HERE, sealed) == value
    assert len(value) < 4 or value not in sealed


def test_the_same_value_is_never_sealed_alike() -> None:
    assert RING.seal(HERE, b"Awa") != RING.seal(HERE, b"Awa")


@pytest.mark.parametrize(
    "there",
    [
        Place("persons", "msisdn_sealed", "a1"),
        Place("phones", "name_sealed", "a1"),
        Place("phones", "msisdn_sealed", "a2"),
    ],
)
def test_a_value_moved_elsewhere_does_not_open(there: Place) -> None:
    with pytest.raises(SealError):
        RING.open(there, RING.seal(HERE, b"Awa"))


def test_every_changed_byte_is_noticed() -> None:
    sealed = RING.seal(HERE, b"Awa")

    for at in range(len(sealed)):
        broken = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        with pytest.raises(SealError):
            RING.open(HERE, broken)


def test_an_old_key_still_opens_and_the_first_one_seals() -> None:
    before = Keyring({"old": OLD}, INDEX).seal(HERE, b"Awa")

    assert RING.open(HERE, before) == b"Awa"
    assert b"new" in RING.seal(HERE, b"Awa")


def test_a_missing_key_is_told_apart() -> None:
    with pytest.raises(SealError, match="key that is not here"):
        Keyring({"old": OLD}, INDEX).open(HERE, RING.seal(HERE, b"Awa"))


def test_a_number_is_found_by_its_index_and_only_with_the_key() -> None:
    number = Msisdn("+2290197000001")

    assert RING.blind(number) == Keyring({"x": OLD}, INDEX).blind(number)
    assert RING.blind(number) != Keyring({"new": NEW}, OLD).blind(number)
    assert RING.blind(number) != RING.blind(Msisdn("+2290197000002"))


@pytest.mark.parametrize("key", ["!!!", base64.b64encode(b"short").decode()])
def test_a_key_that_is_none_is_named_by_its_setting(key: str) -> None:
    with pytest.raises(SettingsError, match="MHEALTH_ENCRYPTION_KEYS"):
        read_keyring(f"a:{key}", base64.b64encode(INDEX).decode())
