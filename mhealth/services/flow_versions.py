"""Calls go on in the version of the flows that they began with, whichever process takes the next turn."""

import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from mhealth.logs import log_for
from mhealth.store.database import Database
from mhealth.store.flow_versions import bundle_of, forget_versions, keep_version, see_versions
from mhealth.ussd.book import Book
from mhealth.ussd.bundle import CannotGoOn, pack_book, plan_in
from mhealth.ussd.plan import Plan
from mhealth.ussd.resume_header import MOST_MINUTES

AGAIN_SECONDS = 3600.0
"""So often a process says that its calls begin with its versions."""
QUIET_MS = 24 * 3_600_000
"""So long nobody may have said so before a version is swept: many times the above."""
MOST_PLANS = 4
"""So many versions of before a process holds compiled: after a change there is one, or two."""

log = log_for("services.flow_versions")


class OlderPlans:
    """Finds the plan of a version that this process did not compile at its start: kept in the database.

    A version that it knows costs nothing; one that it does not is read and compiled once. What is
    there and cannot be compiled is remembered as such. Raises SQLAlchemyError when it cannot look.
    """

    def __init__(self, database: Database, book: Book) -> None:
        self._database = database
        self._protocols = frozenset(book.sources.names)
        self._plans: OrderedDict[str, Plan | None] = OrderedDict()
        self._lock = Lock()

    def __call__(self, version: str) -> Plan | None:
        """The plan, or None: the caller must be told that the flow changed."""
        with self._lock:  # one thread compiles, the others wait for what it made
            if version in self._plans:
                self._plans.move_to_end(version)
                return self._plans[version]
            with self._database.reading() as session:
                packed = bundle_of(session, version)
            if packed is None:
                return None
            plan = self._plans[version] = self._compiled(packed, version)
            while len(self._plans) > MOST_PLANS:
                self._plans.popitem(last=False)
            return plan

    def _compiled(self, packed: bytes, version: str) -> Plan | None:
        try:
            plan = plan_in(packed, version, self._protocols)
        except CannotGoOn as error:
            log.warning("calls of a kept version cannot go on", version=version, reason=str(error))
            return None
        log.info("calls of a kept version go on", version=version, flow=plan.flow)
        return plan


class KeepsVersions:
    """Keeps in the database what the calls of this process begin with; says so again each hour."""

    def __init__(
        self, database: Database, book: Book, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._database, self._book, self._seconds = database, book, seconds
        self._versions = {book.current[flow]: flow for flow in book.entries}
        self._due = seconds()
        self._is_mute = False  # said once, however long the database is away

    def keep_when_due(self) -> None:
        """At once and each hour; a database that is away is tried again at the next call. Never raises."""
        if self._seconds() < self._due:
            return
        try:
            with self._database.writing() as session:
                for version in see_versions(session, self._versions):
                    keep_version(session, version, self._versions[version], pack_book(self._book))
        except SQLAlchemyError as error:
            if not self._is_mute:
                log.warning("versions of flows not kept", reason=type(error).__name__)
            self._is_mute = True
        else:
            self._due = self._seconds() + AGAIN_SECONDS
            self._is_mute = False


def forget_old_versions(session: Session, now: datetime, book: Book) -> int:
    """Sweep versions that no call can go on in, and none begins with for a day; how many."""
    resumable = now - timedelta(minutes=MOST_MINUTES)
    ended_ms = int(resumable.timestamp() * 1000)
    return forget_versions(session, set(book.current.values()), ended_ms, QUIET_MS)
