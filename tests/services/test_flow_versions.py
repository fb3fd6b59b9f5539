"""A call goes on in the flows that it began with, whichever process answers; where it cannot, it hears so."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import msgspec
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text, update
from sqlalchemy.exc import OperationalError

from mhealth.app import create_app
from mhealth.content.library import KeptLibrary, shipped_root
from mhealth.domain.secret import Secret
from mhealth.runtime import Runtime, build_runtime
from mhealth.services import flow_versions
from mhealth.services.flow_versions import (
    AGAIN_SECONDS,
    MOST_PLANS,
    QUIET_MS,
    KeepsVersions,
    OlderPlans,
    forget_old_versions,
)
from mhealth.store import migrate
from mhealth.store.database import Database, open_database
from mhealth.store.flow_versions import FlowVersion, bundle_of, keep_version
from mhealth.store.ussd_tables import UssdSession
from mhealth.ussd import compiling
from mhealth.ussd.bundle import pack_book, plan_in
from tests.databases import KEYRING, MIGRATIONS
from tests.product import Product, book, protocols
from tests.web.doors import HOOKS, some_settings, ussd

OLD_TEXT, NEW_TEXT = "Santé. Que voulez-vous faire ?", "Bienvenue. Que faire ?"
SAID_OLD, SAID_NEW = "Que voulez-vous faire", "Bienvenue. Que faire"
_INDEX_KEY = "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8="  # the index key of KEYRING


@dataclass
class Process:
    """One process of the web with a country's files in front of the shipped ones."""

    runtime: Runtime
    client: FlaskClient

    def send(self, session: str, typed: str = "") -> str:
        """One USSD call of a session's own caller; the answer as the carrier gets it."""
        msisdn = f"+229019700000{session[-1]}"
        answer = self.client.post(f"{HOOKS}/ussd", data=ussd(typed, session, msisdn))
        assert answer.status_code == 200
        return answer.text


