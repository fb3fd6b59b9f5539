"""Fixtures of the web: an app over an empty database, clocks to move, a browser that signs in."""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from mhealth.aggregators import open_aggregator
from mhealth.app import create_app
from mhealth.care.workbench import Workbench
from mhealth.queue import Bell
from mhealth.runtime import Runtime
from mhealth.services.staff import create_user
from mhealth.services.ussd_turn import TurnRoom
from mhealth.settings import Settings, settings_from
from mhealth.store.database import Database
from mhealth.store.directory import District
from mhealth.store.staff import StaffUser
from mhealth.store.ussd_sessions import PlainTurns
from mhealth.web.here import STAFF_CLOCK
from tests.accounts import LIVE_ACCOUNT
from tests.databases import copied_sqlite, open_test_database
from tests.factories import NOON, a_district
from tests.product import CHANNEL, LIBRARY, a_workbench, book, protocols
from tests.web.desk_seed import PASSWORD, Busy, plant_busy_district

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Hands:
    """A clock that a test moves."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at

    def on(self, **distance: float) -> None:
        self.at += timedelta(**distance)


@dataclass
class Desk:
    """The app as a test sees it."""

    app: Flask
    database: Database
    clock: Hands  # of deadlines
    staff_clock: Hands  # of sign-ins

    def make_user(self, session: Session, district: District, username: str) -> StaffUser:
        return create_user(
            session, username=username, display_name="Yaovi Adanlé", district=district,
            password=PASSWORD, now=self.clock.at,
        )  # fmt: skip

    def browser(self) -> "Browser":
        return Browser(self.app.test_client())


@dataclass
class Browser:
    """A client that reads the form's token before it sends a form."""

    client: FlaskClient

    def get(self, path: str, **more: object) -> TestResponse:
        return self.client.get(path, buffered=True, **more)  # type: ignore[arg-type]

    def post(self, path: str, *, seen: str, **fields: str) -> TestResponse:
        """Send a form as found on the page `seen`."""
        token = _TOKEN.search(self.client.get(seen).text)
        assert token is not None, f"no form on {seen}"
        return self.client.post(path, data={"csrf_token": token.group(1), **fields})

    def sign_in(
        self, username: str = "desk", password: str = PASSWORD, **fields: str
    ) -> TestResponse:
        return self.post(
            "/sign-in", seen="/sign-in", username=username, password=password, **fields
        )


def make_settings(**changes: object) -> Settings:
    values: dict[str, object] = {
        "secret_key": "k" * 32,
        "encryption_keys": "test:" + "A" * 43 + "=",
        "index_key": "A" * 43 + "=",
        "webhook_tokens": "africastalking:token",
    }
    account = LIVE_ACCOUNT if changes.get("mode", "demo") != "demo" else {}
    return settings_from({**values, **account, **changes})


def app_of(database: Database, settings: Settings, bench: Workbench, room: TurnRoom) -> Flask:
    """The whole web over a database."""
    runtime = Runtime(
        settings=settings,
        library=LIBRARY,
        database=database,
        workbench=bench,
        turn_room=room,
        aggregators={CHANNEL: open_aggregator(CHANNEL, settings)},
        bell=Bell(None),
    )
    return create_app(runtime)


def make_app(database: Database, settings: Settings, clock: Hands, staff_clock: Hands) -> Flask:
    """The whole web with two clocks to move."""
    bench = a_workbench(clock)
    room = TurnRoom(
        bench=bench,
        database=database,
        turns=PlainTurns(database),
        book=book(),
    )
    app = app_of(database, settings, bench, room)
    app.extensions[STAFF_CLOCK] = staff_clock
    return app


@pytest.fixture(scope="session")
def planted(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Busy]:
    """A file with the busy district, planted once; each test works on a copy of it."""
    file = tmp_path_factory.mktemp("desk") / "planted.sqlite3"
    shutil.copyfile(sqlite_template, file)
    database = open_test_database(f"sqlite:///{file}")
    with database.writing() as session:
        busy = plant_busy_district(session, protocols(), NOON)
    database.close()
    return file, busy


@pytest.fixture
def make_desk(planted: tuple[Path, Busy], tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    opened: list[Database] = []

    def make(**settings: object) -> Desk:
        database = open_test_database(copied_sqlite(planted[0], tmp_path))
        opened.append(database)
        clock, staff_clock = Hands(), Hands()
        app = make_app(database, make_settings(**settings), clock, staff_clock)
        return Desk(app, database, clock, staff_clock)

    yield make
    for database in opened:
        database.close()


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    return make_desk()


@pytest.fixture
def busy(planted: tuple[Path, Busy]) -> Busy:
    """What stands in the desk's database at the start."""
    return planted[1]


@pytest.fixture
def signed_in(desk: Desk) -> Browser:
    browser = desk.browser()
    assert browser.sign_in().status_code == 302
    return browser


@pytest.fixture
def lonely(desk: Desk) -> Browser:
    """Somebody of a district where nothing ever happened."""
    with desk.database.writing() as session:
        desk.make_user(session, a_district(session, name="Ailleurs"), "lonely")
    browser = desk.browser()
    assert browser.sign_in("lonely").status_code == 302
    return browser
