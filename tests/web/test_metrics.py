"""`/metrics` over real HTTP, read by Prometheus's own parser; who may see it, and what stands in it."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event, text
from werkzeug.serving import make_server

from mhealth.aggregators import open_aggregator
from mhealth.app import create_app
from mhealth.domain.message import Lane, MessageState
from mhealth.queue import Bell
from mhealth.runtime import Runtime
from mhealth.services.pulse import Pulse
from mhealth.store.database import Database, database_now_ms
from tests import factories
from tests.product import CHANNEL, LIBRARY, MOTHER, Product
from tests.services.outbox import change, put
from tests.web.doors import HOOKS, TOKEN, some_settings, ussd

BEARER = "a-bearers-token-of-the-tests"
Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def an_app(product: Product, **settings: object) -> Flask:
    return create_app(
        Runtime(
            settings=some_settings(**settings),
            library=LIBRARY,
            database=product.database,
            workbench=product.bench,
            turn_room=product.room,
            aggregators={CHANNEL: open_aggregator(CHANNEL, some_settings())},
            bell=Bell(None),
        )
    )


@contextmanager
def served(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def read(text_form: str) -> Samples:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text_form)
        for sample in family.samples
    }


def of(samples: Samples, name: str, **labels: str) -> float:
    return samples[(name, tuple(sorted(labels.items())))]


def scrape(app: Flask) -> Samples:
    answer = app.test_client().get("/metrics")
    assert answer.status_code == 200
    return read(answer.text)


def test_numbers_of_a_busy_district_over_http(database: Database) -> None:
    product = Product(database)
    now = product.clock()
    with database.writing() as session:
        district = factories.a_district(session)
        report = factories.a_report(session, factories.a_person(session, district))
        factories.a_referral(session, report, created_at=now - timedelta(minutes=9))
        factories.an_inbound_sms(session, needs_person=True)
    change(database, put(database, lane=Lane.EMERGENCY), queued_ms=database_now_ms() - 90_000)
    sent = put(database, state=MessageState.DELIVERED)
    change(database, sent, accepted_ms=database_now_ms())
    failed = put(database, state=MessageState.FAILED, lane=Lane.REMINDER)
    change(database, failed, final_ms=database_now_ms())
    Pulse(database, "clock").beat_when_due()

    with served(an_app(product)) as url:
        for _ in range(3):
            assert requests.post(f"{url}{HOOKS}/ussd", data=ussd(), timeout=30).ok
        requests.post(f"{url}{HOOKS}/delivery", data={"x": "1"}, timeout=30)
        answer = requests.get(f"{url}/metrics", timeout=30)

    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    samples = read(answer.text)
    assert of(samples, "mhealth_database_up") == 1
    assert of(samples, "mhealth_messages_ready", lane="emergency") == 1
    assert 90 <= of(samples, "mhealth_messages_ready_age_seconds", lane="emergency") < 600
    accepted = of(samples, "mhealth_messages_accepted_5m", channel=CHANNEL, state="delivered")
    assert accepted == 1
    assert of(samples, "mhealth_messages_lost_1h", lane="reminder", state="failed") == 1
    under_way = {"class": "emergency", "status": "sent"}
    assert of(samples, "mhealth_referrals_under_way", **under_way) == 1
    assert of(samples, "mhealth_emergencies_unanswered") == 1
    assert of(samples, "mhealth_emergencies_unanswered_age_seconds") == 540
    assert of(samples, "mhealth_inbound_waiting") == 1
    assert of(samples, "mhealth_calls_unread_1d") == 1
    assert of(samples, "mhealth_ussd_sessions_5m", outcome="open") == 1
    assert of(samples, "mhealth_processes", kind="clock") == 1
    assert of(samples, "mhealth_processes", kind="worker") == 0
    assert of(samples, "mhealth_database_bytes") > 100_000
    assert of(samples, "mhealth_webhook_seconds_count", hook="ussd", status="2xx") >= 3
    assert of(samples, "mhealth_webhook_seconds_count", hook="delivery", status="4xx") >= 1
    assert MOTHER.e164[1:] not in answer.text
    assert TOKEN not in answer.text


def test_labels_are_words_of_fixed_lists(sqlite_database: Database) -> None:
    app = an_app(Product(sqlite_database))
    client = app.test_client()
    for path in (
        "/hooks/africastalking/guess/ussd",
        f"{HOOKS}/nothing",
        "/<script>",
        "/hooks/x/y/z",
    ):
        client.post(path, data=ussd())
    text_form = client.get("/metrics").text

    values = set(re.findall(r'="([^"]*)"', text_form))
    assert all(re.fullmatch(r"[A-Za-z0-9_.+]{1,24}", value) for value in values), values
    hooks = set(re.findall(r'hook="([^"]*)"', text_form))
    assert hooks <= {"ussd", "ussd_events", "sms", "delivery"}


@pytest.mark.parametrize(
    ("settings", "headers", "address", "status"),
    [
        ({}, {}, "127.0.0.1", 200),
        ({}, {}, "::1", 200),
        ({}, {}, "", 200),  # a unix socket
        ({}, {}, "10.0.0.7", 404),
        ({}, {"X-Forwarded-For": "127.0.0.1"}, "127.0.0.1", 404),
        ({}, {"X-Real-IP": "127.0.0.1"}, "127.0.0.1", 404),
        ({"trust_proxy": True}, {"X-Forwarded-For": "127.0.0.1"}, "10.0.0.7", 404),
        ({"trust_proxy": True}, {}, "127.0.0.1", 200),
        ({"metrics_token": BEARER}, {}, "127.0.0.1", 404),
        ({"metrics_token": BEARER}, {"Authorization": "Bearer wrong"}, "127.0.0.1", 404),
        ({"metrics_token": BEARER}, {"Authorization": f"Bearer {BEARER}"}, "10.0.0.7", 200),
        ({"metrics_token": BEARER}, {"Authorization": "Bearer é"}, "10.0.0.7", 404),
    ],
)
def test_who_may_read(
    sqlite_database: Database,
    settings: dict[str, object],
    headers: dict[str, str],
    address: str,
    status: int,
) -> None:
    client = an_app(Product(sqlite_database), **settings).test_client()

    answer = client.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address})

    assert answer.status_code == status
    if status == 404:
        same = client.get("/nothing", headers=headers, environ_base={"REMOTE_ADDR": address})
        assert answer.data == same.data


def test_scrapes_at_one_moment_read_once(sqlite_database: Database) -> None:
    app, asked = an_app(Product(sqlite_database)), []
    event.listen(sqlite_database.full, "before_cursor_execute", lambda *a: asked.append(a[2]))

    scrape(app)
    first = len(asked)
    for _ in range(5):
        scrape(app)

    assert first > 0
    assert len(asked) == first


def test_without_a_database_it_says_so(sqlite_database: Database, tmp_path: Path) -> None:
    app = an_app(Product(sqlite_database))
    with sqlite_database.writing() as session:
        session.execute(text("ALTER TABLE messages RENAME TO messages_of_old"))

    samples = scrape(app)

    assert of(samples, "mhealth_database_up") == 0
    assert ("mhealth_messages_ready", (("lane", "reply"),)) not in samples


def test_the_page_names_every_figure_and_no_other(sqlite_database: Database) -> None:
    page = Path(__file__).parents[2] / "docs" / "how-to" / "watch-with-prometheus.md"
    named = set(re.findall(r"mhealth_[a-z0-9_]+", page.read_text())) - {
        "mhealth_webhook_seconds_bucket"
    }
    app = an_app(Product(sqlite_database))
    app.test_client().post(f"{HOOKS}/ussd", data=ussd())

    text_form = app.test_client().get("/metrics").text

    assert named == set(re.findall(r"^# TYPE (\S+)", text_form, re.MULTILINE))