class Machine:
    """One database, and processes that start over it one after the other."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.folder = database, folder
        self._started: list[Process] = []
        Product(database)  # the invented district

    def start(self, name: str = "shipped", *changes: tuple[str, str]) -> Process:
        """A new process in which `main.yaml` was changed so."""
        overlay = self.folder / name
        (overlay / "ussd_flows").mkdir(parents=True, exist_ok=True)
        written = (shipped_root() / "ussd_flows" / "main.yaml").read_text(encoding="utf-8")
        for old, new in changes:
            assert old in written
            written = written.replace(old, new, 1)
        (overlay / "ussd_flows" / "main.yaml").write_text(written, encoding="utf-8")
        url = self.database.full.url.render_as_string(hide_password=False)
        settings = some_settings(
            country_dir=overlay,
            database_url=url.replace("+psycopg", ""),
            index_key=Secret(_INDEX_KEY),
        )
        runtime = build_runtime(settings)
        KeepsVersions(runtime.database, runtime.turn_room.book).keep_when_due()
        started = Process(runtime, create_app(runtime).test_client())
        self._started.append(started)
        return started

    def start_changed(self) -> Process:
        """One whose first menu says something else, with the keys of two options exchanged."""
        return self.start("changed", (OLD_TEXT, NEW_TEXT), *SWAPPED)

    def close(self) -> None:
        for process in self._started:
            process.runtime.database.close()


_REPORT = "      report:\n        key: {}\n        text: Signaler une maladie"
_ADVICE = "      advice:\n        key: {}\n        text: Conseils"
SWAPPED = tuple(
    (option.format(key), option.format(5 - key)) for option, key in ((_REPORT, 1), (_ADVICE, 4))
)


@pytest.fixture
def machine(database: Database, tmp_path: Path) -> Iterator[Machine]:
    made = Machine(database, tmp_path)
    yield made
    made.close()


def kept(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(FlowVersion.version).order_by(FlowVersion.version)))


def spoil(database: Database, bundle: bytes, version: str) -> None:
    with database.writing() as session:
        changed = update(FlowVersion).where(FlowVersion.version == version)
        session.execute(changed.values(bundle=bundle))


def test_a_call_under_way_ends_in_its_own_words_and_a_new_one_gets_the_new(
    machine: Machine,
) -> None:
    old = machine.start()
    old.send("ATUid_1")
    menu = old.send("ATUid_1", "1")
    assert SAID_OLD in menu
    assert "1 Signaler une maladie" in menu

    new = machine.start_changed()
    new.send("ATUid_2")
    assert "1 Conseils" in new.send("ATUid_2", "1")  # a new call: the new list …
    asked = new.send("ATUid_1", "1*1")  # … and the old one's key means what its list said
    assert "Conseils" not in asked
    assert "END" not in asked
    back = new.send("ATUid_1", "1*1*0")
    assert SAID_OLD in back
    assert "1 Signaler une maladie" in back


def test_two_processes_of_different_versions_serve_one_call_by_turns(machine: Machine) -> None:
    old, new = machine.start(), machine.start_changed()
    new.send("ATUid_1")
    assert SAID_NEW in old.send("ATUid_1", "1")  # the older process meets a newer version
    assert SAID_NEW in new.send("ATUid_1", "1*7")
    assert SAID_NEW in old.send("ATUid_1", "1*7*8")
    old.send("ATUid_2")
    assert SAID_OLD in new.send("ATUid_2", "1")
    assert SAID_OLD in old.send("ATUid_2", "1*7")


def test_a_call_is_pinned_in_its_row_and_a_restart_of_the_dialogue_pins_it_anew(
    machine: Machine,
) -> None:
    old, new = machine.start(), machine.start_changed()
    old.send("ATUid_1")
    assert _pinned(machine.database) == [old.runtime.turn_room.book.current["main"]]
    old.send("ATUid_1", "1")
    new.send("ATUid_1")  # the same session begins again
    assert _pinned(machine.database)[-1] in kept(machine.database)


def _pinned(database: Database) -> list[str | None]:
    with database.reading() as session:
        return list(session.scalars(select(UssdSession.flow_version)))


def _cut(bundle: bytes) -> bytes:
    return bundle[: len(bundle) // 2]


def _of_another_flow(bundle: bytes) -> bytes:
    return _rewritten(bundle, OLD_TEXT, "Un autre texte")


def _with_a_deed_that_is_gone(bundle: bytes) -> bytes:
    return _rewritten(bundle, "deed: save_language", "deed: forgotten_deed")


def _with_a_protocol_that_is_gone(bundle: bytes) -> bytes:
    opened = msgspec.msgpack.decode(zlib.decompress(bundle))
    opened["signs"]["gone"] = next(iter(opened["signs"].values()))
    return zlib.compress(msgspec.msgpack.encode(opened))


def _rewritten(bundle: bytes, old: str, new: str) -> bytes:
    opened = msgspec.msgpack.decode(zlib.decompress(bundle))
    main = opened["texts"]["ussd_flows/main.yaml"]
    assert old in main
    opened["texts"]["ussd_flows/main.yaml"] = main.replace(old, new)
    return zlib.compress(msgspec.msgpack.encode(opened))


SPOILED = [
    _cut,
    _of_another_flow,
    _with_a_deed_that_is_gone,
    _with_a_protocol_that_is_gone,
    lambda _: b"",
    lambda _: b"no bundle at all",
    lambda _: zlib.compress(b"\xc1"),
    lambda _: zlib.compress(msgspec.msgpack.encode({"texts": 7})),
    lambda _: zlib.compress(bytes(64 * 1024 * 1024), 1),
    lambda b: _rewritten(b, "nodes:", "nodes: : :"),
]


@pytest.mark.parametrize("spoiled", SPOILED)
def test_what_cannot_be_compiled_any_more_is_one_clear_screen(
    sqlite_database: Database, tmp_path: Path, spoiled: Any
) -> None:
    machine = Machine(sqlite_database, tmp_path)
    old = machine.start()
    old.send("ATUid_1")
    old.send("ATUid_1", "1")
    version = old.runtime.turn_room.book.current["main"]
    with sqlite_database.reading() as session:
        bundle = bundle_of(session, version)
    assert bundle is not None
    spoil(sqlite_database, spoiled(bundle), version)

    told = machine.start_changed().send("ATUid_1", "1*1")
    assert told.startswith("END ")
    assert "Ce service vient de changer. Recomposez le code" in told
    machine.close()


def test_a_version_that_nobody_kept_is_the_same_screen(
    sqlite_database: Database, tmp_path: Path
) -> None:
    machine = Machine(sqlite_database, tmp_path)
    old = machine.start()
    old.send("ATUid_1")
    with sqlite_database.writing() as session:
        session.execute(text("DELETE FROM flow_versions"))
    told = machine.start_changed().send("ATUid_1", "1")
    assert told.startswith("END ")
    assert old.send("ATUid_1", "1*1").startswith("END ")  # it is over, for the old process too
    machine.close()


def test_an_engine_of_another_format_goes_on_in_no_older_version(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine(sqlite_database, tmp_path)
    old = machine.start()
    old.send("ATUid_1")
    monkeypatch.setattr(compiling, "FORMAT", "of tomorrow")
    new = machine.start()
    assert new.send("ATUid_1", "1").startswith("END ")
    new.send("ATUid_2")
    assert SAID_OLD in new.send("ATUid_2", "1")
    machine.close()


def test_a_plain_turn_asks_nothing_more_and_an_older_version_is_read_once(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def counted(session: Any, version: str) -> bytes | None:
        asked.append(version)
        return bundle_of(session, version)

    monkeypatch.setattr(flow_versions, "bundle_of", counted)
    machine = Machine(sqlite_database, tmp_path)
    old = machine.start()
    typed = ["", "1", "1*9", "1*9*1"]
    for said in typed:
        old.send("ATUid_1", said)
    assert asked == []
    for number in range(2, 5):
        old.send(f"ATUid_{number}")
    new = machine.start_changed()
    for number in range(2, 5):
        for said in typed[1:]:
            new.send(f"ATUid_{number}", said)
    assert asked == [old.runtime.turn_room.book.current["main"]]
    machine.close()


def test_a_process_holds_few_older_versions_at_once(sqlite_database: Database) -> None:
    changes = [f"Menu {n}" for n in range(MOST_PLANS + 2)]
    bundle = pack_book(book())
    versions = []
    for change in changes:
        packed = _rewritten(bundle, OLD_TEXT, change)
        made = _version_of(packed)
        versions.append(made)
        with sqlite_database.writing() as session:
            keep_version(session, made, "main", packed)
    older = OlderPlans(sqlite_database, book())
    plans = [older(version) for version in versions]
    assert all(
        plan is not None and plan.version == v for plan, v in zip(plans, versions, strict=True)
    )
    assert older(versions[-1]) is plans[-1]
    assert older(versions[0]) is not plans[0]  # was let go, and is made again
    assert older(versions[0]) == plans[0]


def _version_of(packed: bytes) -> str:
    """What this engine makes of a bundle, whatever it is called."""
    texts = msgspec.msgpack.decode(zlib.decompress(packed))["texts"]
    library = KeptLibrary((), texts)
    return compiling.compile_flows(library, book().languages, book().sources).plans["main"].version


def test_the_rebuilt_plan_is_the_very_same() -> None:
    version = book().current["main"]
    plan = plan_in(pack_book(book()), version, protocols())
    assert plan == book().plan_of("main")
    assert pack_book(book()) == pack_book(book())


def test_two_workers_that_start_at_once_keep_it_once(database: Database) -> None:
    url = database.full.url.render_as_string(hide_password=False).replace("+psycopg", "")
    barrier, failed = Barrier(4), []

    def work() -> None:
        own = open_database(url, KEYRING)
        barrier.wait(30)
        keeps = KeepsVersions(own, book())
        keeps.keep_when_due()
        if keeps._is_mute:  # what it would have told the log
            failed.append(keeps)
        own.close()

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    assert kept(database) == [book().current["main"]]


def test_it_is_kept_at_once_and_seen_again_each_hour(sqlite_database: Database) -> None:
    now = [100.0]
    keeps = KeepsVersions(sqlite_database, book(), lambda: now[0])
    keeps.keep_when_due()
    _make_old(sqlite_database, 5_000)
    first = _seen(sqlite_database)
    now[0] += AGAIN_SECONDS - 1
    keeps.keep_when_due()
    assert _seen(sqlite_database) == first
    now[0] += 2
    keeps.keep_when_due()
    assert _seen(sqlite_database) > first


def test_a_database_that_is_away_at_the_start_is_tried_again(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OperationalError("", {}, Exception("away"))

    keeps = KeepsVersions(sqlite_database, book())
    with monkeypatch.context() as broken:
        broken.setattr(flow_versions, "see_versions", away)
        keeps.keep_when_due()
        keeps.keep_when_due()
    assert kept(sqlite_database) == []
    keeps.keep_when_due()
    assert kept(sqlite_database) == [book().current["main"]]


def _seen(database: Database) -> int:
    with database.reading() as session:
        return session.scalars(select(FlowVersion.seen_ms)).one()


def _make_old(database: Database, by_ms: int) -> None:
    with database.writing() as session:
        session.execute(update(FlowVersion).values(seen_ms=FlowVersion.seen_ms - by_ms))


def swept(machine: Machine, process: Process) -> int:
    with machine.database.writing() as session:
        now = process.runtime.clock()
        return forget_old_versions(session, now, process.runtime.turn_room.book)


def test_a_version_is_swept_when_no_process_begins_with_it_and_no_call_can_go_on(
    machine: Machine,
) -> None:
    old = machine.start()
    old.send("ATUid_1")
    new = machine.start_changed()
    of_old, of_new = (p.runtime.turn_room.book.current["main"] for p in (old, new))
    assert kept(machine.database) == sorted([of_old, of_new])

    assert swept(machine, new) == 0  # a process said this day that its calls begin with it
    _make_old(machine.database, QUIET_MS + 60_000)
    assert swept(machine, new) == 0  # a call is in it
    with machine.database.writing() as session:
        now_ms = int(new.runtime.clock().timestamp() * 1000)
        session.execute(update(UssdSession).values(ended_ms=now_ms - 60_000, outcome="dropped"))
    assert swept(machine, new) == 0  # who was dropped a minute ago may go on
    with machine.database.writing() as session:
        session.execute(update(UssdSession).values(ended_ms=now_ms - 2 * 3_600_000))
    assert swept(machine, new) == 1
    assert kept(machine.database) == [of_new]  # it is current, however long nobody spoke of it
    assert swept(machine, new) == 0


def test_the_clock_sweeps_versions(sqlite_database: Database, tmp_path: Path) -> None:
    machine = Machine(sqlite_database, tmp_path)
    process = machine.start_changed()
    machine.start()
    _make_old(sqlite_database, QUIET_MS + 60_000)
    with sqlite_database.writing() as session:
        done = [chore(session, process.runtime.clock()) for chore in process.runtime.chores]
    assert 1 in done
    assert kept(sqlite_database) == [process.runtime.turn_room.book.current["main"]]
    machine.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.pg)])
def migrated(request: pytest.FixtureRequest) -> Iterator[Database]:
    opened: Database = request.getfixturevalue(f"{request.param}_database")
    yield opened
    url = opened.full.url.render_as_string(hide_password=False).replace("+psycopg", "")
    migrate.upgrade(MIGRATIONS, url)


def test_calls_outlive_the_way_down_and_up_again(migrated: Database, tmp_path: Path) -> None:
    machine = Machine(migrated, tmp_path)
    old = machine.start()
    old.send("ATUid_1")
    machine.close()
    migrated.close()
    url = migrated.full.url.render_as_string(hide_password=False).replace("+psycopg", "")
    migrate.downgrade(MIGRATIONS, url, "0019")
    with migrated.full.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM ussd_sessions")).scalar() == 1
    migrated.close()
    migrate.upgrade(MIGRATIONS, url)

    assert kept(migrated) == []
    assert _pinned(migrated) == [None]
    again = machine.start()
    assert kept(migrated) == [again.runtime.turn_room.book.current["main"]]
    assert SAID_OLD in again.send("ATUid_1", "1")  # its state knows the version all the same
    assert _pinned(migrated) == kept(migrated)
    machine.close()
