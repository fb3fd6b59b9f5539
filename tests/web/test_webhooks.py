"""What carriers send to our doors, good and bad: never a 5xx for what a phone sent, nothing lost."""

import sqlite3
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from mhealth.domain.gsm7 import septets
from mhealth.store.database import Database
from mhealth.store.messages import DeliveryReportRow, InboundMessage, UnreadCall
from mhealth.store.ussd_tables import UssdSession
from tests.product import CHANNEL, KPELA, MOTHER, Product
from tests.web.doors import HOOKS, TOKEN, a_client, count, sms, ussd


@pytest.fixture
def product(database: Database) -> Product:
    return Product(database)


@pytest.fixture
def client(product: Product) -> FlaskClient:
    return a_client(product)


def test_a_call_is_answered_in_the_carriers_form(client: FlaskClient) -> None:
    answer = client.post(f"{HOOKS}/ussd", data=ussd())

    assert answer.status_code == 200
    assert answer.mimetype == "text/plain"
    assert answer.text.startswith("CON Choisissez votre langue")
    assert septets(answer.text.removeprefix("CON ")) <= 160


def test_both_tokens_are_valid_while_rotating(client: FlaskClient) -> None:
    assert client.post(f"/hooks/{CHANNEL}/old-token/ussd", data=ussd()).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        f"/hooks/{CHANNEL}/wrong/ussd",
        f"/hooks/{CHANNEL}//ussd",
        f"/hooks/nobody/{TOKEN}/ussd",
        f"/hooks/{CHANNEL}/ussd",
        f"{HOOKS}/elsewhere",
        f"{HOOKS}/ussd/",
    ],
)
def test_a_wrong_address_is_a_404_that_says_nothing(client: FlaskClient, path: str) -> None:
    answer = client.post(path, data=ussd())
    unknown = client.post("/hooks/never/heard/of", data=ussd())

    assert (answer.status_code, answer.data) == (404, b"")
    assert answer.headers.to_wsgi_list() == unknown.headers.to_wsgi_list()


@pytest.mark.parametrize(
    ("data", "content_type", "status"),
    [
        ({}, None, 400),
        ({"sessionId": "x"}, None, 400),
        (ussd() | {"phoneNumber": ""}, None, 400),
        (ussd() | {"phoneNumber": "MTN"}, None, 400),
        (ussd() | {"sessionId": ""}, None, 400),
        (b'{"sessionId": "x"}', "application/json", 400),
        (b"\xff\xfe\xfd", "application/octet-stream", 400),
        (b"text=" + b"1" * 20_000, "application/x-www-form-urlencoded", 413),
        (b"&".join(b"a%d=" % n for n in range(2_000)), "application/x-www-form-urlencoded", 400),
        (b"a=&" * 10_000, "application/x-www-form-urlencoded", 413),
        (b"sessionId=%ff%fe&phoneNumber=%80", "application/x-www-form-urlencoded", 400),
    ],
)
def test_what_cannot_be_read_is_a_4xx(
    client: FlaskClient, data: object, content_type: str | None, status: int
) -> None:
    for hook in ("ussd", "ussd-events", "sms", "delivery"):
        answer = client.post(f"{HOOKS}/{hook}", data=data, content_type=content_type)
        assert answer.status_code == status


def test_what_cannot_be_read_is_kept_for_a_person(client: FlaskClient, product: Product) -> None:
    client.post(f"{HOOKS}/sms", data={"from": "MTN", "text": "promo\x00 \U0001f600", "id": "1"})

    with product.database.reading() as session:
        row = session.scalars(select(UnreadCall)).one()
        assert (row.kind, row.channel) == ("sms", CHANNEL)
        assert "promo" in row.body


def test_an_sms_from_a_name_is_taken_and_kept_once_however_often_it_is_sent(
    client: FlaskClient, product: Product
) -> None:
    promo = sms("Forfait 2 Go", msisdn="MTN", id="promo-1")
    for fields in (promo, dict(reversed(promo.items()))):
        for content_type in (None, "multipart/form-data"):
            answer = client.post(f"{HOOKS}/sms", data=fields, content_type=content_type)
            assert answer.status_code == 200
    assert count(product, UnreadCall) == 1

    assert client.post(f"{HOOKS}/sms", data=promo | {"id": "promo-2"}).status_code == 200
    assert client.post(f"{HOOKS}/sms", data=promo | {"from": "38455"}).status_code == 200
    assert count(product, UnreadCall) == 3


def test_what_is_not_taken_is_kept_once_too(client: FlaskClient, product: Product) -> None:
    for _ in range(3):
        assert client.post(f"{HOOKS}/sms", data={"from": "MTN"}).status_code == 400
        assert client.post(f"{HOOKS}/ussd", data=ussd(msisdn="MTN")).status_code == 400
        answer = client.post(f"{HOOKS}/sms", data=b"\xff\xfe", content_type="text/plain")
        assert answer.status_code == 400
    assert count(product, UnreadCall) == 3


