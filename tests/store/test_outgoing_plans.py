"""With 100,000 messages waiting and as many sent, every question of a sender reads a handful of rows."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import CTE, String, cast, event, func, insert, literal, select, true
from sqlalchemy.orm import Session

from mhealth.domain.message import Lane, MessageState
from mhealth.store import outgoing, outgoing_upkeep
from mhealth.store.database import Database
from mhealth.store.messages import Message
from mhealth.store.troubles import Line
from tests import factories
from tests.factories import NOON
from tests.services.outbox import CHANNEL

LINES = [Line(CHANNEL, lane) for lane in Lane]
QUESTIONS: list[tuple[Callable[[Session], object], str]] = [
    (lambda s: outgoing.claim_next(s, LINES, lease_ms=1), "ix_messages_ready"),
    (lambda s: outgoing_upkeep.waiting_ms(s, LINES), "ix_messages_ready"),
    (lambda s: outgoing_upkeep.release_planned(s, NOON), "ix_messages_planned"),
    (outgoing_upkeep.release_retried, "ix_messages_retried"),
    (lambda s: outgoing_upkeep.expire_leases(s, 5), "ix_messages_watched"),
    (outgoing_upkeep.expire_sending, "ix_messages_watched"),
    (
        lambda s: outgoing_upkeep.resend_uncertain(s, emergency_ms=1, reminder_ms=2),
        "ix_messages_resendable",
    ),
    (lambda s: outgoing_upkeep.give_up_reports(s, 1), "ix_messages_unreported"),
]


def fill(database: Database, number: int, lane: Lane, **columns: object) -> None:
    """Write many alike messages: one, then copies of it with keys of their own."""
    with database.writing() as session:
        model = factories.a_message(session, lane=lane, **columns).id  # type: ignore[arg-type]
        key = func.lower(func.hex(func.randomblob(16)))
        made = key if database.is_sqlite else func.gen_random_uuid()
        own = {"uid": made, "dedupe_key": cast(made, String)}
        names = [column.name for column in Message.__table__.columns if column.name != "id"]
        copies = select(*(own.get(name, Message.__table__.c[name]) for name in names)).select_from(
            Message.__table__.join(numbers(number - 1), true())
        )
        copied = copies.where(Message.id == model)
        session.execute(insert(Message).from_select(names, copied))


def numbers(last: int) -> CTE:
    """1 to `last`, one a row."""
    first = select(literal(1).label("n")).cte("numbers", recursive=True)
    return first.union_all(select(first.c.n + 1).where(first.c.n < last))


@contextmanager
def statements(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """What is asked of the database meanwhile."""
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "messages" in statement:
            asked.append((statement, parameters))

    event.listen(database.full, "before_cursor_execute", note)
    yield asked
    event.remove(database.full, "before_cursor_execute", note)


def plans(database: Database, question: Callable[[Session], object]) -> Iterator[str]:
    """How the database answers each statement of a question."""
    with statements(database) as asked, database.writing() as session:
        question(session)
        session.rollback()
    assert asked
    explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
    with database.full.connect() as connection:
        for statement, parameters in asked:
            rows = connection.exec_driver_sql(explain + statement, parameters)
            yield "\n".join(str(row[-1]) for row in rows)


@pytest.mark.parametrize("is_analysed", [False, True], ids=["fresh", "analysed"])
def test_each_question_is_answered_from_its_own_index(
    database: Database, is_analysed: bool
) -> None:
    far = 9_000_000_000_000
    fill(database, 50_000, Lane.REPLY, state=MessageState.DELIVERED, carrier_id="ATX")
    fill(database, 5_000, Lane.REPLY, state=MessageState.UNCERTAIN, sending_ms=1)
    fill(database, 25_000, Lane.BULK, retry_at_ms=far)
    fill(database, 25_000, Lane.REMINDER, not_before=NOON + timedelta(days=1))
    fill(database, 50_000, Lane.BULK)
    if is_analysed:
        with database.full.connect().execution_options(isolation_level="AUTOCOMMIT") as admin:
            admin.exec_driver_sql("ANALYZE")

    for question, index in QUESTIONS:
        for plan in plans(database, question):
            assert index in plan, plan
            walked = re.findall(r"(Seq Scan on messages|SCAN messages(?! USING)).*", plan)
            assert walked == [], plan
    assert quickest(database) < 0.05


def quickest(database: Database) -> float:
    """Seconds of the quickest of ten claims: the others waited for neighbours on this machine."""
    times = []
    for _ in range(10):
        begun = time.perf_counter()
        with database.writing() as session:
            assert outgoing.claim_next(session, LINES, lease_ms=30_000)
        times.append(time.perf_counter() - begun)
    return min(times)
