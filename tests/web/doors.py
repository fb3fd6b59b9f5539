"""The carriers' doors over a product of the tests: a client, and the calls that it sends."""

import base64

from flask.testing import FlaskClient
from sqlalchemy import func, select

from mhealth.aggregators import open_aggregator
from mhealth.app import create_app
from mhealth.domain.secret import Secret
from mhealth.queue import Bell
from mhealth.runtime import Runtime
from mhealth.settings import Settings, settings_from
from tests.product import CHANNEL, KPELA, LIBRARY, MOTHER, Product

TOKEN = "a-token-of-the-tests"
HOOKS = f"/hooks/{CHANNEL}/{TOKEN}"
KEY = base64.b64encode(bytes(range(32))).decode()


def some_settings(**more: object) -> Settings:
    values: dict[str, object] = {
        "secret_key": Secret("s" * 32),
        "encryption_keys": Secret(f"test:{KEY}"),
        "index_key": Secret(KEY),
        "webhook_tokens": Secret(f"{CHANNEL}:old-token,{CHANNEL}:{TOKEN}"),
    }
    return settings_from({**values, **more})


def a_client(product: Product) -> FlaskClient:
    config = some_settings()
    runtime = Runtime(
        settings=config,
        library=LIBRARY,
        database=product.database,
        workbench=product.bench,
        turn_room=product.room,
        aggregators={CHANNEL: open_aggregator(CHANNEL, config)},
        bell=Bell(None),
    )
    return create_app(runtime).test_client()


def ussd(text: str = "", session: str = "ATUid_1", msisdn: str = MOTHER.e164) -> dict[str, str]:
    return {
        "sessionId": session,
        "serviceCode": "*384*55#",
        "phoneNumber": msisdn,
        "networkCode": "99999",
        "text": text,
    }


def sms(text: str, msisdn: str = KPELA.e164, id: str = "in-1") -> dict[str, str]:
    fields = {"from": msisdn, "to": "38455", "text": text, "id": id}
    return {**fields, "date": "2026-03-04T12:00:00Z"}


def count(product: Product, model: type) -> int:
    with product.database.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0