def test_an_sms_from_a_name_is_not_taken_unless_it_is_kept(
    client: FlaskClient, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object, **__: object) -> None:
        raise OperationalError("SELECT", {}, sqlite3.OperationalError("database is locked"))

    monkeypatch.setattr(product.database.sessions, "begin", locked)

    assert client.post(f"{HOOKS}/sms", data=sms("promo", msisdn="MTN")).status_code == 503


@pytest.mark.parametrize("token", [TOKEN, "wrong"])
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
def test_another_method_says_no_more_than_a_wrong_token(
    client: FlaskClient, method: str, token: str
) -> None:
    answer = client.open(f"/hooks/{CHANNEL}/{token}/ussd", method=method, data=ussd())
    unknown = client.post("/hooks/never/heard/of", data=ussd())

    assert (answer.status_code, answer.data) == (404, b"")
    assert answer.headers.to_wsgi_list() == unknown.headers.to_wsgi_list()


def test_nul_and_bad_utf8_in_an_answer_are_cleaned(client: FlaskClient) -> None:
    client.post(f"{HOOKS}/ussd", data=ussd())
    body = f"sessionId=ATUid_1&serviceCode=%2A&phoneNumber={quote(MOTHER.e164)}&text=%00%ff1"
    answer = client.post(
        f"{HOOKS}/ussd", data=body, content_type="application/x-www-form-urlencoded"
    )

    assert answer.status_code == 200
    assert answer.text[:4] in ("CON ", "END ")


def test_a_plus_that_became_a_space_is_mended(client: FlaskClient) -> None:
    answer = client.post(f"{HOOKS}/ussd", data=ussd(msisdn=MOTHER.e164.replace("+", " ")))

    assert answer.status_code == 200
    again = client.post(f"{HOOKS}/ussd", data=ussd("1"))
    assert "refus" not in again.text


def test_another_number_in_the_session_is_refused(client: FlaskClient) -> None:
    client.post(f"{HOOKS}/ussd", data=ussd())
    answer = client.post(f"{HOOKS}/ussd", data=ussd("1", msisdn="+2290197000009"))

    assert answer.text.startswith("END")
    assert "Signaler" not in answer.text


def test_the_end_of_a_call_is_received_once_or_twice(client: FlaskClient, product: Product) -> None:
    client.post(f"{HOOKS}/ussd", data=ussd())
    end = ussd() | {
        "status": "Incomplete",
        "date": "2026-03-04 12:00:00",
        "durationInMillis": "900",
        "hopsCount": "1",
        "cost": "0",
        "input": "",
        "lastAppResponse": "CON",
    }

    assert client.post(f"{HOOKS}/ussd-events", data=end).status_code == 200
    assert client.post(f"{HOOKS}/ussd-events", data=end).status_code == 200
    with product.database.reading() as session:
        assert session.scalars(select(UssdSession.outcome)).one() == "dropped"


def test_an_sms_is_stored_once_and_always_acknowledged(
    client: FlaskClient, product: Product
) -> None:
    for _ in range(3):
        assert client.post(f"{HOOKS}/sms", data=sms("bonjour")).status_code == 200

    assert count(product, InboundMessage) == 1


def test_a_report_on_a_message_that_we_never_sent_is_kept_and_moves_nothing(
    client: FlaskClient, product: Product
) -> None:
    report = {"id": "ATXid_unknown", "status": "Success", "phoneNumber": MOTHER.e164}
    for _ in range(2):
        assert client.post(f"{HOOKS}/delivery", data=report).status_code == 200

    assert count(product, DeliveryReportRow) == 1


def test_health_says_what_is_up(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=60,
    deadline=None,
)
@given(
    hook=st.sampled_from(["ussd", "ussd-events", "sms", "delivery"]),
    fields=st.dictionaries(
        st.sampled_from(
            ["sessionId", "phoneNumber", "text", "serviceCode", "from", "to", "id", "date"]
            + ["status", "networkCode", "linkId", "failureReason", "cost", "hopsCount"]
        ),
        st.one_of(
            st.text(st.characters(exclude_categories=("Cs",)), max_size=60),
            st.sampled_from([MOTHER.e164, KPELA.e164, "1", "1*1", "Success", "ATUid_1", ""]),
        ),
    ),
)
def test_whatever_comes_there_is_no_5xx(
    client: FlaskClient, hook: str, fields: dict[str, str]
) -> None:
    answer = client.post(f"{HOOKS}/{hook}", data=fields)

    assert answer.status_code < 500


@pytest.mark.parametrize("hook", ["ussd", "ussd-events", "sms", "delivery"])
def test_a_probe_is_answered_as_ours_and_leaves_nothing(product: Product, hook: str) -> None:
    client, word = a_client(product), "0123456789abcdef"
    probed = client.get(f"{HOOKS}/{hook}?probe={word}")
    assert (probed.status_code, probed.text) == (200, f"mhealth {hook} {word}\n")
    assert client.get(f"/hooks/{CHANNEL}/wrong/{hook}?probe={word}").status_code == 404
    assert count(product, UnreadCall) == 0
    for query in ("probe=<b>", f"probe={word}&text=1", f"PROBE={word}"):
        assert client.get(f"{HOOKS}/{hook}?{query}").status_code == 400
