"""Every live handle of a process, built once and handed down; no global stands behind it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.orm import Session

from mhealth.aggregators import open_aggregator
from mhealth.care.outbox import rung_lanes
from mhealth.care.workbench import Workbench
from mhealth.content.languages import load_languages
from mhealth.content.library import Library, open_library
from mhealth.content.phrases import load_phrases
from mhealth.domain.clock import Clock, MovedClock, real_clock
from mhealth.domain.gateway import Aggregator
from mhealth.queue import Bell
from mhealth.settings import Settings
from mhealth.sms.templates import load_templates
from mhealth.store.database import Database, open_database
from mhealth.store.keyring import read_keyring
from mhealth.triage.loader import load_protocols
from mhealth.ussd.flow import Book
from mhealth.services.content import load_book


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """What the edges (web, jobs, command line) work with."""

    settings: Settings
    library: Library
    database: Database
    workbench: Workbench  # content and clock: what care and services need beside the session
    book: Book
    aggregators: Mapping[str, Aggregator]
    bell: Bell

    @property
    def clock(self) -> Clock:
        """The handed-in clock."""
        return self.workbench.clock

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A durable transaction; after its commit the bell rings for each lane that got a letter."""
        with self.database.writing() as session:
            yield session
        self.bell.ring(rung_lanes(session))

    @property
    def sending_channel(self) -> str:
        """The channel that carries outgoing SMS."""
        return self.settings.channel_names[0]


def build_runtime(settings: Settings) -> Runtime:
    """Read the content, open the handles; nothing is connected yet.

    Raises SettingsError or ContentError: the process must not start.
    """
    library = open_library(settings.country_dir)
    languages = load_languages(library)
    protocols = load_protocols(library, languages)
    clock = MovedClock(settings.clock_file) if settings.clock_file else real_clock
    keyring = read_keyring(
        settings.encryption_keys.get_secret_value(), settings.index_key.get_secret_value()
    )
    return Runtime(
        settings=settings,
        library=library,
        database=open_database(settings.database_url, keyring),
        workbench=Workbench(
            languages=languages,
            phrases=load_phrases(library, languages),
            protocols=protocols,
            templates=load_templates(library, languages),
            clock=clock,
            keyring=keyring,
            channel=settings.channel_names[0],
            answer_minutes=settings.answer_minutes,
        ),
        book=load_book(library, languages, protocols),
        aggregators={name: open_aggregator(name, settings) for name in settings.channel_names},
        bell=Bell(settings.redis_url),
    )
