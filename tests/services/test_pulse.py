"""Signs of life: written, renewed, taken away at a clean end, swept when nobody renews them."""

import pytest
from sqlalchemy import select, text, update

from mhealth import __version__
from mhealth.domain.errors import SettingsError
from mhealth.services.key_proof import prove_keys
from mhealth.services.pulse import Pulse
from mhealth.services.sending_rules import SendingRules
from mhealth.services.sweeping import sweep
from mhealth.store.beats import ProcessBeat, seen_processes
from mhealth.store.database import Database, open_database
from mhealth.store.key_probes import KeyProbe
from mhealth.store.keyring import Keyring
from tests import factories
from tests.databases import KEYRING
from tests.product import MOTHER


def beat(database: Database) -> Pulse:
    pulse = Pulse(database, "clock", every=0)
    pulse.beat_when_due()
    return pulse


def test_a_process_is_seen_until_it_ends(database: Database) -> None:
    pulse = beat(database)
    pulse.beat_when_due()

    with database.reading() as session:
        (seen,) = seen_processes(session)
    assert (seen.process, seen.kind, seen.version) == (pulse.name, "clock", __version__)
    assert seen.host
    assert seen.host in seen.process
    assert seen.age_ms < 60_000
    assert abs(seen.ahead_ms) < 60_000
    pulse.end()
    with database.reading() as session:
        assert seen_processes(session) == []


def test_who_was_killed_is_forgotten_after_an_hour(database: Database) -> None:
    beat(database)
    for ago_ms, left in ((3_500_000, 1), (200_000, 0)):
        with database.writing() as session:
            session.execute(update(ProcessBeat).values(seen_ms=ProcessBeat.seen_ms - ago_ms))
        sweep(database, SendingRules(), lambda: factories.NOON)
        with database.reading() as session:
            assert len(seen_processes(session)) == left


def test_a_database_without_the_table_stops_nobody(sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        session.execute(text("DROP TABLE process_beats"))

    beat(sqlite_database).end()


def test_the_thread_beats_and_ends(database: Database) -> None:
    pulse = Pulse(database, "web", every=0.01)
    pulse.start()
    pulse.end()
    with database.reading() as session:
        assert seen_processes(session) == []


OTHER_KEY = Keyring({"test": bytes(32)}, bytes(range(32, 64)))
OTHER_NAME = Keyring({"new": bytes(range(32))}, bytes(range(32, 64)))
OTHER_INDEX = Keyring({"test": bytes(range(32))}, bytes(32))
ROTATED = Keyring({"new": bytes(32), "test": bytes(range(32))}, bytes(range(32, 64)))


def with_keys(database: Database, keyring: Keyring) -> Database:
    url = database.full.url.set(drivername=database.full.dialect.name)
    return open_database(url.render_as_string(hide_password=False), keyring)


@pytest.mark.parametrize("is_probed", [True, False], ids=["probed", "numbers only"])
@pytest.mark.parametrize(
    ("keyring", "named"),
    [
        (OTHER_KEY, "MHEALTH_ENCRYPTION_KEYS"),
        (OTHER_NAME, "MHEALTH_ENCRYPTION_KEYS"),
        (OTHER_INDEX, "MHEALTH_INDEX_KEY"),
    ],
)
def test_other_keys_than_those_that_sealed_are_refused(
    database: Database, keyring: Keyring, named: str, is_probed: bool
) -> None:
    with database.writing() as session:
        factories.a_phone(session, msisdn=MOTHER)
    if is_probed:
        prove_keys(database)
    other = with_keys(database, keyring)

    with pytest.raises(SettingsError, match=named):
        prove_keys(other)

    with other.reading() as session:
        assert len(session.scalars(select(KeyProbe)).all()) == (2 if is_probed else 0)
    other.close()


def test_a_key_may_be_added_in_front_and_none_taken_away(database: Database) -> None:
    prove_keys(database)
    rotated = with_keys(database, ROTATED)
    prove_keys(rotated)
    prove_keys(rotated)

    with pytest.raises(SettingsError, match="new is missing"):
        prove_keys(database)
    rotated.close()


def test_a_probe_tells_nothing_of_its_key() -> None:
    assert all(
        len(value) == 8 and value not in bytes(range(64)) for value in KEYRING.checks.values()
    )
