"""The doors of rehearsals: behind the carriers' token, in the demo alone, and about nobody."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from mhealth.aggregators import open_aggregator
from mhealth.app import create_app
from mhealth.queue import Bell
from mhealth.runtime import Runtime, build_runtime
from mhealth.services.recorder import Recorder
from mhealth.services.rehearsing import open_stage
from mhealth.settings import Settings
from mhealth.store.database import Database
from mhealth.ussd.rehearsal.dialogue_file import read_dialogue
from mhealth.ussd.rehearsal.recording import known_words
from mhealth.ussd.rehearsal.replay import replay
from tests.accounts import LIVE_ACCOUNT
from tests.product import CHANNEL, LIBRARY, MOTHER, Product
from tests.web.doors import HOOKS, some_settings, ussd


@pytest.fixture
def product(database: Database) -> Product:
    product = Product(database)
    recorder = Recorder(known_words(product.bench.phrases))
    product.room = replace(product.room, recorder=recorder)
    return product


def client_of(product: Product, settings: Settings) -> FlaskClient:
    runtime = Runtime(
        settings=settings,
        library=LIBRARY,
        database=product.database,
        workbench=product.bench,
        turn_room=product.room,
        aggregators={CHANNEL: open_aggregator(CHANNEL, some_settings())},
        bell=Bell(None),
    )
    return create_app(runtime).test_client()


@pytest.fixture
def client(product: Product) -> FlaskClient:
    return client_of(product, some_settings())


def call(client: FlaskClient, *answers: str, session: str = "ATUid_1") -> None:
    for count in range(len(answers) + 1):
        text = "*".join(answers[:count])
        assert client.post(f"{HOOKS}/ussd", data=ussd(text, session)).status_code == 200


def test_a_call_comes_as_a_dialogue_that_replays_as_it_is(client: FlaskClient) -> None:
    call(client, "1", "1", "1", "3", "1", "2", "2", "8", "1", "1")
    response = client.post(f"{HOOKS}/recording", data={"sessionId": "ATUid_1"})
    assert response.status_code == 200
    assert response.content_type == "text/plain; charset=utf-8"
    assert MOTHER.e164[-8:] not in response.text
    assert "Agbodji" not in response.text
    found = replay(open_stage(LIBRARY), read_dialogue("saved.txt", response.text))
    assert found.is_same
    assert found.steps[-1].ends


def test_a_call_that_is_not_kept_is_not_found(client: FlaskClient) -> None:
    response = client.post(f"{HOOKS}/recording", data={"sessionId": "ATUid_2"})
    assert (response.status_code, response.text) == (404, "not kept\n")


@pytest.mark.parametrize("door", ["recording", "caller"])
def test_the_doors_stand_behind_the_token(client: FlaskClient, door: str) -> None:
    strange = HOOKS.replace("a-token-of-the-tests", "another-token-of-tests")
    response = client.post(f"{strange}/{door}", data={"sessionId": "ATUid_1"})
    assert response.status_code == 404
    assert "not kept" not in response.text


def test_the_language_of_a_number_is_told_and_changed_for_its_next_call(
    client: FlaskClient,
) -> None:
    address, number = f"{HOOKS}/caller", {"phoneNumber": MOTHER.e164}
    told = client.post(address, data=number).get_json()
    assert told["language"] == ""
    assert {"code": "fr", "name": "Français"} in told["languages"]
    assert client.post(address, data={**number, "language": "en"}).get_json()["language"] == "en"
    screen = client.post(f"{HOOKS}/ussd", data=ussd()).text
    assert screen.startswith("CON Health. What do you need?")
    client.post(address, data={**number, "language": ""})
    screen = client.post(f"{HOOKS}/ussd", data=ussd(session="ATUid_2")).text
    assert "Choisissez votre langue" in screen


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ({}, "not_a_number"),
        ({"phoneNumber": "12"}, "not_a_number"),
        ({"phoneNumber": MOTHER.e164, "language": "xx"}, "no_such_language"),
    ],
)
def test_a_mistake_is_told(client: FlaskClient, data: dict[str, str], word: str) -> None:
    response = client.post(f"{HOOKS}/caller", data=data)
    assert (response.status_code, response.get_json()) == (400, {"error": word})


@pytest.mark.parametrize("mode", ["pilot", "live"])
def test_where_real_people_call_there_is_no_door_and_nothing_behind_it(
    product: Product, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    settings = some_settings(mode=mode, **LIVE_ACCOUNT)
    monkeypatch.setattr("mhealth.runtime.refuse_unsigned", lambda *_: None)
    assert build_runtime(settings).turn_room.recorder is None
    assert build_runtime(some_settings()).turn_room.recorder is not None
    client = client_of(product, settings)
    call(client)
    for door in ("recording", "caller"):
        data = {"sessionId": "ATUid_1", "phoneNumber": MOTHER.e164, "language": "en"}
        response = client.post(f"{HOOKS}/{door}", data=data)
        assert response.status_code == 404
        assert "not kept" not in response.text


def test_a_recording_that_fails_spoils_no_call(product: Product) -> None:
    class Broken(Recorder):
        def tape(self, *args: object, **more: object) -> object:  # type: ignore[override]
            tape = super().tape(*args, **more)  # type: ignore[arg-type]
            tape.inventor = None  # type: ignore[assignment]
            return tape

    product.room = replace(product.room, recorder=Broken())
    client = client_of(product, some_settings())
    call(client, "1", "1")
    assert client.post(f"{HOOKS}/recording", data={"sessionId": "ATUid_1"}).status_code == 404
