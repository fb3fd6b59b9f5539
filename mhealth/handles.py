"""The live handles of a process that only sends: database, carriers, bell and clock, no content."""

from collections.abc import Mapping
from dataclasses import dataclass

from mhealth.aggregators import open_aggregator
from mhealth.domain.clock import Clock, MovedClock, real_clock
from mhealth.domain.gateway import Aggregator
from mhealth.queue import Bell
from mhealth.settings import Settings
from mhealth.store import tables
from mhealth.store.database import Database, open_database
from mhealth.store.keyring import Keyring, read_keyring

TABLES = tables.metadata
"""Every table is known, or a message's foreign keys would lead nowhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handles:
    """Built once a process and handed down; nothing is connected before its first use."""

    settings: Settings
    keyring: Keyring
    database: Database
    aggregators: Mapping[str, Aggregator]
    bell: Bell
    clock: Clock


def open_handles(settings: Settings) -> Handles:
    """Open what the settings name. Raises SettingsError: the process must not start."""
    keyring = read_keyring(settings.encryption_keys.reveal(), settings.index_key.reveal())
    return Handles(
        settings=settings,
        keyring=keyring,
        database=open_database(settings.database_url, keyring),
        aggregators={name: open_aggregator(name, settings) for name in settings.channel_names},
        bell=Bell(settings.redis_url, settings.queue_of_lane),
        clock=MovedClock(settings.clock_file) if settings.clock_file else real_clock,
    )
