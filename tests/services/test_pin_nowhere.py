"""No PIN is in any row of any table, not even behind a seal, nor in a log; on both databases."""

import pytest
from sqlalchemy import select
from structlog.processors import format_exc_info
from structlog.testing import capture_logs

from mhealth.services import ussd_turn
from mhealth.store.database import Database
from mhealth.store.messages import UnreadCall
from mhealth.store.tables import metadata
from mhealth.store.ussd_tables import UssdSession, open_memory
from tests.databases import KEYRING
from tests.product import ADJOA, MOTHER, STRANGER, Product
from tests.web.doors import HOOKS, a_client, ussd

PIN, WRONG = "739164", "482915"


def everything(database: Database) -> list[str]:
    """Each row as text, bytes as they are, and what is behind the seal of a session or an unread call."""
    with database.full.connect() as connection:
        rows = [
            repr([bytes(v) if isinstance(v, memoryview) else v for v in row])
            for table in metadata.sorted_tables
            for row in connection.execute(select(table))
        ]
    with database.reading() as session:
        sessions = session.scalars(select(UssdSession)).all()
        unread = session.scalars(select(UnreadCall)).all()
        rows += [repr(open_memory(KEYRING, row)) for row in sessions]
        rows += [str(row.body) for row in unread]
    assert len(sessions) == 5
    assert len(unread) == 1
    return rows


def test_no_row_and_no_log_holds_a_pin(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    product = Product(database)
    client = a_client(product)

    def send(session: str, msisdn: str, *typed: str) -> str:
        screen = ""
        for count in range(len(typed) + 1):
            fields = ussd("*".join(typed[:count]), session, msisdn)
            screen = client.post(f"{HOOKS}/ussd", data=fields).text
        return screen

    assert "PIN enregistré" in send("A", ADJOA.e164, "2", PIN, PIN)
    assert "Réessayez" in send("B", ADJOA.e164, "2", "12345", WRONG)
    assert "Demande notée" in send("C", STRANGER.e164, "1", "3", "6", "2", "ASC1", PIN)
    assert "Demande notée" in send("F", MOTHER.e164, "1", "3", "6", "2", PIN, PIN)
    client.post(f"{HOOKS}/ussd", data=ussd(f"2*{PIN}*1", "A", ADJOA.e164))  # of a call gone on
    client.post(f"{HOOKS}/ussd", data=ussd(f"2*{PIN}", "D", ADJOA.e164))  # its start never came
    client.post(f"{HOOKS}/ussd", data=ussd(f"2*{PIN}", "E", "not a number"))

    def broken(*_args: object) -> None:
        raise RuntimeError("weighing broke")

    with monkeypatch.context() as patched, capture_logs(processors=[format_exc_info]) as events:
        patched.setattr(ussd_turn, "weigh", broken)
        answer = client.post(f"{HOOKS}/ussd", data=ussd(f"2*12345*{WRONG}*{PIN}", "B", ADJOA.e164))
    assert "Non enregistr" in answer.text

    logs = caplog.text + repr(events)
    rows = everything(database)
    assert "weighing broke" in logs
    assert [text for text in [*rows, logs] if PIN in text or WRONG in text] == []
