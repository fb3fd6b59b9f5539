"""Every live handle of a process, built once and handed down; no global stands behind it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from mhealth.care import phone_requests
from mhealth.care.allowance import caps_of
from mhealth.care.escalation import (
    escalate_unanswered,
    escalate_unreached,
    tell_of_unreached_workers,
)
from mhealth.care.outbox import rung_lanes
from mhealth.care.workbench import Workbench, no_gate
from mhealth.content.library import Library, open_library
from mhealth.content.review import ContentFile
from mhealth.content.weak_pins import load_weak_pins
from mhealth.domain.clock import Clock
from mhealth.domain.gateway import Aggregator
from mhealth.handles import Handles, open_handles
from mhealth.queue import Bell
from mhealth.services.content import files_of, load_content
from mhealth.services.flow_versions import OlderPlans, forget_old_versions
from mhealth.services.funnel import count_calls, forget_turns
from mhealth.services.gate import gate_of_letters, refuse_unsigned
from mhealth.services.imports.desk import forget_unconfirmed
from mhealth.services.recorder import Recorder
from mhealth.services.sweeping import Chore
from mhealth.services.ussd_end import close_dropped, forget_sessions
from mhealth.services.ussd_turn import TurnRoom
from mhealth.services.worker_pins import forget_old_tries
from mhealth.settings import Settings
from mhealth.store.database import Database
from mhealth.store.unread import forget_unread
from mhealth.store.ussd_sessions import PlainTurns
from mhealth.ussd.rehearsal.recording import known_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """What the edges (web, jobs, command line) work with."""

    settings: Settings
    library: Library
    database: Database
    workbench: Workbench  # content and clock: what care and services need beside the session
    turn_room: TurnRoom
    aggregators: Mapping[str, Aggregator]
    bell: Bell

    @property
    def clock(self) -> Clock:
        """The handed-in clock."""
        return self.workbench.clock

    @property
    def content_files(self) -> tuple[ContentFile, ...]:
        """Everything that this process speaks and that somebody signs, as it was at the start."""
        bench = self.workbench
        return files_of(bench.protocols, self.turn_room.book, bench.phrases, bench.templates)

    @property
    def handles(self) -> Handles:
        """What a sender needs of all this."""
        return Handles(
            settings=self.settings,
            keyring=self.workbench.keyring,
            database=self.database,
            aggregators=self.aggregators,
            bell=self.bell,
            clock=self.clock,
        )

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A durable transaction; after its commit the bell rings for each lane that got a letter."""
        with self.database.writing() as session:
            yield session
        self.bell.ring(rung_lanes(session))

    @property
    def chores(self) -> tuple[Chore, ...]:
        """What time alone brings about, done by the clock process in passes of their own."""
        return (
            self.take_up_unanswered,
            self.take_up_unreached,
            self.tell_of_unreached_workers,
            self.close_dropped_calls,
            self.count_ended_calls,
            self.forget_ended_calls,
            self.forget_old_turns,
            self.forget_old_versions,
            self.forget_unread_calls,
            self.forget_imports,
            self.forget_pin_tries,
            self.end_phone_requests,
        )

    def forget_imports(self, session: Session, now: datetime) -> int:
        """Drop sheets that nobody confirmed for a day; how many."""
        return forget_unconfirmed(session, now)

    def forget_pin_tries(self, session: Session, now: datetime) -> int:
        """Drop tries of PINs that brake nothing any more; how many."""
        return forget_old_tries(session, now)

    def end_phone_requests(self, session: Session, now: datetime) -> int:
        """End requests of phones that nobody decided in time, and forget old ones; how many."""
        return phone_requests.expire(session, now)

    def take_up_unanswered(self, session: Session, now: datetime) -> int:
        """Referrals that no centre answered in time go up; how many."""
        return escalate_unanswered(self.workbench, session, now)

    def take_up_unreached(self, session: Session, now: datetime) -> int:
        """Referrals whose centre's phone does not receive go up at once; how many."""
        return escalate_unreached(self.workbench, session, now)

    def tell_of_unreached_workers(self, session: Session, now: datetime) -> int:
        """Emergencies whose health worker's phone does not receive; how many."""
        return tell_of_unreached_workers(self.workbench, session, now)

    def close_dropped_calls(self, session: Session, now: datetime) -> int:
        """End calls of which no carrier said the end; how many."""
        return close_dropped(self.turn_room, session, now, self.settings.session_seconds)

    def count_ended_calls(self, session: Session, now: datetime) -> int:
        """Count calls that are over into the funnel; how many."""
        return count_calls(session, now, timedelta(seconds=self.settings.session_seconds))

    def forget_old_turns(self, session: Session, now: datetime) -> int:
        """Sweep the history of calls that were counted long ago; how many lines."""
        return forget_turns(session, now, timedelta(days=self.settings.turn_keep_days))

    def forget_ended_calls(self, session: Session, now: datetime) -> int:
        """Sweep old sessions out of the live table; how many."""
        return forget_sessions(session, now, self.settings.session_keep_hours)

    def forget_old_versions(self, session: Session, now: datetime) -> int:
        """Drop versions of flows that no call can go on in; how many."""
        return forget_old_versions(session, now, self.turn_room.book)

    def forget_unread_calls(self, session: Session, now: datetime) -> int:
        """Drop calls that nobody could read and that are long past; how many."""
        return forget_unread(session, now, timedelta(days=self.settings.unread_keep_days))


def build_runtime(settings: Settings, *, serves_people: bool = True) -> Runtime:
    """Read the content, open the handles; only live mode asks the database before it starts.

    `serves_people` is False for a command that a person at the server gives: it starts with unsigned
    content too, and in live mode is refused at the first SMS that it would write.
    Raises SettingsError, ContentError or CannotStart: the process must not start.
    """
    content = load_content(open_library(settings.country_dir), settings)
    handles = open_handles(settings)
    is_live = settings.mode == "live"
    if is_live and serves_people:
        refuse_unsigned(content.library, handles.database, content.files)
    workbench = Workbench(
        languages=content.languages,
        phrases=content.phrases,
        protocols=content.protocols,
        templates=content.templates,
        weak_pins=load_weak_pins(content.library),
        clock=handles.clock,
        keyring=handles.keyring,
        channel=settings.channel_names[0],
        service_code=settings.service_code,
        region=settings.region,
        answer_minutes=settings.answer_minutes,
        urgent_answer_minutes=settings.urgent_answer_minutes,
        caps=caps_of(settings),
        pass_gate=no_gate if serves_people or not is_live else gate_of_letters(content.files),
    )
    return Runtime(
        settings=settings,
        library=content.library,
        database=handles.database,
        workbench=workbench,
        turn_room=TurnRoom(
            bench=workbench,
            database=handles.database,
            turns=PlainTurns(handles.database),
            book=content.book.with_older(OlderPlans(handles.database, content.book)),
            limits=settings.limit_of_network,
            sms_questions=settings.sms_questions,
            recorder=Recorder(known_words(content.phrases)) if settings.mode == "demo" else None,
        ),
        aggregators=handles.aggregators,
        bell=handles.bell,
    )
